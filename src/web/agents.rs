//! Browsers in words, for whoever looks where they are logged in.

use super::frame::Frame;

/// The browser and its system, from what it says of itself (`User-Agent`); that is a hint, no proof of anything.
pub(super) fn in_words(agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // Each says the names of those before it, so the rarer come first.
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi", "Vivaldi"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chromium", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".to_owned(),
    }
}

/// What [`in_words`] once said, in the reader's language.
pub(super) fn told(frame: &Frame, said: &str) -> String {
    let browser = |name: &str| if name.is_empty() || name == "A browser" { frame.say("entering-browser") } else { name.to_owned() };
    match said.split_once(" on ") {
        Some((name, system)) => frame.names("entering-browser-on", &browser(name), system),
        None => browser(said),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn the_usual_browsers_are_told_apart_and_nothing_else_is_repeated() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, words) in [
            (format!("{windows} Chrome/140.0.0.0 Safari/537.36"), "Chrome on Windows"),
            (format!("{windows} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0".to_owned(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604".to_owned(),
                "Safari on iPhone",
            ),
            ("<script>alert(1)</script>".to_owned(), "A browser"),
            (String::new(), "A browser"),
        ] {
            assert_eq!(in_words(&agent), words);
        }
    }
}
