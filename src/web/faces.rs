//! Who and where: people and communities as pages name them, always with the host that they are of.

use crate::{
    app::{App, links::Sight},
    base::words::Stage,
    features::affiliations,
    store::tables::{Account, Community},
};

/// Colours of the letter that stands for an account.
const HUES: u32 = 6;

/// A person or a community.
#[derive(Clone, Debug, Default)]
pub(super) struct Face {
    /// The name shown.
    pub(super) name: String,
    /// Name without host.
    pub(super) username: String,
    /// Host of its node, ours included.
    pub(super) host: String,
    /// Its page: a path of ours, or at its own node; empty when that is no web address.
    pub(super) href: String,
    /// Whether that is elsewhere.
    pub(super) away: bool,
    /// A letter to know it by, where there is no picture.
    pub(super) letter: String,
    /// Which colour that has.
    pub(super) hue: u32,
    /// For whom they work, in one line that names the host too; empty for nobody.
    pub(super) works_for: String,
    /// Whether that is confirmed.
    pub(super) is_confirmed: bool,
    /// The handle of whoever answers for a guest; empty for who is none.
    pub(super) guest_of: String,
    /// Its picture, through this node; empty for none.
    pub(super) picture: String,
    /// Whether it is of this node.
    pub(super) is_ours: bool,
    /// Whether it is a community.
    pub(super) is_place: bool,
}

impl Face {
    /// `account` as pages name it.
    pub(super) fn of(app: &App, account: &Account) -> Self {
        let name = account.name();
        let host = if account.is_local() { app.origin.authority().to_owned() } else { account.host.clone() };
        let letter = name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect());
        let affiliation = affiliations::of(account);
        Self {
            works_for: affiliation.as_ref().map(|it| affiliations::line(it, app.origin.authority())).unwrap_or_default(),
            is_confirmed: affiliation.is_some_and(|it| it.is_confirmed),
            name: name.to_owned(),
            username: account.username.clone(),
            href: if account.is_local() { account.uri.clone() } else { web(account.page()).unwrap_or_default() },
            away: !account.is_local(),
            hue: account.username.bytes().chain(host.bytes()).fold(0, |sum, byte| (sum * 31 + u32::from(byte)) % 1009) % HUES,
            picture: picture(app, &account.avatar_url),
            is_ours: account.is_local(),
            is_place: account.is_community(),
            guest_of: account.guest().map(|guest| guest.handle).unwrap_or_default(),
            letter,
            host,
        }
    }
}

impl Face {
    /// The same for a member with `is_member`: whoever is elsewhere has a page here too.
    pub(super) fn seen(app: &App, account: &Account, is_member: bool) -> Self {
        let face = Self::of(app, account);
        if !is_member || account.is_local() {
            return face;
        }
        let room = if account.is_community() { "c" } else { "u" };
        let part = |part: &str| url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
        Self { href: format!("/{room}/{}@{}", part(&face.username), part(&face.host).replace("%3A", ":")), away: false, ..face }
    }
}

/// The address of somebody's picture, where it comes through this node; empty otherwise, as pages show nothing else (S91).
fn picture(app: &App, address: &str) -> String {
    if address.is_empty() {
        return String::new();
    }
    let shown = app.shown_url(address, Sight::Everybody);
    let is_ours = shown.strip_prefix(app.origin.base()).is_some_and(|rest| rest.starts_with('/'));
    if is_ours { shown } else { String::new() }
}

/// An address that may stand in a link; none for anything but http and https.
pub(super) fn web(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(url.into())
}

/// The page of something elsewhere, for sending visitors there: only where the page lies on the
/// host that vouches for it, so that nobody's claim makes us send people anywhere (S89).
pub(super) fn page_at_home(uri: &str, page: &str) -> Option<String> {
    let (uri, url) = (url::Url::parse(uri).ok()?, url::Url::parse(if page.is_empty() { uri } else { page }).ok()?);
    (uri.origin() == url.origin() && matches!(url.scheme(), "http" | "https")).then(|| url.into())
}

/// Whether strangers may know that a community is there.
pub(super) fn is_told(community: &Community) -> bool {
    matches!(community.stage, Stage::Public | Stage::Federated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s089_visitors_are_sent_only_to_the_host_that_vouches_for_the_page() {
        let uri = "https://bolt.test/u/bo";
        assert_eq!(page_at_home(uri, "https://bolt.test/@bo").as_deref(), Some("https://bolt.test/@bo"));
        assert_eq!(page_at_home(uri, "").as_deref(), Some(uri));
        for page in
            ["https://evil.test/", "http://bolt.test/@bo", "https://bolt.test:8443/", "javascript:alert(1)", "//evil.test", "/\\evil.test"]
        {
            assert_eq!(page_at_home(uri, page), None, "{page}");
        }
    }

    #[test]
    fn s082_links_are_web_addresses_or_nothing() {
        for evil in ["javascript:alert(1)", "data:text/html,x", " javascript:x", "vbscript:x", "/x", ""] {
            assert_eq!(web(evil), None, "{evil}");
        }
        assert_eq!(web("https://bolt.test/a\"b").as_deref(), Some("https://bolt.test/a%22b"));
    }
}
