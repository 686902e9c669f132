//! How much work a piece of HTML would be for a parser that follows the HTML standard.
//!
//! The standard's tree building costs more than linear time and output for hostile input: open
//! formatting elements are copied into every new paragraph, with their attributes, and every
//! attribute is compared with those before it. So [`affordable`] walks the tags once, by the
//! standard's own tokenizer states, and adds up the bytes of the elements open at each tag.
//! It may overestimate (mis-nested tags are taken to stay open), never underestimate.
//! Source: html.spec.whatwg.org, 13.2.5 and 13.2.6; S72.

/// Most work for one document, in bytes of open tags summed over all tags. Posts seen in the wild
/// stay below a tenth of it.
const WORK_MAX: usize = 2_000_000;
/// Most attributes of one tag.
const ATTRIBUTES_MAX: usize = 64;
/// Most characters that may separate attributes where tags cannot be told from text for sure.
const SEPARATORS_MAX: usize = 8192;
/// Most bytes copied while text nodes grow: each entity or ignored tag copies the text before it.
const COPIED_MAX: usize = 50_000_000;
/// Elements whose content has other rules (raw text, or foreign content with CDATA).
const OPAQUE: [&str; 12] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext", "svg", "math"];
const VOID: [&str; 8] = ["br", "hr", "img", "wbr", "input", "meta", "link", "col"];

/// Whether parsing `html` takes bounded time and memory.
pub(super) fn affordable(html: &str) -> bool {
    if copied(html) > COPIED_MAX {
        return false;
    }
    let brackets = html.bytes().filter(|b| *b == b'<').count();
    let separators = html.bytes().filter(|b| b.is_ascii_whitespace() || *b == b'/').count();
    // Whatever the structure, no more than every tag in every other one.
    let roughly = html.len().saturating_mul(brackets) <= WORK_MAX && separators <= SEPARATORS_MAX;
    roughly || exactly(html).is_some_and(|work| work <= WORK_MAX)
}

/// Bytes copied at most while text nodes grow: parts times length, between one opening tag and the next.
fn copied(html: &str) -> usize {
    let (mut sum, mut parts, mut bytes) = (0usize, 0usize, 0usize);
    for segment in html.split('<') {
        if segment.starts_with(|c: char| c.is_ascii_alphabetic()) {
            sum = sum.saturating_add(parts.saturating_mul(bytes));
            (parts, bytes) = (0, 0);
        }
        parts += segment.bytes().filter(|b| *b == b'&').count() + usize::from(segment.starts_with(['/', '!', '?']));
        bytes += segment.len();
    }
    sum.saturating_add(parts.saturating_mul(bytes))
}

/// The work by the rules of the tokenizer; none when they cannot be followed or a tag is absurd.
fn exactly(html: &str) -> Option<usize> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut open_bytes = 0usize;
    let mut work = 0usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at..)?;
        let inside = rest.get(1..)?;
        let (closing, named) = inside.strip_prefix('/').map_or((false, inside), |named| (true, named));
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = inside.get(after_odd(inside)?..)?;
            continue;
        }
        let name = named.get(..named.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))?)?;
        let length = tag_length(named.get(name.len()..)?)? + name.len() + (named.as_ptr() as usize - rest.as_ptr() as usize);
        if OPAQUE.iter().any(|opaque| opaque.eq_ignore_ascii_case(name)) {
            return None;
        }
        if closing {
            open_bytes = close(&mut open, name, open_bytes);
        } else if !VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) {
            if ends_itself(name) && open.last().is_some_and(|(top, _)| top.eq_ignore_ascii_case(name)) {
                open_bytes -= open.pop().map_or(0, |(_, bytes)| bytes);
            }
            open.push((name, length));
            open_bytes += length;
        }
        work = work.saturating_add(open_bytes);
        if work > WORK_MAX {
            return None;
        }
        rest = rest.get(length..)?;
    }
    Some(work)
}

/// Where scanning goes on behind `<` that opens no tag: text, comment, declaration.
fn after_odd(inside: &str) -> Option<usize> {
    if let Some(comment) = inside.strip_prefix("!--") {
        if comment.starts_with('>') || comment.starts_with("->") {
            return Some(3);
        }
        // `--!>` ends a comment too.
        let ends = [comment.find("-->"), comment.find("--!>")];
        return ends.into_iter().flatten().min().map(|end| 3 + end);
    }
    match inside.get(..1) {
        _ if inside.starts_with("![CDATA[") => None,
        Some("!" | "?" | "/") => inside.find('>'),
        _ => Some(0),
    }
}

