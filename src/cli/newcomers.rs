//! Commands about people who come: who waits, approved or not, invited; and the phone that was lost.

use crate::server::control::{Act, NewcomerAct};
use clap::Subcommand;

/// What can be done with people who come, beside the rest of `account`.
#[derive(Debug, Subcommand)]
pub enum NewcomerCommand {
    /// List who signed up and waits to be approved, with their reasons
    Pending,
    /// Approve the account of somebody who signed up; a mail tells them
    Approve {
        /// Name without @
        name: String,
    },
    /// Refuse the account of somebody who signed up; nothing of it is kept, and a mail tells them
    Reject {
        /// Name without @
        name: String,
    },
    /// Confirm the e-mail address of somebody whom the mail did not reach
    Confirm {
        /// Name without @
        name: String,
    },
    /// Print a link by which somebody gets an account here (registration.mode invite or approval)
    Invite {
        /// In whose name: name without @; the owner's without it
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// How many people may come by it
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=100))]
        uses: i64,
        /// How many days it works
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=90))]
        days: i64,
    },
    /// Switch the second step of logging in off, for a phone that was lost; every session ends
    Totp {
        /// Name without @
        name: String,
        /// Said for clarity; people switch it on themselves
        #[arg(long, required = true)]
        off: bool,
    },
}

impl NewcomerCommand {
    /// The act for the node.
    pub(super) fn into_act(self) -> Act {
        let step = match self {
            Self::Pending => NewcomerAct::Pending,
            Self::Approve { name } => NewcomerAct::Approve { name },
            Self::Reject { name } => NewcomerAct::Reject { name },
            Self::Confirm { name } => NewcomerAct::Confirm { name },
            Self::Invite { by, uses, days } => NewcomerAct::Invite { by, uses, days },
            Self::Totp { name, off: _ } => NewcomerAct::SecondFactorOff { name },
        };
        Act::Newcomer { step }
    }
}
