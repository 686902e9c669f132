use super::*;
use crate::base::text::strict::assert_safe;
use proptest::prelude::*;

#[test]
fn posts_of_other_servers_keep_their_form() {
    let mention = r#"<p><span class="h-card" translate="no"><a href="https://a.example/@bo" class="u-url mention" rel="nofollow noopener noreferrer" target="_blank">@<span>bo</span></a></span></p>"#;
    let sorted = |html: &str| {
        let mut bytes: Vec<u8> = html.bytes().collect();
        bytes.sort_unstable();
        bytes
    };
    assert_eq!(sorted(&sanitise(mention)), sorted(mention), "attributes may change places: {}", sanitise(mention));
    for (html, expected) in [
        ("<h1 id=x>T</h1>a<hr>", "<p><strong>T</strong></p>a<hr>"),
        ("<h2>a<pre>b</pre></h2>c", "<p><strong>a</strong></p><pre><strong>b</strong></pre><p></p>c"),
        ("<ol start=3 reversed type=a><li value=4>x</ol>", r#"<ol start="3" reversed="reversed"><li value="4">x</li></ol>"#),
        ("<div><b>b</b><table><tr><td>c</td></tr></table></div>", "<b>b</b>c"),
        ("<p class='quote-inline'>x</p><p class='h-card'>y</p>", r#"<p class="quote-inline">x</p><p>y</p>"#),
        ("<span class='h-card evil invisible'>x</span>", r#"<span class="h-card invisible">x</span>"#),
        ("<span class='u-\u{e}rl\nh-card\tmention'>x</span>", r#"<span class="h-card mention">x</span>"#),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"),
        ("a < b & c<!-- x -->", "a &lt; b &amp; c"),
        ("x<script>y</script><style>z</style><svg>s</svg><math>m</math>", "x"),
    ] {
        assert_eq!(sanitise(html), expected);
    }
    assert!(sanitise("<a href='/relative'>x</a>").starts_with("<a "), "the text stays");
    assert!(!sanitise("<a href='/relative'>x</a>").contains("href"));
}

#[test]
fn s082_no_payload_survives_the_sanitiser() {
    let payloads = super::super::strict::payloads();
    assert!(payloads.len() >= 100, "{}", payloads.len());
    for payload in payloads {
        for around in ["{}", "<p>{}</p>", "<a href=\"https://x.example/\">{}</a>", "<ul><li>{}", "<pre><code>{}"] {
            assert_safe(&sanitise(&around.replace("{}", &payload)), &payload);
        }
    }
}

/// Wall clock, so the bound is generous and holds unoptimised; the work itself is bounded in `parse_cost`.
#[test]
fn s072_a_megabyte_of_hostile_html_is_cheap() {
    let unclosed: String = (0..2000).map(|n| format!("<b class=h-{n}>")).collect();
    let long = format!("<a href=\"https://x.example/{}\">", "y".repeat(40_000));
    for (head, bomb) in [
        ("", "<a"),
        ("", "<a "),
        ("", "<p>"),
        ("", "<div>"),
        ("", "<b>"),
        ("", "</p>"),
        ("", "<table>"),
        ("", "&"),
        ("", "x&amp;"),
        ("", "&</x>"),
        ("", "<!--"),
        ("", "<"),
        ("", "<svg><style>"),
        ("", "</"),
        ("<a ", "b c "),
        (unclosed.as_str(), "<p>x"),
        (long.as_str(), "<p>x"),
        ("<script>", "</"),
    ] {
        let megabyte = head.to_owned() + &bomb.repeat(1_000_000 / bomb.len());
        let started = std::time::Instant::now();
        let clean = sanitise(&megabyte);
        let plain = to_plain(&megabyte);
        assert!(clean.len() <= OUTPUT_BYTES_MAX && plain.len() <= 3 * HTML_BYTES_MAX, "{head:.20}{bomb}: {}", clean.len());
        assert!(started.elapsed().as_secs() < 5, "{head:.20}{bomb}: {:?}", started.elapsed());
    }
}

/// Documents of other programs, outside the project: none may be too costly, all must come out clean.
#[test]
#[expect(clippy::print_stdout, reason = "says when the documents are absent")]
fn real_posts_of_other_software_are_parsed_and_come_out_clean() {
    let shared = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into());
    let mut folders = vec![std::path::PathBuf::from(shared).join("fixtures")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
                continue;
            }
            let json = std::fs::read(entry.path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            seen += json.map_or(0, |json: serde_json::Value| check_strings(&json, &entry.path().to_string_lossy()));
        }
    }
    println!("{seen} pieces of HTML from the shared fixtures (0: they are absent)");
}

/// Checks every string that looks like HTML; gives back how many.
fn check_strings(json: &serde_json::Value, from: &str) -> usize {
    match json {
        serde_json::Value::String(text) if text.contains('<') => {
            assert!(parse_cost::affordable(cut_bytes(text, HTML_BYTES_MAX)), "{from}: {text}");
            assert_safe(&sanitise(text), from);
            1
        }
        serde_json::Value::Array(items) => items.iter().map(|item| check_strings(item, from)).sum(),
        serde_json::Value::Object(fields) => fields.values().map(|value| check_strings(value, from)).sum(),
        _ => 0,
    }
}

#[test]
fn s084_escaped_text_cannot_leave_its_place() {
    assert_eq!(escape("</title><script>\"'&"), "&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;");
}

#[test]
fn too_costly_html_is_kept_as_text() {
    let html = format!("<p>Read &lt;this&gt;</p>{}", "<div>".repeat(5000));
    assert_eq!(sanitise(&html), "<p>Read &lt;this&gt;</p>");
}

proptest! {
    #[test]
    fn s082_any_soup_of_tags_comes_out_clean(soup in super::super::strict::soup()) {
        let once = sanitise(&soup);
        assert_safe(&once, &soup);
        assert_safe(&sanitise(&once), &once);
    }
}
