//! What is changed: good examples of everything, written by hand, and the documents of other programs where they are at hand.

use serde_json::{Value, json};
use std::path::PathBuf;

/// Largest document of other programs that is used, in bytes: larger ones only cost time.
const DOCUMENT_BYTES_MAX: u64 = 12_000;

pub const CAVAGE: &[&str] = &[
    r#"keyId="https://p.example/u/pat#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="aGVsbG8=""#,
    r#"keyId="https://p.example/u/pat#main-key",algorithm="hs2019",created=1795348800,expires=1795349000,headers="(request-target) (created) (expires) host digest content-type",signature="aGVsbG8""#,
    r#"keyId="https://p.example/actor/main-key",headers="(request-target) host date digest",signature="AA==",unknown="x""#,
];

pub const RFC9421: &[&str] = &[
    "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created=1795348800;keyid=\"https://p.example/u/pat#main-key\"\nsig1=:aGVsbG8=:",
    "a=(\"@method\" \"@target-uri\" \"@authority\" \"content-digest\" \"content-type\" \"date\");created=1795348800;expires=1795348900;keyid=\"https://p.example/u/pat#ed25519-key\";alg=\"ed25519\"\na=:AA==:",
    "sig1=(\"@method\" \"@target-uri\" \"@scheme\" \"@path\" \"@query\" \"content-digest\");keyid=\"https://p.example/k\";nonce=\"n\";tag=\"t\";created=1795348800\nsig1=:AA==:",
];

pub const SIGNATURE_WORDS: &[&str] = &[
    "keyId=\"",
    "\"",
    ",",
    "=",
    ";",
    "(",
    ")",
    "(request-target)",
    "(created)",
    " digest",
    "host ",
    "headers=\"",
    "signature=\"\"",
    "sig2=()",
    ";req",
    ";sf",
    ";key=\"sha-256\"",
    "@query-param",
    "created=-1",
    "9223372036854775807",
    "https://a@b/",
    "#",
    "%2f",
    " ",
    "\t",
    ":",
    "\"@authority\"",
    "\"@status\"",
];

pub const QUESTIONS: &[&str] = &[
    "resource=acct:ada@acme.example",
    "resource=acct%3Aada%40acme.example&rel=self&rel=http%3A%2F%2Fwebfinger.net%2Frel%2Fprofile-page",
    "resource=https://acme.example/u/ada",
    "resource=acct:acme.example:8443@acme.example:8443",
];

pub const TARGETS: &[&str] = &[
    "/api/v1/timelines/home?limit=20&max_id=5",
    "/api/v1/accounts/search?q=ada&limit=40&min_id=7&since_id=",
    "/api/v1/timelines/tag/%C3%9F?any[]=a&only_media=true",
    "https://elsewhere.example/api/v1/statuses?id[]=1",
    "*",
];

pub const ADDRESSES: &[&str] = &[
    "https://acme.example/u/ada#main-key",
    "http://Acme.Example.:80//x/../y?q=%41&r=+",
    "https://bücher.example:8443/ß",
    "http://[2001:db8::1]:8080/",
    "http://127.0.0.1/",
];

pub const ADDRESS_WORDS: &[&str] = &[
    "@",
    ":",
    "/",
    "//",
    "?",
    "#",
    "%",
    "%2e",
    "%40",
    "%00",
    "\\",
    ".",
    "..",
    "/../",
    "xn--",
    "。",
    "ß",
    "\u{202e}",
    " ",
    "\t",
    "&",
    "=",
    "+",
    "resource=",
    "acct:",
    "https:",
    "http://",
    "[::1]",
    "0x7f.1",
    ":99999",
    ":0",
    "user:pw@",
    "max_id=",
    "limit=-1",
    "min_id=x",
    "\u{0}",
    "<",
    ">",
    "\"",
    ",",
];

/// The first byte is the form: `0` multipart, `1` a form, `2` JSON, `3` none said.
pub const BODIES: &[&str] = &[
    "0--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\u{2}\r\n--b--\r\n",
    "1status=hello&media_ids[]=1&poll[options][]=a&poll[options][]=b&fields_attributes[0][name]=x&fields_attributes[0][value]=y",
    "2{\"status\":\"hello\",\"poll\":{\"options\":[\"a\",\"b\"],\"expires_in\":60}}",
    "3{\"status\":\"hello\"}",
];

pub const BODY_WORDS: &[&str] = &[
    "[]",
    "[",
    "]",
    "[a]",
    "[0]",
    "][",
    "&",
    "=",
    "%5B",
    "%5D",
    "%",
    "\r\n",
    "--b",
    "--b--",
    "--b\r\n",
    "Content-Disposition: form-data; name=\"x\"\r\n\r\n",
    "filename=\"../../x\"",
    "\"",
    "{",
    "}",
    "[[[[[[[[",
    ":null",
    "1e400",
    "\\u0000",
    "a[b][c][d][e][f]=1&",
    "status=1&",
];

