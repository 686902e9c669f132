//! Markdown to HTML: CommonMark with strike-through; mentions, hashtags and addresses become links
//! outside code and links.
//!
//! HTML in the source is shown as text. The result passes the sanitiser all the same, so that a
//! flaw in the renderer cannot let anything through. Work is bounded by the parser's own steps.

use super::{compose::Weaver, html, link};
use comrak::{
    Arena, Options, format_html,
    nodes::{AstNode, NodeValue},
    try_parse_document,
};
use std::cell::Cell;

/// Steps of the parser in one text, in its own unit of 256 lines, inlines or nodes.
const STEPS_MAX: u32 = 800;
/// Deepest nesting of quotes, lists and emphasis.
const DEPTH_MAX: usize = 64;

/// The HTML of `source`; none when it is too much work or too deep.
pub(super) fn render(source: &str, weaver: &mut Weaver) -> Option<String> {
    let arena = Arena::new();
    let options = options();
    let steps = Cell::new(0);
    let too_much = || {
        steps.set(steps.get() + 1);
        steps.get() > STEPS_MAX
    };
    if !shallow(source) {
        return None;
    }
    let root = try_parse_document(&arena, source, &options, &too_much).ok()?;
    weave(&arena, root, weaver)?;
    let mut rendered = String::with_capacity(source.len() * 2);
    format_html(root, &options, &mut rendered).ok()?;
    Some(html::sanitise_own(&rendered).trim_end().replace(">\n<", "><").replace("<br>\n", "<br>"))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    options
}

/// Whether no line opens more quotes or lists than `DEPTH_MAX`: opening containers costs the parser
/// their number on every line.
fn shallow(source: &str) -> bool {
    let marks = |line: &str| {
        let start = line.find(|c: char| !matches!(c, '>' | '-' | '*' | '+' | ' ' | '\t' | '.' | ')') && !c.is_ascii_digit());
        let start = line.get(..start.unwrap_or(line.len())).unwrap_or_default();
        start.bytes().filter(|b| matches!(b, b'>' | b'-' | b'*' | b'+' | b'.' | b')')).count()
    };
    // A ruler of dashes or stars has no depth.
    let ruler = |line: &str| line.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b' '));
    source.lines().all(|line| ruler(line) || marks(line) <= DEPTH_MAX)
}

/// Exchanges text outside links for text with links, and links for links of our shape.
fn weave<'a>(arena: &'a Arena<'a>, root: &'a AstNode<'a>, weaver: &mut Weaver) -> Option<()> {
    use comrak::arena_tree::NodeEdge;
    let (mut depth, mut links) = (0usize, 0usize);
    let mut texts = Vec::new();
    let mut anchors = Vec::new();
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => {
                depth += 1;
                match node.data().value {
                    NodeValue::Text(_) if links == 0 => texts.push(node),
                    NodeValue::Link(_) | NodeValue::Image(_) => {
                        anchors.push((node, links == 0));
                        links += 1;
                    }
                    _ => {}
                }
            }
            NodeEdge::End(node) => {
                depth -= 1;
                links -= usize::from(matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_)));
            }
        }
        if depth > DEPTH_MAX {
            return None;
        }
    }
    for node in texts {
        let text = node.data().value.text().map(|text| text.to_string()).unwrap_or_default();
        node.data_mut().value = NodeValue::Raw(weaver.inline(&text));
    }
    for (node, outermost) in anchors {
        anchor(arena, node, outermost, weaver);
    }
    Some(())
}

/// Puts a link of our shape round what `node` holds, or nothing if it leads nowhere we allow.
fn anchor<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, outermost: bool, weaver: &mut Weaver) {
    let href = match &node.data().value {
        NodeValue::Link(link) | NodeValue::Image(link) => link.url.clone(),
        _ => return,
    };
    let raw = |html: String| arena.alloc(AstNode::from(NodeValue::Raw(html)));
    let parsed = url::Url::parse(&href).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    if let Some(url) = parsed.filter(|_| outermost) {
        let mut open = String::new();
        link::open_into(&mut open, url.as_str());
        node.insert_before(raw(open));
        node.insert_after(raw("</a>".into()));
        weaver.remember_link(url.into());
    }
    while let Some(child) = node.first_child() {
        node.insert_before(child);
    }
    node.detach();
}
