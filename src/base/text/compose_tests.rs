use super::*;
use crate::base::text::{html::sanitise, plain::to_plain, strict::assert_safe};
use proptest::prelude::*;

fn resolve(mention: &Mention) -> Option<Link> {
    let host = mention.host.as_deref().unwrap_or("here.example");
    let known = !mention.name.starts_with("nobody");
    let acct = mention.host.as_ref().map_or(mention.name.clone(), |host| format!("{}@{host}", mention.name));
    known.then(|| Link { href: format!("https://{host}/@{}", mention.name), acct })
}

fn composed(source: &str, format: Format) -> Composed {
    compose(source, format, &resolve, &|tag| format!("https://here.example/tags/{tag}"))
}

/// The HTML without what every link carries, to keep expectations readable.
fn html(source: &str, format: Format) -> String {
    let html = composed(source, format).html;
    html.replace(" rel=\"nofollow noopener noreferrer\"", "")
        .replace(" rel=\"tag\"", "")
        .replace(" target=\"_blank\"", "")
        .replace(" translate=\"no\"", "")
}

#[test]
fn plain_text_becomes_what_mastodon_makes_of_it() {
    for (source, expected) in [
        ("Hi", "<p>Hi</p>"),
        ("", ""),
        ("a\nb\r\n\r\n\n c\n", "<p>a<br>b</p><p> c</p>"),
        ("a\n \nb\n@nobody", "<p>a</p><p>b<br>@nobody</p>"),
        ("1 < 2 & \"x\" <b>", "<p>1 &lt; 2 &amp; &quot;x&quot; &lt;b&gt;</p>"),
        ("@ada!", r#"<p><span class="h-card"><a href="https://here.example/@ada" class="u-url mention">@<span>ada</span></a></span>!</p>"#),
        ("\n#Frost", r#"<p><a href="https://here.example/tags/frost" class="mention hashtag">#<span>Frost</span></a></p>"#),
        (
            "https://example.com/",
            r#"<p><a href="https://example.com/"><span class="invisible">https://</span><span class="">example.com/</span><span class="invisible"></span></a></p>"#,
        ),
        (
            "https://www.example.com/a/path/that/is/quite/long",
            r#"<p><a href="https://www.example.com/a/path/that/is/quite/long"><span class="invisible">https://www.</span><span class="ellipsis">example.com/a/path/that/is/qui</span><span class="invisible">te/long</span></a></p>"#,
        ),
    ] {
        assert_eq!(html(source, Format::Plain), expected, "{source}");
    }
}

#[test]
fn markdown_is_used_and_links_are_made_outside_code_and_links() {
    for (source, expected) in [
        ("*a* **b** ~~c~~ `@ada #x`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>@ada #x</code></p>"),
        ("# T\n\n- a\n- b", "<p><strong>T</strong></p><ul><li>a</li><li>b</li></ul>"),
        ("> q\n\n1. x", "<blockquote><p>q</p></blockquote><ol><li>x</li></ol>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[@ada](https://x.example/)", r#"<p><a href="https://x.example/">@ada</a></p>"#),
        ("[x](javascript:alert(1)) ![alt](https://x.example/i.png)", r#"<p>x <a href="https://x.example/i.png">alt</a></p>"#),
        (
            "**@ada**",
            r#"<p><strong><span class="h-card"><a href="https://here.example/@ada" class="u-url mention">@<span>ada</span></a></span></strong></p>"#,
        ),
    ] {
        assert_eq!(html(source, Format::Markdown), expected, "{source}");
    }
    let code = composed("```\n<b> @ada\n```\n#y", Format::Markdown);
    assert!(code.html.starts_with("<pre><code>&lt;b&gt; @ada\n</code></pre>"), "{}", code.html);
    assert_eq!((code.mentions.len(), code.tags.len()), (0, 1));
    let tag = composed("#y", Format::Markdown).html;
    assert!(tag.contains("rel=\"tag\""), "{tag}");
}

#[test]
fn what_is_linked_is_told_once_each() {
    for format in [Format::Plain, Format::Markdown] {
        let all = composed("@ada @Ada @bo@b.example @nobody #A #a https://x.example https://x.example", format);
        let mentions: Vec<_> = all.mentions.iter().map(|m| (m.name.as_str(), m.host.as_deref())).collect();
        assert_eq!(mentions, [("ada", None), ("bo", Some("b.example"))]);
        assert_eq!(all.tags.iter().map(|t| (t.name.as_str(), t.key.as_str())).collect::<Vec<_>>(), [("A", "a")]);
        assert_eq!(all.links, ["https://x.example/"]);
    }
}

#[test]
fn namesakes_are_told_apart() {
    let html = html("@bo@a.example @bo@b.example @ada", Format::Plain);
    assert!(
        html.contains(">@<span>bo@a.example</span>") && html.contains(">@<span>bo@b.example</span>") && html.contains(">@<span>ada</span>")
    );
}

#[test]
fn s044_the_host_of_a_link_is_always_seen_whole() {
    for (typed, shown) in [
        ("https://a-bank.example.with.a.very.long.name.evil.example/x", "a-bank.example.with.a.very.long.name.evil.example"),
        ("https://bank.example@evil.example/", "bank.example@evil.example"),
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),
    ] {
        let html = html(typed, Format::Plain);
        let visible = html.split("<span class=\"").nth(2).unwrap_or_default();
        assert!(visible.contains(shown), "{typed}: {html}");
    }
}

#[test]
fn s082_no_payload_survives_the_composer() {
    for payload in super::super::strict::payloads() {
        for format in [Format::Plain, Format::Markdown] {
            for around in ["{}", "a {} @ada #b", "[x]({})", "![x]({})", "<{}>", "`{}", "[a]: {}\n\n[a]", "**{}**"] {
                assert_safe(&composed(&around.replace("{}", &payload), format).html, &payload);
            }
        }
    }
    let hostile =
        compose("@ada #x", Format::Plain, &|_| Some(Link { href: "javascript:x".into(), acct: "a".into() }), &|_| "data:x".into());
    assert_eq!(hostile.html, "<p>@ada #x</p>");
}

/// Wall clock, so the bound is generous; it holds unoptimised.
#[test]
fn s072_a_megabyte_of_hostile_markdown_is_cheap() {
    for bomb in [
        "> ",
        ">",
        "- ",
        "[",
        "[a](",
        "![",
        "*a ",
        "**a _b ",
        "`",
        "`a``",
        "<a",
        "&",
        "@a@b ",
        "#a",
        "https://a.example/ ",
        "1. ",
        "~",
        "[a]: b\n",
        "\t",
        "*_",
        "<!--",
        "- > ",
    ] {
        for format in [Format::Plain, Format::Markdown] {
            let megabyte = bomb.repeat(1_000_000 / bomb.len());
            let started = std::time::Instant::now();
            let made = composed(&megabyte, format);
            assert!(made.html.len() < 60 * SOURCE_BYTES_MAX);
            assert!(started.elapsed().as_secs() < 10, "{bomb}: {:?}", started.elapsed());
        }
    }
}

fn source() -> impl Strategy<Value = String> {
    proptest::string::string_regex("([a-z <>&\"'@#*_`~\\[\\]()!\\\\\n-]|https://|@ada|#tag|javascript:|\\]\\(|\\PC){0,60}")
        .expect("a pattern")
}

proptest! {
    #[test]
    fn nothing_outside_the_allow_list_is_ever_composed(source in source(), soup in super::super::strict::soup()) {
        for text in [source, soup] {
            for format in [Format::Plain, Format::Markdown] {
                let made = composed(&text, format).html;
                assert_safe(&made, &text);
                prop_assert_eq!(to_plain(&sanitise(&made)), to_plain(&made));
            }
        }
    }

    #[test]
    fn plain_words_stay_as_typed(words in "[a-z<>&\"]{1,9}( [a-z<>&\"]{1,9}){0,6}") {
        prop_assert_eq!(to_plain(&composed(&words, Format::Plain).html), words);
    }
}
