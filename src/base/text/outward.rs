//! Where the words of a post lead: its first link to a page elsewhere. Mentions, tags and what stands for a quote are left out.
//!
//! For HTML that passed [`super::html::sanitise`], whose attributes stand in double quotes. Takes time linear in its input.

use super::html::to_plain;
use crate::base::host;
use url::Url;

/// Links that are looked at.
const LINKS_MAX: usize = 64;

/// The first link of `html` to a page outside `own` (the authority of this node), without its fragment. None where there is
/// none but mentions, tags, the link that stands for a quote (`quote-inline`) and what is no plain web address.
pub fn first_outward(html: &str, own: &str) -> Option<Url> {
    let anchors = html.match_indices("<a ").take(LINKS_MAX);
    let mut outward = anchors.filter_map(|(at, opening)| {
        let anchor = Anchor::read(html.get(at + opening.len()..)?)?;
        if anchor.names_somebody_or_a_tag() || stands_for_a_quote(html.get(..at)?) {
            return None;
        }
        let mut url = host::parse(&unescape(anchor.href))?;
        url.set_fragment(None);
        host::authority(&url).filter(|authority| authority != own).map(|_| url)
    });
    outward.next()
}

/// Whether a link that follows `before` stands in what apps hide where they show the quote itself.
fn stands_for_a_quote(before: &str) -> bool {
    let open = before.rfind("quote-inline").and_then(|at| before.get(at..));
    open.is_some_and(|open| !open.contains("</p>") && !open.contains("</span>"))
}

struct Anchor<'h> {
    href: &'h str,
    class: &'h str,
    /// What follows the tag.
    inside: &'h str,
}

impl<'h> Anchor<'h> {
    /// Reads what follows `<a `.
    fn read(mut rest: &'h str) -> Option<Self> {
        let mut anchor = Self { href: "", class: "", inside: "" };
        loop {
            rest = rest.trim_start();
            if let Some(inside) = rest.strip_prefix('>') {
                anchor.inside = inside;
                return (!anchor.href.is_empty()).then_some(anchor);
            }
            let (name, after) = rest.split_once("=\"")?;
            let (value, after) = after.split_once('"')?;
            match name {
                "href" => anchor.href = value,
                "class" => anchor.class = value,
                // no attribute of ours
                _ if name.contains(['<', '>', ' ']) => return None,
                _ => {}
            }
            rest = after;
        }
    }

    fn names_somebody_or_a_tag(&self) -> bool {
        let is_named = self.class.split(' ').any(|class| matches!(class, "mention" | "hashtag" | "u-url"));
        is_named || {
            // some servers leave the classes out
            let text = self.inside.split("</a>").next().unwrap_or_default();
            to_plain(text).starts_with(['@', '#', '＃'])
        }
    }
}

/// The value of an attribute as it was meant.
fn unescape(value: &str) -> String {
    value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::{
        compose::{Format, Link, compose},
        html::sanitise,
    };
    use proptest::prelude::*;

    fn first(html: &str) -> Option<String> {
        first_outward(html, "acme.example").map(String::from)
    }

    #[test]
    fn the_first_link_that_leads_elsewhere_is_found() {
        let composed = compose(
            "@bo #valves https://acme.example/p/1 then https://news.example/a?b=1&c=2#part and https://other.example",
            Format::Plain,
            &|_| Some(Link { href: "https://bolt.example/@bo".into(), acct: "bo@bolt.example".into() }),
            &|tag| format!("https://acme.example/tags/{tag}"),
        );
        assert_eq!(first(&composed.html).as_deref(), Some("https://news.example/a?b=1&c=2"));
        for (html, link) in [
            ("<p>no link</p>", None),
            (r#"<a href="mailto:a@b.example">mail</a>"#, None),
            (r#"<a href="https://m.example/tags/x">#<span>x</span></a>"#, None),
            (r#"<a href="https://m.example/@bo">@<span>bo</span></a>"#, None),
            (r#"<a href="https://m.example/@bo" class="u-url mention">bo</a>"#, None),
            (r#"<a href="https://u:p@n.example/">x</a>"#, None),
            (r#"<p class="quote-inline">RE: <a href="https://m.example/@bo/1">m.example</a></p><p>x</p>"#, None),
            (r#"<p class="quote-inline">RE: x</p><p><a href="https://n.example/">n</a></p>"#, Some("https://n.example/")),
            (r#"<a rel="x" href="https://N.example">x</a>"#, Some("https://n.example/")),
            (r#"<a href="https://acme.example:8443/">x</a>"#, Some("https://acme.example:8443/")),
        ] {
            assert_eq!(first(html).as_deref(), link, "{html}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_post_is_looked_through(html in "(<a |href=\"|\"|>|https://a.example|</a>|x| |&amp;){0,30}") {
            first_outward(&html, "acme.example");
            first_outward(&sanitise(&html), "acme.example");
        }
    }
}
