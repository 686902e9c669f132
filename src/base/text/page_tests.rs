use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn at(html: &str) -> Option<Facts> {
    read(html.as_bytes(), "text/html; charset=utf-8", &Url::parse("https://news.example/a/b").unwrap())
}

#[test]
fn a_page_says_what_it_is() {
    let facts = at(r#"<!doctype html><html lang="de-CH"><head><meta charset=utf-8><title>Not this</title>
        <meta property="og:title" content="Frost &amp; Rust"><meta name="description" content="Not this either">
        <meta property="og:description" content=" Cover
          the beans. "><meta property="og:site_name" content="Garden News"><meta property="og:image" content="/frost.png">
        <meta property="og:image:alt" content="Beans"><meta property="og:image:width" content="800"><meta property="og:image:height" content="600">
        <meta name="author" content="Ada"><meta property="article:author" content="https://news.example/ada">
        <meta property="article:published_time" content="2026-11-22T10:00:00Z"><meta name="fediverse:creator" content="@Ada@Acme.example">
        </head><body><meta property="og:title" content="Too late"></body>"#)
    .unwrap();
    let expected = Facts {
        title: "Frost & Rust".into(),
        description: "Cover the beans.".into(),
        author_name: "Ada".into(),
        author_url: "https://news.example/ada".into(),
        creator: "ada@acme.example".into(),
        site: "Garden News".into(),
        image_url: "https://news.example/frost.png".into(),
        image_description: "Beans".into(),
        image_width: 800,
        image_height: 600,
        language: "de".into(),
        published: Some(Stamp(1_795_341_600_000)),
    };
    assert_eq!(facts, expected);
}

#[test]
fn a_page_without_cards_is_known_by_its_title() {
    let facts = at("<title> A  page\n</title><meta name=description content='About it'><p>words</p>").unwrap();
    assert_eq!((facts.title.as_str(), facts.description.as_str(), facts.image_url.as_str()), ("A page", "About it", ""));
    assert_eq!(at("<p>no title</p>"), None);
    assert_eq!(at(""), None);
    assert_eq!(at("<head></head><body><title>In the body</title>").unwrap().title, "In the body");
}

#[test]
fn s084_what_a_page_says_is_text_and_no_address_is_a_script() {
    let facts = at(r#"<title></script><script>alert(1)</script></title>
        <meta property="og:image" content="javascript:alert(1)"><meta property="article:author" content="http:javascript//x">
        <meta property="og:site_name" content="&lt;img src=x onerror=alert(1)&gt;"><meta name="author" content="moc&#x202e;.live">"#)
    .unwrap();
    // text, to be escaped by whoever shows it
    assert_eq!(facts.title, "</script><script>alert(1)</script>");
    assert_eq!((facts.image_url.as_str(), facts.site.as_str()), ("", "<img src=x onerror=alert(1)>"));
    assert_eq!(facts.author_name, "moc.live");
    assert!(facts.author_url.is_empty() || facts.author_url.starts_with("http"), "{}", facts.author_url);
    let script = at(r#"<script>"<title>no</title><meta property='og:title' content='no'>"</script><title>yes</title>"#).unwrap();
    assert_eq!(script.title, "yes", "what stands in a script is no tag");
}

#[test]
fn letters_of_the_west_are_read_and_others_left() {
    let url = Url::parse("https://news.example/").unwrap();
    let western = |bytes: &[u8], kind: &str| read(bytes, kind, &url).map(|facts| facts.title);
    assert_eq!(western(b"<title>Gr\xf6\xdfe \x80</title>", "text/html; charset=ISO-8859-1").as_deref(), Some("Größe €"));
    assert_eq!(western(b"<title>Gr\xf6\xdfe</title>", "text/html").as_deref(), Some("Größe"));
    assert_eq!(western(b"<meta charset='windows-1252'><title>\x93x\x94</title>", "text/html").as_deref(), Some("“x”"));
    assert_eq!(western("<title>Größe</title>".as_bytes(), "text/html").as_deref(), Some("Größe"));
    assert_eq!(western(b"\xef\xbb\xbf<title>x</title>", "text/html").as_deref(), Some("x"));
    assert_eq!(western(b"<title>\x83n</title>", "text/html; charset=shift_jis"), None);
}

#[test]
fn lengths_are_bounded() {
    let long = "x".repeat(100_000);
    let facts = at(&format!("<title>{long}</title><meta name=description content='{long}'><meta name=author content='{long}'>")).unwrap();
    assert_eq!(facts.title.chars().count(), TITLE_CHARS_MAX);
    assert!(facts.description.chars().count() <= DESCRIPTION_CHARS_MAX && facts.author_name.chars().count() <= NAME_CHARS_MAX);
}

#[test]
fn s072_a_page_made_to_be_slow_is_left() {
    let many: String = (0..400_000).map(|nth| format!(" a{nth}")).collect();
    let began = Instant::now();
    for html in [format!("<meta{many}><title>x</title>"), "<meta ".repeat(200_000), "<!--".repeat(200_000), "<title>".repeat(100_000)] {
        at(&html);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_left(bytes in proptest::collection::vec(any::<u8>(), 0..300), tags in "(<title>|</title>|<meta |name=|content=|og:title|'|\"|>|<script>|x){0,20}") {
        let url = Url::parse("https://news.example/").unwrap();
        let all = [tags.as_bytes(), &bytes].concat();
        if let Some(facts) = read(&all, "text/html", &url) {
            prop_assert!(!facts.title.is_empty() && !facts.title.contains('\n'));
        }
    }
}
