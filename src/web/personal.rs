//! The pages by which people come in, and those about themselves: what each template is given.

use super::{entries::Moment, faces::Face, pages::Frame, problems::Problems, qr::Qr};
use askama::Template;

/// What the page for logging in offers beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    /// Whoever comes may ask for an account.
    pub(super) signs_up: bool,
    /// A forgotten password is set anew by mail.
    pub(super) resets: bool,
}

/// Signing up.
#[derive(Template)]
#[template(path = "sign_up.html")]
pub(super) struct SignUp {
    pub(super) frame: Frame,
    /// The path of this page.
    pub(super) path: String,
    pub(super) problems: Problems,
    /// Whether an administrator decides, and reads why.
    pub(super) asks_why: bool,
    /// Whether the address must be confirmed.
    pub(super) confirms: bool,
    /// Whether this node has rules that newcomers accept.
    pub(super) has_rules: bool,
    /// Fewest characters of a password.
    pub(super) characters: usize,
    /// Who invited, if anybody.
    pub(super) inviter: Option<Face>,
    /// What was typed.
    pub(super) username: String,
    pub(super) email: String,
    pub(super) reason: String,
    pub(super) agrees: bool,
}

/// An address that is to be confirmed.
#[derive(Template)]
#[template(path = "confirmation.html")]
pub(super) struct Confirmation {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) email: String,
}

/// Asking for a new password.
#[derive(Template)]
#[template(path = "forgotten.html")]
pub(super) struct Forgotten {
    pub(super) frame: Frame,
}

/// Setting a new password.
#[derive(Template)]
#[template(path = "new_password.html")]
pub(super) struct NewPassword {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) problems: Problems,
    /// Fewest characters of a password.
    pub(super) characters: usize,
}

/// The code beside the password.
#[derive(Template)]
#[template(path = "second_step.html")]
pub(super) struct SecondStep {
    pub(super) frame: Frame,
    pub(super) problems: Problems,
    pub(super) ticket: String,
    pub(super) next: String,
}

/// One's own account: address, password, and the way to the rest.
#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct Settings {
    pub(super) frame: Frame,
    pub(super) done: String,
    pub(super) problems: Problems,
    pub(super) email: String,
    /// The other one, as it was typed.
    pub(super) typed_email: String,
    /// Whether a password is set: else nothing asks for it.
    pub(super) has_password: bool,
    /// Whether the node sends mail: else an address is not changed here.
    pub(super) sends_mail: bool,
    pub(super) second_factor: bool,
    pub(super) may_invite: bool,
    /// Fewest characters of a password.
    pub(super) characters: usize,
}

/// Where one is logged in.
#[derive(Template)]
#[template(path = "sessions.html")]
pub(super) struct Sessions {
    pub(super) frame: Frame,
    pub(super) browsers: Vec<Shown>,
    pub(super) apps: Vec<Shown>,
}

/// A browser or an app in that list.
pub(super) struct Shown {
    /// What names it in the form.
    pub(super) id: String,
    pub(super) name: String,
    /// What an app may, in words; '' for a browser.
    pub(super) rights: String,
    pub(super) since: Moment,
    pub(super) used: Option<Moment>,
    /// The browser that looks at the page.
    pub(super) is_here: bool,
}

/// The second step of logging in: off with a key to be put into the phone, or on.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub(super) struct SecondFactor {
    pub(super) frame: Frame,
    pub(super) problems: Problems,
    pub(super) is_on: bool,
    /// Of the codes that were written down.
    pub(super) codes_left: i64,
    /// The key in groups of four letters, and the address for apps that open it.
    pub(super) key: String,
    pub(super) address: String,
    /// The same to be scanned.
    pub(super) picture: Option<Qr>,
    pub(super) has_password: bool,
}

/// The codes to be written down, shown once.
#[derive(Template)]
#[template(path = "codes.html")]
pub(super) struct Codes {
    pub(super) frame: Frame,
    pub(super) codes: Vec<String>,
}

/// Invitations to have an account here.
#[derive(Template)]
#[template(path = "invites.html")]
pub(super) struct Invites {
    pub(super) frame: Frame,
    pub(super) problems: Problems,
    /// What was typed.
    pub(super) note: String,
    pub(super) uses: String,
    pub(super) days: String,
    /// The link of the one just made, shown once; '' for none.
    pub(super) link: String,
    pub(super) open: Vec<OpenInvite>,
}

/// One of them.
pub(super) struct OpenInvite {
    pub(super) id: String,
    pub(super) note: String,
    pub(super) uses: i64,
    pub(super) uses_max: i64,
    pub(super) until: Moment,
}
