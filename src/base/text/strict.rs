//! For tests: what a browser could do with some HTML, judged without the sanitiser's parser, and
//! a corpus of attacks. Anything not on the list fails, so a new hole cannot hide.
#![allow(clippy::panic, clippy::unwrap_used, reason = "it is compiled for tests and fuzzing alone")]

#[cfg(test)]
use proptest::prelude::*;

const ELEMENTS: [&str; 21] = [
    "p",
    "br",
    "span",
    "a",
    "del",
    "s",
    "pre",
    "code",
    "em",
    "strong",
    "b",
    "i",
    "u",
    "blockquote",
    "ul",
    "ol",
    "li",
    "ruby",
    "rt",
    "rp",
    "hr",
];
const SCHEMES: [&str; 9] = ["http", "https", "gemini", "gopher", "ipfs", "ipns", "magnet", "mailto", "xmpp"];

/// Panics unless every `<` begins an allowed tag, spelled as a serialiser does, with allowed attributes.
pub fn assert_safe(html: &str, from: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let inside = &rest[at + 1..];
        let mut quoted = false;
        let end = inside.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = end.unwrap_or_else(|| panic!("unclosed tag: {html}\nfrom {from}"));
        assert_tag(&inside[..end], html, from);
        rest = &inside[end + 1..];
    }
}

fn assert_tag(tag: &str, html: &str, from: &str) {
    let wrong = |what: &str| panic!("{what} in <{tag}>: {html}\nfrom {from}");
    if let Some(name) = tag.strip_prefix('/') {
        return if !ELEMENTS.contains(&name) {
            wrong("element")
        };
    }
    let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    if !ELEMENTS.contains(&name) {
        wrong("element");
    }
    while let Some((key, value)) = attributes.split_once("=\"") {
        let (value, after) = value.split_once('"').unwrap_or_else(|| panic!("unclosed value: {html}\nfrom {from}"));
        let fine = match (name, key) {
            ("a", "href") => {
                let start = value.split(':').next().unwrap_or_default().to_ascii_lowercase();
                value.contains(':') && SCHEMES.contains(&start.as_str())
            }
            ("a", "rel") => value == "tag" || value == super::html::LINK_REL,
            ("a", "target") => value == "_blank",
            ("a" | "span", "class") => value.bytes().all(|b| b.is_ascii_graphic() || b == b' ' || !b.is_ascii()),
            ("p", "class") => value == "quote-inline",
            ("a" | "span", "translate") => value == "no",
            ("ol", "start") | ("li", "value") => value.parse::<i32>().is_ok(),
            ("ol", "reversed") => value == "reversed",
            _ => false,
        };
        if !fine {
            wrong(key);
        }
        attributes = after.trim_start();
    }
    if !attributes.is_empty() {
        wrong("leftover");
    }
}

/// Attacks: those that sanitisers fell for, combined with the ways to disguise them.
#[cfg(test)]
pub(super) fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = WHOLE.iter().map(ToString::to_string).collect();
    for element in [
        "img src=x",
        "svg",
        "body",
        "video src=x",
        "details open",
        "a href=https://x.example",
        "p",
        "span",
        "marquee",
        "math",
        "input autofocus",
        "li",
    ] {
        for handler in [
            "onerror=alert(1)",
            "onload=alert`1`",
            "OnClIcK='alert(1)'",
            "onfocus\n=\nalert(1)",
            "style=background:url(javascript:x)",
            "/onmouseover=alert(1)/",
        ] {
            payloads.push(format!("<{element} {handler}>x"));
        }
    }
    for scheme in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:x",
        "&#106;avascript:x",
        "javascript&colon;x",
        "\u{1}javascript:x",
        " javascript:x",
        "data:text/html,<script>x</script>",
        "vbscript:x",
        "blob:https://x/y",
        "file:///etc/passwd",
        "//x.example",
        "view-source:x",
        "java\nscript:x",
        "livescript:x",
        "&#x6A&#x61;vascript:x",
    ] {
        payloads.push(format!("<a href=\"{scheme}\">x</a>"));
        payloads.push(format!("<a href={scheme}>x</a>"));
        payloads.push(scheme.to_owned());
    }
    payloads
}

