//! Feeds: public posts alone, in XML that every program reads whatever people write.

use super::{
    markup::PAYLOADS,
    public::{draft, founds, into, keeps, page, writes},
};
use crate::{
    base::words::Audience,
    features::{
        accounts::{self, Changes},
        posts::publish::Draft,
    },
    tests::support::{Place, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

/// An element of a document that was read.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The children with this name.
    pub fn all(&self, name: &str) -> Vec<&Element> {
        self.children.iter().filter(|child| child.name == name).collect()
    }

    /// The words of the one child with this name.
    pub fn word(&self, name: &str) -> &str {
        let found = self.all(name);
        assert_eq!(found.len(), 1, "{name} in {self:?}");
        &found[0].text
    }

    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// `text` without its escapes; panics for any that XML does not know, and for what must be escaped.
fn plain(text: &str) -> String {
    assert!(!text.contains('<'), "{text}");
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (escape, rest) = part.split_once(';').unwrap_or_else(|| panic!("& stands bare before {part}"));
        let c = match escape {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            number => char::from_u32(number.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
        };
        assert!(c >= ' ' || "\t\n\r".contains(c), "&{escape};");
        plain.push(c);
        plain.push_str(rest);
    }
    plain
}

/// Reads a document as strictly as XML 1.0 wants it: one root, everything closed, quoted and escaped, no character too many.
pub(super) fn read(text: &str) -> Element {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    assert!(text.chars().all(is_legal), "{text:?}");
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").expect("a declaration");
    let mut open = vec![Element::default()];
    while let Some(at) = rest.find('<') {
        open.last_mut().unwrap().text += &plain(&rest[..at]);
        let (tag, after) = rest[at + 1..].split_once('>').expect("a tag that ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let done = open.pop().unwrap();
            assert_eq!(done.name, name);
            open.last_mut().expect("a root").children.push(done);
            continue;
        }
        let (tag, is_whole) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut inside) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == ':'), "<{tag}>");
        let mut element = Element { name: name.to_owned(), ..Element::default() };
        while let Some((key, value)) = inside.split_once("=\"") {
            let (value, more) = value.split_once('"').expect("a quote that ends");
            assert!(key.trim().chars().all(|c| c.is_ascii_alphabetic() || c == ':'), "{key}");
            element.attributes.push((key.trim().to_owned(), plain(value)));
            inside = more;
        }
        assert!(inside.trim().is_empty(), "<{tag}>");
        if is_whole { open.last_mut().unwrap().children.push(element) } else { open.push(element) }
    }
    assert!(rest.trim().is_empty() && open.len() == 1, "something is left open: {open:?}");
    let mut roots = open.pop().unwrap().children;
    assert_eq!(roots.len(), 1);
    roots.pop().unwrap()
}

async fn feed(node: &TestNode, path: &str) -> Element {
    let answer = node.get(path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/atom+xml; charset=utf-8");
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    let root = read(&answer.text().await.unwrap());
    assert_eq!((root.name.as_str(), root.attribute("xmlns")), ("feed", "http://www.w3.org/2005/Atom"), "{path}");
    root
}

fn titles(feed: &Element) -> Vec<&str> {
    feed.all("entry").iter().map(|entry| entry.word("title")).collect()
}

#[tokio::test]
async fn s048_s056_feeds_hold_public_posts_and_nothing_else() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let open = founds(&ada, "valves", "Valve quality", "public").await;
        let inner = founds(&ada, "inner", "Among us", "local").await;
        into(&ada, &open, "In the open community #seen").await;
        into(&ada, &inner, "Hidden in the inner one #seen").await;
        for visibility in ["private", "unlisted", "direct"] {
            writes(&ada, json!({ "status": format!("Hidden as {visibility} @bob #seen"), "visibility": visibility })).await;
        }
        let aloud = writes(&ada, json!({ "status": "Said aloud #seen" })).await;
        let by_bob = writes(&bob, json!({ "status": "By bob", "in_reply_to_id": aloud })).await;
        ada.post(&format!("/api/v1/statuses/{by_bob}/reblog"), json!({})).await;

        let of_ada = feed(&node, "/u/ada.atom").await;
        assert_eq!(titles(&of_ada), ["Said aloud #seen", "In the open community #seen"]);
        assert_eq!(titles(&feed(&node, "/c/valves.atom").await), ["In the open community #seen"]);
        assert_eq!(titles(&feed(&node, "/tags/seen.atom").await), ["Said aloud #seen", "In the open community #seen"]);
        assert_eq!(titles(&feed(&node, "/u/bob.atom").await), Vec::<&str>::new());

        let missing = page(&node, "/u/nobody.atom").await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        for hidden in ["/c/inner.atom", "/c/nowhere.atom", "/u/inner.atom"] {
            assert_eq!(page(&node, hidden).await, missing, "{hidden}");
        }
        let tx = node.app.begin().await.unwrap();
        accounts::suspend(&tx, bob.account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(page(&node, "/u/bob.atom").await, missing);
    })
    .await;
}