/// Takes `name` off the open elements if it is the innermost; a `p` or `li` inside ends with it.
fn close(open: &mut Vec<(&str, usize)>, name: &str, open_bytes: usize) -> usize {
    let inner = open.len().checked_sub(1);
    let implied = inner.and_then(|at| open.get(at)).is_some_and(|(top, _)| ends_itself(top) && !top.eq_ignore_ascii_case(name));
    let keep = inner.and_then(|at| at.checked_sub(usize::from(implied)));
    match keep {
        Some(keep) if open.get(keep).is_some_and(|(top, _)| top.eq_ignore_ascii_case(name)) => {
            open_bytes - open.drain(keep..).map(|(_, bytes)| bytes).sum::<usize>()
        }
        _ => open_bytes,
    }
}

fn ends_itself(name: &str) -> bool {
    name.eq_ignore_ascii_case("p") || name.eq_ignore_ascii_case("li")
}

/// Where the reader of a tag is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Between,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted(u8),
}

/// Length of a tag from behind its name to behind its `>`; none if it does not end or has too many attributes.
fn tag_length(text: &str) -> Option<usize> {
    let mut place = Place::Between;
    let mut attributes = 0;
    for (at, b) in text.bytes().enumerate() {
        let space = b.is_ascii_whitespace();
        place = match (place, b) {
            (Place::Quoted(quote), _) => {
                if b == quote {
                    Place::Between
                } else {
                    place
                }
            }
            (_, b'>') => return Some(at + 1),
            (Place::BeforeValue, b'"' | b'\'') => Place::Quoted(b),
            (Place::BeforeValue, _) => {
                if space {
                    Place::BeforeValue
                } else {
                    Place::Value
                }
            }
            (Place::Value, _) => {
                if space {
                    Place::Between
                } else {
                    Place::Value
                }
            }
            (Place::Name | Place::AfterName, b'=') => Place::BeforeValue,
            (Place::Name, _) if space => Place::AfterName,
            (Place::AfterName, _) if space => Place::AfterName,
            (Place::Name | Place::AfterName, b'/') => Place::Between,
            (Place::Name, _) => Place::Name,
            (Place::Between, b'/') => Place::Between,
            (Place::Between, _) if space => Place::Between,
            (Place::Between | Place::AfterName, _) => {
                attributes += 1;
                Place::Name
            }
        };
        if attributes > ATTRIBUTES_MAX {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_posts_are_cheap() {
        let post = "<p>Hello <a href=\"https://example.com/\" class='u-url'>there</a><br>and <b>more</b></p>\n".repeat(1000);
        assert!(exactly(&post).is_some_and(|work| work < WORK_MAX / 4));
        assert!(affordable(&"<ul><li>a<li>b</ul><p>c<p>d".repeat(2000)));
        assert!(affordable("<p>small and odd <iframe src=x></iframe> <!-- c --></p>"));
    }

    #[test]
    fn s072_html_that_multiplies_is_seen_before_it_is_parsed() {
        let long = "x".repeat(40_000);
        let bombs = [
            "<div>".repeat(20_000),
            format!("{}{}", (0..2000).map(|n| format!("<b id={n}>")).collect::<String>(), "<p>x".repeat(12_000)),
            format!("<a href=\"{long}\">{}", "<p>x".repeat(10_000)),
            format!("<a {}>", "a b c d e f g h ".repeat(6000)),
            (0..3000).map(|n| format!("<b id={n}><object></b></object>")).collect(),
            format!("{}{}", "<div title='</div>'>".repeat(2500), "<p>x".repeat(12_000)),
            format!("<b =\">{}", "<i>".repeat(30_000)),
            format!("<b a=b=\"x>{}", "<i>".repeat(30_000)),
            format!("{}{}", "<div><!--></div>--!>".repeat(3000).replace("<!-->", "<!-- "), "<p>x".repeat(9000)),
            "<a".repeat(50_000),
        ];
        for bomb in bombs {
            assert!(!affordable(&bomb), "{}…", bomb.get(..60).unwrap_or(&bomb));
        }
    }
}