pub const HTML: &[&str] = &[
    "<p>Hello <a href=\"https://p.example/@pat\" class=\"u-url mention\" rel=\"tag\">@<span>pat</span></a> <br>bye</p><ul><li>one</li></ul>",
    "<blockquote><h1>Title</h1><pre><code>x &lt; y</code></pre></blockquote><ol start=\"3\" reversed><li value=\"2\">x</ol><ruby>漢<rp>(</rp><rt>kan</rt></ruby>",
    "<svg><style><a title=\"</style><img src=x onerror=alert(1)>\">",
];

pub const HTML_WORDS: &[&str] = &[
    "<script>",
    "</script>",
    "<p>",
    "</p>",
    "<a href=\"javascript:x\">",
    "<a href='https://x.example/",
    "onclick=x ",
    "<!--",
    "-->",
    "<![CDATA[",
    "<math><mtext>",
    "<svg/onload=x>",
    "<table><td>",
    "<h1>",
    "</h2>",
    "<template>",
    "&lt;",
    "&#106;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "style=",
    "<iframe srcdoc=",
    "\u{0}",
    "<noscript>",
    "<textarea>",
    "</a>",
    "<br/",
    "class=\"h-card evil\"",
];

/// What comes to an inbox.
pub fn letters() -> Vec<Value> {
    let (pat, public) = ("https://p.example/u/pat", "https://www.w3.org/ns/activitystreams#Public");
    let note = json!({"type": "Note", "id": "https://p.example/n/1", "attributedTo": pat, "content": "<p>Hi <a href=\"https://x.example/\">x</a></p>",
        "contentMap": {"en": "<p>Hi</p>"}, "name": "Title", "summary": "careful", "sensitive": true, "url": "https://p.example/@pat/1", "inReplyTo": "https://acme.example/p/1",
        "published": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00Z", "to": [public], "cc": [format!("{pat}/followers")], "quote": "https://q.example/n/2",
        "tag": [{"type": "Mention", "href": "https://acme.example/u/ada", "name": "@ada"}, {"type": "Hashtag", "name": "#valves"},
            {"type": "Emoji", "name": ":blob:", "icon": {"type": "Image", "url": "https://p.example/blob.png"}}],
        "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://p.example/1.png", "name": "alt", "width": 640, "height": 480, "blurhash": "LEHV6nWB2yk8"}]});
    let person = json!({"type": "Person", "id": pat, "preferredUsername": "pat", "name": "Pat", "summary": "<p>me</p>", "inbox": format!("{pat}/inbox"),
        "outbox": format!("{pat}/outbox"), "followers": format!("{pat}/followers"), "url": "https://p.example/@pat", "endpoints": {"sharedInbox": "https://p.example/inbox"},
        "icon": {"type": "Image", "url": "https://p.example/a.png"}, "attachment": [{"type": "PropertyValue", "name": "web", "value": "<a href=\"https://p.example/\">p</a>"}],
        "publicKey": {"id": format!("{pat}#main-key"), "owner": pat, "publicKeyPem": "-----BEGIN PUBLIC KEY-----"}});
    let says = |kind: &str, object: Value| {
        json!({"@context": "https://www.w3.org/ns/activitystreams", "type": kind, "id": format!("https://p.example/a/{kind}"), "actor": pat, "object": object,
            "to": [public], "cc": []})
    };
    let mut letters = vec![
        says("Create", note.clone()),
        says("Update", note.clone()),
        says("Update", person.clone()),
        says("Announce", says("Create", note)),
        says("Undo", says("Follow", json!("https://acme.example/u/ada"))),
        says("Flag", json!(["https://acme.example/u/ada", "https://acme.example/p/1"])),
        says(
            "Create",
            json!({"type": "Question", "id": "https://p.example/n/2", "attributedTo": pat, "content": "?", "to": [public], "endTime": "2026-12-01T00:00:00Z",
            "oneOf": [{"type": "Note", "name": "yes", "replies": {"type": "Collection", "totalItems": 3}}, {"type": "Note", "name": "no"}]}),
        ),
    ];
    for kind in [
        "Follow",
        "Accept",
        "Reject",
        "Like",
        "EmojiReact",
        "Delete",
        "Add",
        "Remove",
        "Move",
        "Join",
        "Leave",
        "Offer",
        "Block",
        "Lock",
        "Warn",
        "Resolve",
    ] {
        letters.push(says(kind, json!("https://acme.example/p/1")));
    }
    letters.push(person);
    letters.extend(of_other_programs());
    letters
}

/// What WebFinger elsewhere answers.
pub fn jrds() -> Vec<Value> {
    let link = |kind: &str| json!({"rel": "self", "type": kind, "href": "https://p.example/u/pat"});
    vec![
        json!({"subject": "acct:pat@p.example", "aliases": ["https://p.example/@pat"], "links": [link("application/activity+json")]}),
        json!({"subject": "acct:pat@p.example:8443", "links": [link("text/html"), link("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"")]}),
    ]
}

/// The documents in `../shared/fixtures`, in a fixed order; none where they are not at hand.
fn of_other_programs() -> Vec<Value> {
    let shared = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into());
    let (mut folders, mut files) = (vec![PathBuf::from(shared).join("fixtures")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) if about.len() <= DOCUMENT_BYTES_MAX => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    let read = |file: &PathBuf| serde_json::from_slice::<Value>(&std::fs::read(file).ok()?).ok();
    files.iter().filter_map(read).filter(Value::is_object).collect()
}