#[cfg(test)]
const WHOLE: [&str; 46] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script >",
    "<<script>alert(1)//<</script>",
    "<iframe srcdoc='<script>x</script>'></iframe>",
    "<iframe src=javascript:x>",
    "<object data=x><embed src=x>",
    "<form action=javascript:x><button formaction=javascript:x>x</button></form>",
    "<base href=javascript:x//>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>",
    "<link rel=stylesheet href=//x.example>",
    "<style>@import '//x.example'</style>",
    "<svg><script>x</script></svg>",
    "<svg><animate onbegin=x attributeName=x>",
    "<svg><a><animate attributeName=href values=javascript:x /><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=y>#x'></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=text/html><style><img src=x onerror=x></style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
    "<plaintext><img src=x onerror=x>",
    "<!--><img src=x onerror=x>-->",
    "<!--!><img src=x onerror=x>--!>",
    "<![CDATA[<img src=x onerror=x>]]>",
    "<?xml-stylesheet href=javascript:x?>",
    "<!ENTITY x '<script>'>",
    "<template><script>x</script></template>",
    "<select><style></select><img src=x onerror=x>",
    "<table><td background=javascript:x>",
    "<isindex type=image src=1 onerror=x>",
    "<img src=\"x` `<script>x</script>\"` `>",
    "<img \"\"\"><script>x</script>\">",
    "<a href=\"https://x.example/\"onclick=\"x\">x</a>",
    "<a href='https://x.example/\" onclick=\"x'>x</a>",
    "<span class='\"><script>x</script>'>x</span>",
    "<span class='u-\"onclick=\"x'>x</span>",
    "\u{0}<scr\u{0}ipt>x</script>",
    "&lt;script&gt;x&lt;/script&gt;",
    "%3Cscript%3Ex%3C/script%3E ＜script＞",
    "https://x.example/\"onmouseover=\"alert(1) @a\"onclick=x #<script>",
];

/// Random sequences of pieces that mean something to an HTML parser.
#[cfg(test)]
pub(super) fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "<",
        ">",
        "</",
        "<p>",
        "</p>",
        "<a href=",
        "\"",
        "'",
        "=",
        " ",
        "/",
        "<b>",
        "</b>",
        "<svg>",
        "</svg>",
        "<math>",
        "<style>",
        "</style>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<table>",
        "<td>",
        "<img src=x onerror=x>",
        "onclick=x",
        "javascript:",
        "https://x.example/",
        "<h1>",
        "</h1>",
        "<h2",
        "<select>",
        "<template>",
        "<mtext>",
        "<textarea>",
        "<li>",
        "<span class=",
        "h-x",
        "<![CDATA[",
        "]]>",
        "&lt;",
        "&quot;",
        "&#x3c;",
        "x",
        "\u{0}",
        "ä",
        "<noscript>",
        "<form>",
        "<title>",
        "<mglyph>",
        "<foreignObject>",
        "<br/>",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..25).prop_map(|pieces| pieces.concat())
}

/// The judge itself must be able to say no.
#[test]
fn the_judge_rejects_what_a_browser_would_run() {
    let rejected = |html: &'static str| std::panic::catch_unwind(|| assert_safe(html, html)).is_err();
    for html in [
        "<script>",
        "<svg>",
        "<img src=\"x\">",
        "<a href=\"javascript:x\">",
        "<a href=\"/x\">",
        "<p onclick=\"x\">",
        "<p style=\"x\">",
        "<a href=\"https://x\" x>",
        "<p",
        "a < b",
    ] {
        assert!(rejected(html), "{html}");
    }
    assert!(!rejected("<p>a<a href=\"https://x.example/\" rel=\"tag\">b</a></p>"));
}
