//! Words: HTML of other servers, and web addresses.

use super::text;
use crate::base::{
    host,
    text::{html, limits, strict},
};

/// HTML comes out with nothing but what is on the list, within bounds; once more changes nothing.
pub fn html(input: &[u8]) {
    let soup = text(input);
    let clean = html::sanitise(&soup);
    assert!(clean.len() <= html::OUTPUT_BYTES_MAX, "{} bytes of {}", clean.len(), soup.len());
    strict::assert_safe(&clean, &soup);
    if clean.len() <= limits::HTML_BYTES_MAX {
        assert_eq!(ordered(&html::sanitise(&clean)), ordered(&clean), "once more: {soup}");
    }
    let plain = html::to_plain(&soup);
    assert!(!html::escape(&plain).contains(['<', '>', '"']));
}

/// The same HTML with what stands in each tag in one order: attributes may change places.
fn ordered(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for part in html.split_inclusive('>') {
        let (words, tag) = part.split_at(part.rfind('<').unwrap_or(part.len()));
        let mut tag: Vec<char> = tag.chars().collect();
        tag.sort_unstable();
        out.push_str(words);
        out.extend(tag);
    }
    out
}

/// An address that is taken is plain, stays the same when it is read again, and has one authority in every spelling.
pub fn url(input: &[u8]) {
    let typed = text(input);
    let Some(url) = host::parse(&typed) else { return };
    assert!(typed.len() <= host::URL_BYTES_MAX && !host::has_user(&url) && matches!(url.scheme(), "http" | "https"), "{typed}");
    let authority = host::authority(&url);
    assert!(authority.is_some() && host::origin(&url).is_some(), "{typed}");
    let again = host::parse(url.as_str());
    // percent-encoding makes it longer: beyond the bound it is refused, never read otherwise
    assert!(again.is_some() || url.as_str().len() > host::URL_BYTES_MAX, "{typed} becomes {url}");
    let Some(again) = again else { return };
    assert_eq!(again.as_str(), url.as_str());
    assert!(host::same_origin(&again, &url) && host::authority(&again) == authority, "{typed}");
    let Some(authority) = authority else { return };
    let bare = host::parse(&format!("{}://{authority}/", url.scheme()));
    assert!(bare.is_some_and(|bare| host::same_origin(&bare, &url)), "{typed} is of {authority}");
}