#[tokio::test]
async fn a_feed_says_what_rfc_4287_asks_for() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let warned = Draft { spoiler: "About <leaks>".into(), ..draft("<p>They leak &amp; drip.</p>") };
    let post = keeps(&node, &ada.account, Draft { language: "de".into(), ..warned }).await;
    let of_ada = feed(&node, "/u/ada.atom").await;
    let url = |path: &str| node.app.origin.absolute(path);
    let links: Vec<_> = of_ada.all("link").iter().map(|link| (link.attribute("rel"), link.attribute("href").to_owned())).collect();
    assert_eq!(links, [("self", url("/u/ada.atom")), ("alternate", url("/u/ada"))]);
    assert_eq!((of_ada.word("id"), of_ada.word("updated")), (url("/u/ada").as_str(), post.created_at.to_string().as_str()));
    let [entry] = of_ada.all("entry")[..] else { panic!("{of_ada:?}") };
    assert_eq!((entry.word("id"), entry.word("title")), (url(&post.uri).as_str(), "About <leaks>"));
    assert_eq!(entry.attribute("xml:lang"), "de");
    assert_eq!(entry.all("author")[0].word("uri"), url("/u/ada"));
    assert_eq!(entry.all("content")[0].attribute("type"), "html");
    assert_eq!(entry.word("content"), "<p><strong>About &lt;leaks&gt;</strong></p><hr><p>They leak &amp; drip.</p>");
    let (_, html) = page(&node, "/u/ada").await;
    assert!(html.contains(&format!("type=\"application/atom+xml\" href=\"{}\"", url("/u/ada.atom"))), "{html}");
}

#[tokio::test]
async fn s082_s084_feeds_stay_xml_whatever_people_write() {
    let node = Place::sqlite().node("acme").await;
    let more =
        ["]]>", "&nbsp;&bogus;&", "\0\u{1}\u{8}\u{b}\u{1b}\u{fffe}\u{ffff}", "<!--", "<![CDATA[", "<?xml?>", "\u{202e}x", "😀\u{301}"];
    for (nth, payload) in PAYLOADS.iter().chain(&more).enumerate() {
        let name = format!("ada{nth}");
        let ada = node.person(&name).await;
        let tx = node.app.begin().await.unwrap();
        let changes = Changes {
            display_name: Some((*payload).into()),
            note: Some(((*payload).into(), format!("<p>{payload}</p>"))),
            ..Changes::default()
        };
        accounts::change_profile(&tx, &ada.account, changes).await.unwrap();
        tx.commit().await.unwrap();
        let told = |text: &str| Draft { title: text.into(), spoiler: text.into(), language: text.into(), ..draft(text) };
        for text in [*payload, "", &format!("{payload} #tag")] {
            keeps(&node, &ada.account, told(text)).await;
        }
        let of_ada = feed(&node, &format!("/u/{name}.atom")).await;
        assert_eq!(of_ada.all("entry").len(), 3, "{payload:?}");
        // The store has no NUL.
        let wanted: String =
            payload.replace('\0', "\u{fffd}").chars().filter(|c| *c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
        assert_eq!(
            of_ada.all("entry")[2].word("content"),
            format!("<p><strong>{}</strong></p><hr>{wanted}", escaped(&wanted)),
            "{payload:?}"
        );
        assert!(
            of_ada.all("entry").iter().all(|entry| !entry.word("title").is_empty() && !entry.all("author")[0].word("name").contains('\0'))
        );
    }
    for tag in ["%3Cscript%3E", "%00", "a%26b", "%22", "%EF%BF%BE", "]]%3E"] {
        feed(&node, &format!("/tags/{tag}.atom")).await;
    }
}

fn escaped(text: &str) -> String {
    crate::base::text::html::escape(text)
}

#[tokio::test]
async fn whoever_has_a_feed_is_told_so_until_something_changes() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let first = keeps(&node, &ada.account, draft("<p>One.</p>")).await;
    let answer = node.get("/u/ada.atom").send().await.unwrap();
    let head = |name: header::HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
    let (tag, changed) = (head(header::ETAG), head(header::LAST_MODIFIED));
    assert_eq!(head(header::CACHE_CONTROL), "public, max-age=300");
    let ask = |name: header::HeaderName, value: String| node.get("/u/ada.atom").header(name, value).send();
    for (name, value) in [
        (header::IF_NONE_MATCH, tag.clone()),
        (header::IF_NONE_MATCH, format!("\"other\", {}", tag.trim_start_matches("W/"))),
        (header::IF_MODIFIED_SINCE, changed.clone()),
    ] {
        let again = ask(name, value.clone()).await.unwrap();
        assert_eq!((again.status(), again.headers()[header::ETAG].to_str().unwrap()), (StatusCode::NOT_MODIFIED, tag.as_str()), "{value}");
        assert_eq!(again.text().await.unwrap(), "");
    }
    assert_eq!(ask(header::IF_NONE_MATCH, "\"other\"".into()).await.unwrap().status(), StatusCode::OK);
    // What is deleted is out of the feed at once.
    ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", first.id)).send().await.unwrap();
    let after = ask(header::IF_NONE_MATCH, tag).await.unwrap();
    assert_eq!(after.status(), StatusCode::OK);
    assert!(!after.text().await.unwrap().contains("One."));
}

#[tokio::test]
async fn a_community_that_became_local_has_no_feed_and_its_old_posts_name_nobody_there() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let place = founds(&ada, "canaryplace", "The canary place", "public").await;
    into(&ada, &place, "Public at the time").await;
    assert_eq!(titles(&feed(&node, "/c/canaryplace.atom").await), ["Public at the time"]);
    let tx = node.app.begin().await.unwrap();
    let community: i64 = place["id"].as_str().unwrap().parse().unwrap();
    crate::sql!("UPDATE communities SET stage = 0 WHERE account_id = {}", community).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(page(&node, "/c/canaryplace.atom").await, page(&node, "/c/nothing.atom").await);
    assert!(!page(&node, "/u/ada.atom").await.1.contains("canary"));
    let hidden = Draft { audience: Audience::Followers, ..draft("<p>For followers.</p>") };
    keeps(&node, &ada.account, hidden).await;
    assert!(!page(&node, "/u/ada.atom").await.1.contains("followers"));
}
