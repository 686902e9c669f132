//! What the command line can ask of a node, one verb each; performed by the running node or,
//! without one, by the command itself on the database.

use super::{backup, communities, emojis, hosts, leaving, newcomers, partners, peers, people, recover};
use crate::{
    app::{App, partners::Chosen},
    base::{error::Refusal, sentence::said},
    store::audit,
};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// How the audit log names the command line, as a door and as who acts.
pub(super) const COMMAND_LINE: &str = "command line";

/// A command for a node.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Makes an account that logs in here.
    AccountCreate {
        /// Name without host.
        name: String,
        /// Address for log-in.
        email: String,
        /// A [`NodeRole`](crate::base::words::NodeRole)'s word.
        role: String,
        /// Without one a log-in link is made.
        password: Option<String>,
    },
    /// Lists the people of this node.
    AccountList,
    /// Shows one.
    AccountShow {
        /// Name without host.
        name: String,
    },
    /// Keeps somebody out.
    AccountSuspend {
        /// Name without host.
        name: String,
    },
    /// Lets them in again.
    AccountRestore {
        /// Name without host.
        name: String,
    },
    /// Sets a password; sessions and tokens end.
    AccountSetPassword {
        /// Name without host.
        name: String,
        /// The new password.
        password: String,
    },
    /// Changes somebody's standing on this node.
    AccountSetRole {
        /// Name without host.
        name: String,
        /// A [`NodeRole`](crate::base::words::NodeRole)'s word.
        role: String,
    },
    /// Off-boards somebody.
    AccountOffBoard {
        /// Name without host.
        name: String,
        /// Why, for the receipt.
        reason: String,
    },
    /// Says for whom somebody works, or no longer.
    AccountAffiliation {
        /// Name without host.
        name: String,
        /// None: they do not work for this organisation.
        granted: Option<(String, String)>,
    },
    /// Shows the receipts of those who left.
    OffBoardings,
    /// Deletes an account and tells the nodes that know it.
    AccountDelete {
        /// Name without host.
        name: String,
    },
    /// Makes a fresh one-time log-in link.
    LoginLink {
        /// Name without host.
        name: String,
    },
    /// Does something with people who come.
    Newcomer {
        /// What.
        step: newcomers::NewcomerAct,
    },
    /// Makes an access token.
    TokenCreate {
        /// Whose.
        name: String,
        /// Scopes, separated by spaces.
        scopes: String,
    },
    /// Founds a community.
    CommunityCreate {
        /// Name in its handle.
        name: String,
        /// Title shown.
        title: String,
        /// What it is for.
        purpose: String,
        /// A [`Stage`](crate::base::words::Stage)'s word.
        stage: String,
        /// A [`JoinRule`](crate::base::words::JoinRule)'s word.
        join: String,
        /// Its first owner: name without host.
        owner: String,
    },
    /// Lists the communities that live here.
    CommunityList,
    /// Shows one.
    CommunityShow {
        /// Name without host.
        name: String,
    },
    /// Offers an agreement to another node.
    PartnerPropose {
        /// Its host.
        host: String,
        /// The terms.
        terms: Box<Chosen>,
    },
    /// Lists agreements.
    PartnerList,
    /// Shows one.
    PartnerShow {
        /// Its id or host.
        partner: String,
    },
    /// Does something with one.
    Partner {
        /// Its id or host.
        partner: String,
        /// What.
        step: partners::PartnerAct,
    },
    /// Gives our organisation a new key, which the one before signs.
    PartnerRotateKey,
    /// Refuses a host and every host below it.
    HostBlock {
        /// Its name.
        host: String,
        /// Why.
        reason: String,
    },
    /// Lifts the block of a host.
    HostUnblock {
        /// Its name.
        host: String,
    },
    /// Lists the hosts that are blocked.
    HostList,
    /// Lists other servers, or does something about one, or about many.
    Peer {
        /// What.
        step: peers::PeerAct,
    },
    /// Shows or changes with whom this node federates.
    FederationMode {
        /// `open`, `partners`, `off` or `default`; none to show it.
        mode: Option<String>,
    },
    /// Lists the custom emoji of this node.
    EmojiList,
    /// Keeps a custom emoji.
    EmojiAdd {
        /// Letters, digits and underscores.
        shortcode: String,
        /// Under which heading pickers show it; '' for none.
        category: String,
        /// The picture, in base64.
        image: String,
    },
    /// Takes a custom emoji away.
    EmojiRemove {
        /// Which.
        shortcode: String,
    },
    /// Saves everything into a folder.
    Backup {
        /// Absolute; missing or empty.
        dir: PathBuf,
        /// Everything but the files that people sent.
        #[serde(default)]
        without_media: bool,
    },
    /// Says whether the node is recovering, and what waits for an administrator.
    RecoverStatus,
    /// An administrator's word: the people are as they should be.
    RecoverConfirm,
    /// The agreement with a host still holds.
    RecoverAgreement {
        /// Which host.
        host: String,
    },
}

