//! Signing up, as the page and the API for apps do it: what was typed is checked whole, so that all that is wrong is said at once;
//! then keys and hash are made, outside of any transaction.

use super::App;
use crate::{
    base::{
        config::RegistrationMode,
        error::{Error, Refusal, Result},
        password,
        sentence::{Sentence, said},
        text::names,
    },
    features::{
        accounts::{self, Door, Newcomer},
        administering::newcomers,
    },
    store::{Tx, tables::Account},
};
use std::net::IpAddr;

/// What somebody who signs up typed.
#[derive(Clone, Default)]
pub struct Asked {
    /// User name.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// Password, in clear.
    pub password: String,
    /// Why they want an account; '' for nothing.
    pub reason: String,
    /// The code of their invitation; '' for none.
    pub invite: String,
    /// Whether they accept the rules of this node.
    pub agreement: bool,
}

/// One thing that is wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which field, as the API names it.
    pub field: &'static str,
    /// Mastodon's word for it: `ERR_BLANK`, `ERR_TAKEN`, …
    pub code: &'static str,
    /// Completes the sentence "field …".
    pub problem: Sentence,
}

impl Problem {
    fn new(field: &'static str, code: &'static str, problem: impl Into<Sentence>) -> Self {
        Self { field, code, problem: problem.into() }
    }

    fn of(refusal: &Refusal) -> Option<Self> {
        let code = match refusal.said.template() {
            "has already been taken" => "ERR_TAKEN",
            "is reserved" => "ERR_RESERVED",
            "must not be empty" => "ERR_BLANK",
            problem if problem.starts_with("must not be longer") => "ERR_TOO_LONG",
            _ => "ERR_INVALID",
        };
        Some(Self::new(refusal.field?, code, refusal.said.clone()))
    }
}

/// What came of signing up.
pub enum Outcome {
    /// An account, kept once the act is committed.
    Made(Box<Tx>, Box<Account>),
    /// Nothing; all that is wrong.
    Wrong(Vec<Problem>),
}

impl Outcome {
    /// A refusal that is about a field is shown beside it; any other ends it.
    fn refused(error: Error) -> Result<Self> {
        match error.refusal().and_then(Problem::of) {
            Some(problem) => Ok(Self::Wrong(vec![problem])),
            None => Err(error),
        }
    }
}

impl App {
    /// How people come in, as the settings say.
    pub fn door(&self) -> Door {
        let registration = &self.config.registration;
        Door { mode: registration.mode, inviting: registration.inviters, confirms: self.config.mail.is_configured() }
    }

    /// Makes the account of somebody who signs up at address `from`, as [`accounts::sign_up`] does. The caller has counted the
    /// attempt and commits. Refused where nobody signs up, and from networks that are shut out.
    pub async fn sign_up(&self, asked: Asked, from: IpAddr) -> Result<Outcome> {
        let door = self.door();
        door.refuse_closed(!asked.invite.is_empty())?;
        let username = match (names::local_name(&asked.username, self.origin.authority()), self.wrong_with(&asked)) {
            (Ok(username), wrong) if wrong.is_empty() => username,
            (username, wrong) => {
                let of_name = username.err().and_then(|refusal| Problem::of(&refusal));
                return Ok(Outcome::Wrong(of_name.into_iter().chain(wrong).collect()));
            }
        };
        let must_wait = match newcomers::judge(&self.store, &asked.email, from).await {
            Ok(must_wait) => must_wait,
            Err(error) => return Outcome::refused(error),
        };
        let password_hash = self.passwords.hash(&asked.password).await?;
        let keys = self.new_keys().await?;
        let new = Newcomer { username, email: asked.email, password_hash, reason: asked.reason, invite: asked.invite, must_wait, keys };
        let tx = self.begin().await?;
        match accounts::sign_up(&tx, new, &door, &self.secret).await {
            Ok(account) => {
                newcomers::signed_up(&tx, account.id);
                Ok(Outcome::Made(Box::new(tx), Box::new(account)))
            }
            Err(error) => Outcome::refused(error),
        }
    }

    fn wrong_with(&self, asked: &Asked) -> Vec<Problem> {
        let mut wrong = Vec::new();
        match accounts::address(&asked.email) {
            _ if asked.email.trim().is_empty() => wrong.push(Problem::new("email", "ERR_BLANK", "must not be empty")),
            Ok(_) => {}
            Err(refusal) => wrong.extend(Problem::of(&refusal)),
        }
        let (chars, bytes) = (asked.password.chars().count(), asked.password.len());
        if chars == 0 {
            wrong.push(Problem::new("password", "ERR_BLANK", "must not be empty"));
        } else if chars < password::CHARS_MIN {
            let problem = said!("must have at least {min} characters", min = password::CHARS_MIN);
            wrong.push(Problem::new("password", "ERR_TOO_SHORT", problem));
        } else if bytes > password::BYTES_MAX {
            wrong.push(Problem::new("password", "ERR_TOO_LONG", said!("must not be longer than {max} bytes", max = password::BYTES_MAX)));
        }
        if !asked.agreement {
            wrong.push(Problem::new("agreement", "ERR_ACCEPTED", "must be accepted"));
        }
        wrong
    }

    /// The address of the page of an invitation, which the code opens.
    pub fn invite_link(&self, code: &str) -> String {
        self.origin.absolute(&format!("/invite/{code}"))
    }

    /// Whether the door asks newcomers why they come.
    pub fn asks_why(&self, has_invite: bool) -> bool {
        self.config.registration.mode == RegistrationMode::Approval && !has_invite
    }
}
