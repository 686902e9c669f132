//! The text of some HTML: tags dropped, entities read, paragraphs and breaks as new lines.
//!
//! One pass, no parser, so it is cheap and safe on anything, also on HTML that was not sanitised.
//! The result is text: whoever shows it must escape it.

use super::limits::{HTML_BYTES_MAX, cut_bytes, cut_chars};

/// The text of `html`, of which at most `HTML_BYTES_MAX` bytes are read. `<br>` gives one new
/// line, paragraphs and other blocks are set apart by an empty line; links give their text.
/// Content of scripts and styles is left out.
pub fn to_plain(html: &str) -> String {
    let html = cut_bytes(html, HTML_BYTES_MAX);
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, special) = rest.split_at(at);
        text.push_str(before);
        rest = if special.starts_with('<') { tag(special, &mut text) } else { entity(special, &mut text) };
    }
    text.push_str(rest);
    tidy(&text)
}

/// The first line of [`to_plain`] with something in it, cut to `chars` characters with `…`.
pub fn first_line(html: &str, chars: usize) -> String {
    let text = to_plain(html);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let cut = cut_chars(line, chars);
    if cut.len() == line.len() {
        return line.to_owned();
    }
    format!("{}…", cut_chars(line, chars.saturating_sub(1)).trim_end())
}

/// Reads what begins with `<`; gives back what follows it.
fn tag<'h>(html: &'h str, text: &mut String) -> &'h str {
    let inside = html.get(1..).unwrap_or_default();
    let (closing, named) = inside.strip_prefix('/').map_or((false, inside), |named| (true, named));
    if !named.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        text.push('<');
        return inside;
    }
    let Some(end) = named.find('>') else { return "" };
    let (whole, after) = named.split_at(end);
    let name = whole.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        "br" => text.push('\n'),
        "p" | "div" | "blockquote" | "ul" | "ol" | "pre" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => text.push_str("\n\n"),
        "li" if !closing => text.push_str("\n- "),
        "tr" => text.push('\n'),
        "script" | "style" if !closing => return after_raw(after, &name),
        _ => {}
    }
    after.get(1..).unwrap_or_default()
}

/// What follows the content of a script or style.
fn after_raw<'h>(html: &'h str, name: &str) -> &'h str {
    let ends = |at: &usize| html.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    html.match_indices("</").map(|(at, _)| at).find(ends).and_then(|at| html.get(at..)).unwrap_or_default()
}

/// Reads what begins with `&`; gives back what follows it. Named entities: those that a serialiser writes.
fn entity<'h>(html: &'h str, text: &mut String) -> &'h str {
    let end = html.bytes().take(12).position(|b| b == b';');
    let decoded = end.and_then(|end| html.get(1..end)).and_then(|name| match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "hellip" => Some('…'),
        "mdash" => Some('—'),
        "ndash" => Some('–'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            code.and_then(char::from_u32).filter(|c| !c.is_control() || *c == '\n')
        }
    });
    match (decoded, end) {
        (Some(c), Some(end)) => {
            text.push(c);
            html.get(end + 1..).unwrap_or_default()
        }
        _ => {
            text.push('&');
            html.get(1..).unwrap_or_default()
        }
    }
}

/// At most one empty line in a row, no spaces at the ends of lines, none of either around the whole.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut gap = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            gap += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if gap > 0 { "\n\n" } else { "\n" });
        }
        tidied.push_str(line);
        gap = 0;
    }
    tidied.truncate(tidied.trim_end().len());
    let start = tidied.len() - tidied.trim_start().len();
    tidied.split_off(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_breaks_and_entities_become_text() {
        assert_eq!(to_plain("<p>One &amp; two<br>three</p><p>four &lt;b&gt; &#x263a; AT&T</p>"), "One & two\nthree\n\nfour <b> ☺ AT&T");
        assert_eq!(to_plain("<ul><li>a</li><li>b</li></ul>1 < 2<script>x()</script>!"), "- a\n- b\n\n1 < 2!");
        assert_eq!(to_plain("<p><span class=\"invisible\">https://</span><span>example.com</span></p>"), "https://example.com");
        assert_eq!(first_line("<p></p><p>Frost tonight, cover the beans</p>", 10), "Frost ton…");
    }

    proptest! {
        #[test]
        fn escaped_text_comes_back(text in "[a-z<>&\"';#]{0,30}") {
            let mut html = String::new();
            crate::base::text::link::escape_into(&mut html, &text);
            prop_assert_eq!(to_plain(&html), text);
        }
    }
}
