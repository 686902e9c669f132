//! The pictures beside words: strokes in the colour of the text, drawn inside the page, so that nothing is asked for them.

use std::fmt;

/// A picture by its name, as HTML. It says nothing to whoever does not see it: words stand beside it, or its element has a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Icon(pub(super) &'static str);

/// Names, and what is drawn on a sheet of 24 by 24.
const DRAWINGS: &[(&str, &str)] = &[
    ("bell", "M6 16V10a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"),
    ("bookmark", "M7 4h10v16l-5-4-5 4z"),
    ("boost", "M17 3l3 3-3 3M4 11V9a3 3 0 0 1 3-3h13M7 21l-3-3 3-3M20 13v2a3 3 0 0 1-3 3H4"),
    ("building", "M5 21V4h10v17M15 9h4v12M3 21h18M8 8h4M8 12h4M8 16h4"),
    ("chart", "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6"),
    ("check", "M5 12l5 5 9-10"),
    ("clock", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2"),
    ("close", "M6 6l12 12M18 6L6 18"),
    (
        "cog",
        "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2",
    ),
    ("door", "M6 21V4h9v17M4 21h16M12 12v.5"),
    ("flag", "M6 21V4h11l-2 4 2 4H6"),
    ("globe", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"),
    ("hands", "M4 12l4-4 4 3 4-3 4 4-8 7zM12 11v3"),
    ("home", "M4 11l8-7 8 7v9h-5v-6H9v6H4z"),
    ("image", "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.1"),
    ("key", "M8 12a4 4 0 1 0 0 .1M12 12h9v4M17 12v3"),
    ("list", "M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1"),
    ("lock", "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3"),
    ("mail", "M3 6h18v12H3zM3 7l9 6 9-6"),
    ("more", "M6 12h.1M12 12h.1M18 12h.1"),
    ("pen", "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"),
    ("people", "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M3 20c0-4 3-6 6-6s6 2 6 6M16 5.5a3 3 0 0 1 0 5M17 14c3 .5 4 3 4 6"),
    ("person", "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-5 4-7 8-7s8 2 8 7"),
    ("pin", "M9 4h6l-1 6 4 4H6l4-4zM12 14v7"),
    ("plus", "M12 5v14M5 12h14"),
    ("poll", "M4 6h12M4 12h16M4 18h8"),
    ("reply", "M10 6L4 12l6 6M4 12h9c4 0 7 2 7 7"),
    ("search", "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5"),
    ("shield", "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z"),
    ("star", "M12 4l2.5 5 5.5.8-4 3.9 1 5.5-5-2.7-5 2.7 1-5.5-4-3.9 5.5-.8z"),
];

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let drawn = DRAWINGS.iter().find(|(name, _)| *name == self.0).map_or("", |(_, drawn)| drawn);
        write!(f, r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{drawn}"/></svg>"#)
    }
}

/// Nothing of it comes from anybody but us.
impl askama::filters::HtmlSafe for Icon {}
