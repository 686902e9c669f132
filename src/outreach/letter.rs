//! What mails say: plain text, and the same as small HTML.

use crate::{
    app::App,
    store::tables::{Account, Community, Invitation},
};

/// A mail before it is sent.
pub(super) struct Letter {
    /// To which address.
    pub(super) to: String,
    /// Names the mail for good: a mail that is sent twice by accident shows once.
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The mail of an invitation: who invites, to what of which node, what for, the link and how long it works.
pub(super) fn invitation(
    app: &App,
    about: &Invitation,
    (by, community, facts): (&Account, &Account, &Community),
    (token, node): (&str, &str),
) -> Letter {
    let name = |account: &Account| line(account.name());
    let (inviter, title, node) = (name(by), name(community), line(node));
    let link = app.origin.absolute(&format!("/invitation/{token}"));
    let until = about.expires_at.utc().format("%-d %B %Y, %H:%M UTC").to_string();
    let paragraphs = [
        format!("{inviter} invites you to the community “{title}” of {node}, as {}.", about.role),
        format!("What it is for: {}", line(&facts.purpose)),
        "Whether your organisation has a node of its own or you come as a guest, begin here:".to_owned(),
        link.clone(),
        format!("The link is for you alone and works once, until {until}. If you did not expect this, do nothing."),
    ];
    Letter {
        to: about.email.clone(),
        id: format!("<invitation-{}-{}@{}>", about.id, about.sends, app.config.server.url.host()),
        subject: format!("{inviter} invites you to {title}"),
        html: as_html(&paragraphs, &link),
        text: paragraphs.join("\n\n"),
    }
}

/// The paragraphs as small HTML; the one that is `link` can be followed.
pub(super) fn as_html(paragraphs: &[String], link: &str) -> String {
    let html: String = paragraphs
        .iter()
        .map(|text| match text == link {
            true => format!("<p><a href=\"{0}\">{0}</a></p>\n", escaped(text)),
            false => format!("<p>{}</p>\n", escaped(text)),
        })
        .collect();
    format!("<!doctype html>\n<html lang=\"en\"><body>\n{html}</body></html>\n")
}

/// One line without control characters, so that nobody's name writes lines of its own into a mail.
pub(super) fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_name_writes_lines_or_markup_into_a_mail() {
        assert_eq!(line(" Ada\r\nBcc: eve@evil.test\u{7} "), "Ada Bcc: eve@evil.test");
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