/// What came of an act: a table or a text for people, JSON for programs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// Headings of the table; empty when there is a text instead.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// The text.
    pub text: String,
    /// The same for programs.
    pub json: Value,
}

impl Answer {
    /// A text and its JSON.
    pub fn text(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, ..Self::default() }
    }

    /// A table and its JSON.
    pub fn table(headings: &[&str], rows: Vec<Vec<String>>, json: Value) -> Self {
        Self { headings: headings.iter().map(|&heading| heading.to_owned()).collect(), rows, json, ..Self::default() }
    }
}

/// Performs `act` on this node.
///
/// # Errors
/// A refusal's sentence, or what broke.
pub async fn perform(app: &App, act: Act) -> Result<Answer> {
    audit::through(COMMAND_LINE.to_owned(), audit::acting(COMMAND_LINE.to_owned(), act_out(app, act))).await
}

async fn act_out(app: &App, act: Act) -> Result<Answer> {
    match act {
        Act::AccountCreate { name, email, role, password } => people::create(app, people::Newcomer { name, email, role, password }).await,
        Act::AccountList => people::list(app).await,
        Act::AccountShow { name } => people::show(app, &name).await,
        Act::AccountSuspend { name } => people::suspend(app, &name).await,
        Act::AccountRestore { name } => people::restore(app, &name).await,
        Act::AccountSetPassword { name, password } => people::set_password(app, &name, password).await,
        Act::AccountSetRole { name, role } => people::set_role(app, &name, &role).await,
        Act::AccountOffBoard { name, reason } => leaving::off_board(app, &name, &reason).await,
        Act::AccountAffiliation { name, granted } => leaving::affiliate(app, &name, granted).await,
        Act::OffBoardings => leaving::list(app).await,
        Act::AccountDelete { name } => people::delete(app, &name).await,
        Act::LoginLink { name } => people::login_link(app, &name).await,
        Act::Newcomer { step } => newcomers::perform(app, step).await,
        Act::TokenCreate { name, scopes } => people::token(app, &name, &scopes).await,
        Act::CommunityCreate { name, title, purpose, stage, join, owner } => {
            let founding = (name, title, purpose, stage.parse()?, join.parse()?);
            communities::found(app, founding, &owner).await
        }
        Act::CommunityList => communities::list(app).await,
        Act::CommunityShow { name } => communities::show(app, &name).await,
        Act::PartnerPropose { host, terms } => partners::propose(app, &host, *terms).await,
        Act::PartnerList => partners::list(app).await,
        Act::PartnerShow { partner } => partners::show(app, &partner).await,
        Act::Partner { partner, step } => partners::perform(app, &partner, step).await,
        Act::PartnerRotateKey => partners::rotate_key(app).await,
        Act::HostBlock { host, reason } => hosts::block(app, &host, &reason).await,
        Act::HostUnblock { host } => hosts::unblock(app, &host).await,
        Act::HostList => hosts::list(app).await,
        Act::Peer { step } => peers::perform(app, step).await,
        Act::FederationMode { mode } => peers::federation(app, mode).await,
        Act::EmojiList => emojis::list(app).await,
        Act::EmojiAdd { shortcode, category, image } => emojis::add(app, (&shortcode, &category), &image).await,
        Act::EmojiRemove { shortcode } => emojis::remove(app, &shortcode).await,
        Act::Backup { dir, without_media } => backup::make(app, &dir, !without_media).await,
        Act::RecoverStatus => recover::status(app).await,
        Act::RecoverConfirm => recover::confirm(app).await,
        Act::RecoverAgreement { host } => recover::agreement(app, &host).await,
    }
}

/// There is no `kind` of that name here.
pub(super) fn missing(kind: &str, name: &str) -> Refusal {
    Refusal::missing(said!("there is no {kind} {name} on this node", kind, name = format!("{name:?}")))
}
