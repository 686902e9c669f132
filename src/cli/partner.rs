//! `intermoot partner …`: agreements with other nodes.

use crate::{
    app::partners::Chosen,
    base::{
        clock::Stamp,
        words::{History, Role, Stakeholder},
    },
    server::control::{Act, PartnerAct},
};
use clap::{Args, Subcommand};

/// What can be done with agreements.
#[derive(Debug, Subcommand)]
pub enum PartnerCommand {
    /// Offer an agreement to another node (this node must be running)
    Propose {
        /// Its host: boltco.example
        host: String,
        /// What is agreed.
        #[command(flatten)]
        terms: TermArgs,
    },
    /// List agreements
    List,
    /// Show one: what is in force, what is offered, fingerprints, what is shared both ways
    Show {
        /// Host or id
        partner: String,
    },
    /// Sign what the other side offered
    Approve {
        /// Host or id
        partner: String,
    },
    /// Refuse what the other side offered
    Reject {
        /// Host or id
        partner: String,
        /// Told to the other side
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take back an offer that nobody answered
    Withdraw {
        /// Host or id
        partner: String,
    },
    /// Let every seat under the agreement rest, at once
    Suspend {
        /// Host or id
        partner: String,
        /// Told to the other side
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take our suspension back
    Resume {
        /// Host or id
        partner: String,
    },
    /// Change the terms: narrower ones count at once, wider ones need the other side
    Renew {
        /// Host or id
        partner: String,
        /// What changes.
        #[command(flatten)]
        terms: TermArgs,
    },
    /// End the agreement for good, at once
    End {
        /// Host or id
        partner: String,
        /// Told to the other side
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Keep a partner apart, at once: nothing in, nothing out, nothing deleted
    Quarantine {
        /// Host or id
        partner: String,
        /// For administrators here; told to nobody else
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lift a partner's quarantine
    Release {
        /// Host or id
        partner: String,
    },
    /// Give our organisation a new key: partners take it, as the one before signs it
    RotateKey,
    /// Confirm an agreement that is held
    Confirm {
        /// Host or id
        partner: String,
        /// Fingerprint of their key, as they read it out
        #[arg(long, default_value = "")]
        fingerprint: String,
    },
}

/// Terms; what is left out stays as it is.
#[derive(Debug, Args)]
pub struct TermArgs {
    /// A community, by name (ours) or address; repeat for several. None named in a renewal: as before
    #[arg(long = "community", value_name = "NAME")]
    communities: Vec<String>,
    /// Whether other communities may invite the other side's people
    #[arg(long, value_name = "true|false")]
    by_invitation: Option<bool>,
    /// The highest role
    #[arg(long)]
    most_role: Option<Role>,
    /// What their people are to us
    #[arg(long)]
    stakeholder: Option<Stakeholder>,
    /// What our people are to them
    #[arg(long)]
    our_stakeholder: Option<Stakeholder>,
    /// Most seats
    #[arg(long)]
    most_seats: Option<i64>,
    /// Most seats admitted in a day
    #[arg(long)]
    seats_per_day: Option<i64>,
    /// What newcomers read: all, join, since
    #[arg(long)]
    history: Option<History>,
    /// With --history since: since when (RFC 3339)
    #[arg(long, value_parser = stamp)]
    history_from: Option<Stamp>,
    /// Whether media travel
    #[arg(long, value_name = "true|false")]
    media: Option<bool>,
    /// How long copies are kept, in days
    #[arg(long)]
    retention_days: Option<i64>,
    /// Whom to call; repeat for several
    #[arg(long = "contact")]
    contacts: Vec<String>,
    /// The end (RFC 3339)
    #[arg(long, value_parser = stamp)]
    ends: Option<Stamp>,
}

fn stamp(text: &str) -> Result<Stamp, String> {
    Stamp::parse(text).ok_or_else(|| "is not a time like 2027-01-31T00:00:00Z".to_owned())
}

impl TermArgs {
    fn chosen(self) -> Box<Chosen> {
        let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
        Box::new(Chosen {
            communities: some(self.communities),
            by_invitation: self.by_invitation,
            most_role: self.most_role,
            stakeholder: self.stakeholder,
            our_stakeholder: self.our_stakeholder,
            most_seats: self.most_seats,
            seats_per_day: self.seats_per_day,
            history: self.history,
            history_from: self.history_from,
            media: self.media,
            retention_days: self.retention_days,
            contacts: some(self.contacts),
            ends: self.ends,
        })
    }
}

impl PartnerCommand {
    /// The act that it asks of the node.
    pub(super) fn into_act(self) -> Act {
        let (partner, step) = match self {
            Self::Propose { host, terms } => return Act::PartnerPropose { host, terms: terms.chosen() },
            Self::List => return Act::PartnerList,
            Self::RotateKey => return Act::PartnerRotateKey,
            Self::Show { partner } => return Act::PartnerShow { partner },
            Self::Approve { partner } => (partner, PartnerAct::Approve),
            Self::Reject { partner, reason } => (partner, PartnerAct::Reject { reason }),
            Self::Withdraw { partner } => (partner, PartnerAct::Withdraw),
            Self::Suspend { partner, reason } => (partner, PartnerAct::Suspend { reason }),
            Self::Resume { partner } => (partner, PartnerAct::Resume),
            Self::Renew { partner, terms } => (partner, PartnerAct::Renew { terms: terms.chosen() }),
            Self::End { partner, reason } => (partner, PartnerAct::End { reason }),
            Self::Quarantine { partner, reason } => (partner, PartnerAct::Quarantine { reason }),
            Self::Release { partner } => (partner, PartnerAct::Release),
            Self::Confirm { partner, fingerprint } => (partner, PartnerAct::Confirm { fingerprint }),
        };
        Act::Partner { partner, step }
    }
}
