//! Tables as comma-separated values (RFC 4180), as other servers write lists of hosts.
//!
//! Bounded by the caller's number of rows. Quoted fields may hold commas, quotes (doubled) and line ends; lines end with LF or
//! CRLF; an empty line is no row. Every row knows the line it began on.

/// A row: the line that it begins on (from 1), and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// What stands between the commas, without quotes.
    pub fields: Vec<String>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A quote in this line is never closed, or stands in the middle of a field.
    Quote(usize),
    /// There are more rows than asked for.
    Rows,
}

/// The rows of `text`, at most `rows_max`.
///
/// # Errors
/// See [`Unread`].
pub fn read(text: &str, rows_max: usize) -> Result<Vec<Row>, Unread> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut line) = (Vec::new(), 1);
    while !rest.is_empty() {
        let (row, left, lines) = row(rest, line)?;
        if row.fields.iter().any(|field| !field.trim().is_empty()) {
            if rows.len() == rows_max {
                return Err(Unread::Rows);
            }
            rows.push(row);
        }
        (rest, line) = (left, line + lines);
    }
    Ok(rows)
}

/// The first row of `text`, what follows it, and how many lines it took.
fn row(text: &str, line: usize) -> Result<(Row, &str, usize), Unread> {
    let (mut fields, mut rest, mut lines) = (Vec::new(), text, 1);
    loop {
        let (field, left) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (field, left) = unquote(quoted).ok_or(Unread::Quote(line))?;
                lines += field.matches('\n').count();
                (field, left)
            }
            None => {
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                let (field, left) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (field.trim_end_matches('\r').to_owned(), left)
            }
        };
        fields.push(field);
        let left = left.strip_prefix('\r').filter(|left| left.is_empty() || left.starts_with('\n')).unwrap_or(left);
        match left.strip_prefix(',') {
            Some(next) => rest = next,
            None if left.is_empty() => return Ok((Row { line, fields }, "", lines)),
            None => {
                let next = left.strip_prefix('\n').ok_or(Unread::Quote(line))?;
                return Ok((Row { line, fields }, next, lines));
            }
        }
    }
}

/// What a quoted field holds, after its first quote, and what follows its last.
fn unquote(text: &str) -> Option<(String, &str)> {
    let (mut field, mut rest) = (String::new(), text);
    loop {
        let (before, after) = rest.split_once('"')?;
        field.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Some((field, after)),
        }
    }
}

/// A row as it is written, with its line end; fields are quoted where they must be.
pub fn line(fields: &[&str]) -> String {
    let written: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\n", written.join(","))
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(text: &str) -> Vec<(usize, Vec<String>)> {
        read(text, 100).unwrap().into_iter().map(|row| (row.line, row.fields)).collect()
    }

    #[test]
    fn rows_know_their_lines_and_quotes_hold_anything() {
        let read = fields("a,b\r\n\r\n\"c, \"\"d\"\"\n2\",e\nf");
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        assert_eq!(read, [(1, owned(&["a", "b"])), (3, owned(&["c, \"d\"\n2", "e"])), (5, owned(&["f"]))]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        assert_eq!(read("a\n\"b", 9), Err(Unread::Quote(2)));
        assert_eq!(read("\"a\"b,c", 9), Err(Unread::Quote(1)));
        assert_eq!(read("a\nb\nc", 2), Err(Unread::Rows));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(all in proptest::collection::vec("[ -~\n\r\"]{0,12}", 1..5)) {
            let some: Vec<&str> = all.iter().map(String::as_str).chain(["end"]).collect();
            let read = read(&line(&some), 9).unwrap();
            prop_assert_eq!(&read[0].fields, &some);
        }

        #[test]
        fn nothing_makes_it_panic_or_give_more_rows_than_asked_for(text in "[a,\"\n\r]{0,200}") {
            if let Ok(rows) = read(&text, 7) {
                prop_assert!(rows.len() <= 7);
            }
        }
    }
}
