//! The glossary as enums: the words of `contract.md`, as the database and the wire write them.

#[macro_use]
mod declare;
mod consent;
mod letters;
pub mod media;
mod notices;
pub mod reading;
mod sanctions;
pub mod searching;

pub use consent::{Handling, Quotable, QuoteAnswer};
pub use letters::LetterKind;
pub use sanctions::{NetworkSeverity, Sanction};

words! {
    /// What an account is.
    AccountKind {
        /// A human being.
        Person = 0 "person",
        /// A community (`Group`).
        Community = 1 "community",
        /// A node itself (`Application`).
        Node = 2 "node",
        /// A company (`Organization`).
        Organisation = 3 "organisation",
        /// A bot (`Service`).
        Service = 4 "service",
    }

    /// To whom a post is addressed, from widest to narrowest.
    Audience {
        /// Everyone, and shown in public timelines.
        Public = 0 "public",
        /// Everyone, but not promoted.
        Unlisted = 1 "unlisted",
        /// The author's followers.
        Followers = 2 "followers",
        /// The members of the post's (non-public) community.
        Members = 3 "members",
        /// Only the people mentioned.
        Direct = 4 "direct",
    }

    /// How wide a community is open.
    Stage {
        /// This node's people only.
        Local = 0 "local",
        /// Partners under an agreement.
        Partners = 1 "partners",
        /// Members on any node, content to members only.
        Federated = 2 "federated",
        /// Everyone reads.
        Public = 3 "public",
    }

    /// How one becomes a member.
    JoinRule {
        /// At once.
        Open = 0 "open",
        /// By asking.
        Ask = 1 "ask",
        /// By invitation.
        Invite = 2 "invite",
        /// By a partner agreement.
        Agreement = 3 "agreement",
    }

    /// What a member may do, from least to most.
    Role {
        /// Reads.
        Observer = 0 "observer",
        /// Reads and writes.
        Member = 1 "member",
        /// A member recognised for giving much.
        Contributor = 2 "contributor",
        /// Pins, features, welcomes.
        Curator = 3 "curator",
        /// Removes posts and members.
        Moderator = 4 "moderator",
        /// Decides everything.
        Owner = 5 "owner",
    }

    /// The stored status of a seat; whether it is usable is computed at each use.
    SeatStatus {
        /// Asked by the community, not yet answered.
        Invited = 0 "invited",
        /// Asked by the person, not yet answered.
        Requested = 1 "requested",
        /// In.
        Active = 2 "active",
        /// Out.
        Ended = 3 "ended",
    }

    /// What a peer understands, discovered and never trusted (`federation.md` §3 P1).
    Level {
        /// Plain ActivityPub: Mastodon, GoToSocial.
        Plain = 0 "plain",
        /// Groups (FEP-1b12): Lemmy, PieFed, Mbin, NodeBB, Discourse.
        Group = 1 "group",
        /// Our own nodes.
        Intermoot = 2 "intermoot",
    }

    /// For which hosts an activity in the log is, by what they understand: no host gets both forms of an announcement.
    Shape {
        /// For all.
        Any = 0 "any",
        /// For hosts that do not know groups.
        Plain = 1 "plain",
        /// For hosts that know groups (FEP-1b12), our own nodes among them.
        Group = 2 "group",
    }

    /// Somebody's standing on this node.
    NodeRole {
        /// Uses the node.
        Member = 0 "member",
        /// Handles reports.
        Moderator = 1 "moderator",
        /// Administers.
        Admin = 2 "admin",
        /// Owns the node.
        Owner = 3 "owner",
    }

    /// Whether a follow has been answered.
    FollowState {
        /// Asked, unanswered.
        Requested = 0 "requested",
        /// Accepted.
        Accepted = 1 "accepted",
    }

    /// What a notification tells (the Mastodon API's words).
    NotificationKind {
        /// Somebody mentioned or answered you.
        Mention = 0 "mention",
        /// Somebody boosted your post.
        Reblog = 1 "reblog",
        /// Somebody favourited your post.
        Favourite = 2 "favourite",
        /// Somebody follows you.
        Follow = 3 "follow",
        /// Somebody asks to follow you.
        FollowRequest = 4 "follow_request",
        /// A post that you boosted or answered was edited.
        Update = 5 "update",
        /// Somebody whose posts you asked to be told of has posted.
        Status = 6 "status",
        /// Somebody reported a post or a person to you as a moderator.
        AdminReport = 7 "admin.report",
        /// Moderators warned you, or did something to you or your post.
        ModerationWarning = 8 "moderation_warning",
        /// A report that you made was closed. Not one of Mastodon's words: sent only to those who ask for it by name.
        ReportResolved = 9 "intermoot.report_resolved",
        /// Somebody asks to be let into a community that you moderate. Likewise.
        SeatRequested = 10 "intermoot.seat_requested",
        /// Another organisation offers an agreement, or new terms; for administrators, as the next four and 17. None of Mastodon's.
        AgreementOffered = 11 "intermoot.agreement_offered",
        /// An agreement is held until somebody confirms it.
        AgreementHeld = 12 "intermoot.agreement_held",
        /// An agreement ended.
        AgreementEnded = 13 "intermoot.agreement_ended",
        /// Nobody answered an offer in time.
        AgreementLapsed = 14 "intermoot.agreement_lapsed",
        /// A partner does far more than it is known for.
        PartnerAlarm = 15 "intermoot.partner_alarm",
        /// A company is new in a community that one is in. None of Mastodon's.
        OrganisationAnnounced = 16 "intermoot.organisation_announced",
        /// A partner takes nothing from us for an hour, or for 30 days.
        PartnerUnreachable = 17 "intermoot.partner_unreachable",
        /// A poll is over in which you voted, or that you asked.
        Poll = 18 "poll",
        /// A post of yours to come could not be published. None of Mastodon's.
        ScheduledRefused = 19 "intermoot.scheduled_refused",
        /// Somebody quoted your post.
        Quote = 20 "quote",
        /// A post that you quote was edited.
        QuotedUpdate = 21 "quoted_update",
        /// Somebody signed up on this node, for whoever handles its reports.
        AdminSignUp = 30 "admin.sign_up",
    }

    /// The algorithm of a key.
    KeyKind {
        /// RSA, PKCS#1 v1.5 with SHA-256.
        Rsa = 0 "rsa",
        /// Ed25519.
        Ed25519 = 1 "ed25519",
    }

    /// What a member is to the organisation that owns the community.
    Stakeholder {
        /// Works for it.
        Employee = 0 "employee",
        /// Sells to it.
        Supplier = 1 "supplier",
        /// Works with it.
        Partner = 2 "partner",
        /// Buys from it.
        Customer = 3 "customer",
        /// Owns a part of it.
        Shareholder = 4 "shareholder",
        /// Competes with it.
        Competitor = 5 "competitor",
        /// Anybody.
        Public = 6 "public",
    }

    /// Where an agreement between two nodes stands.
    AgreementState {
        /// Offered by us, unanswered.
        Proposed = 0 "proposed",
        /// Offered to us, unanswered.
        Offered = 1 "offered",
        /// Signed by both (it may still be suspended, or past its end).
        InForce = 2 "in_force",
        /// Ended by either side.
        Ended = 3 "ended",
        /// Refused by the side it was offered to.
        Rejected = 4 "rejected",
        /// Unanswered for 14 days, or withdrawn.
        Lapsed = 5 "lapsed",
    }

    /// What a newcomer may read of what was posted before they came.
    History {
        /// Everything.
        All = 0 "all",
        /// Only what is posted after they are admitted.
        Join = 1 "join",
        /// What was posted since a date.
        Since = 2 "since",
    }

    /// What is fetched in the background because it was missed.
    Missing {
        /// What a community elsewhere had before we came.
        History = 0 "history",
        /// The answers in a thread.
        Thread = 1 "thread",
        /// What a post answers, and so on upwards.
        Parents = 2 "parents",
        /// The stamp by which a post quotes another.
        Stamp = 3 "stamp",
    }

    /// An act in a community's log.
    ModAct {
        /// A post was removed.
        Remove = 0 "remove",
        /// A removed post was put back.
        Restore = 1 "restore",
        /// A member was warned.
        Warn = 2 "warn",
        /// A member was put out.
        PutOut = 3 "put_out",
        /// Somebody was banned.
        Ban = 4 "ban",
        /// A ban was lifted.
        Unban = 5 "unban",
        /// A thread takes no more answers.
        Lock = 6 "lock",
        /// A thread takes answers again.
        Unlock = 7 "unlock",
        /// A member got another role.
        Appoint = 8 "appoint",
        /// A request was granted.
        Admit = 9 "admit",
        /// A request was refused.
        Refuse = 10 "refuse",
        /// A newcomer's post was let in.
        Approve = 11 "approve",
        /// A report was closed.
        Resolve = 12 "resolve",
        /// A whole node's people were banned.
        BanHost = 13 "ban_host",
        /// The ban of a node was lifted.
        UnbanHost = 14 "unban_host",
        /// The community opened wider.
        Widen = 15 "widen",
    }
}
