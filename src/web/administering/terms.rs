//! Terms of an agreement on a page: as a form, and two versions side by side with what differs said in words.

use super::{super::pages::Frame, Admin, Choice};
use crate::{
    app::{App, partners::Chosen},
    base::{
        clock::Stamp,
        error::Refusal,
        words::{History, Role, Stakeholder},
    },
    features::agreements::{ORGANISATION, document::Agreed},
};
use chrono::Datelike;
use serde::Deserialize;

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) token: String,
    pub(super) host: String,
    pub(super) communities: String,
    pub(super) by_invitation: String,
    pub(super) most_role: String,
    pub(super) stakeholder: String,
    pub(super) our_stakeholder: String,
    pub(super) most_seats: String,
    pub(super) seats_per_day: String,
    pub(super) history: String,
    pub(super) history_from: String,
    pub(super) media: String,
    pub(super) retention_days: String,
    pub(super) contacts: String,
    pub(super) ends: String,
}

/// The choices of the form.
pub(super) struct Choices {
    pub(super) roles: Vec<Choice>,
    pub(super) theirs: Vec<Choice>,
    pub(super) ours: Vec<Choice>,
    pub(super) histories: Vec<Choice>,
}

/// One line of the comparison.
pub(super) struct Line {
    pub(super) label: String,
    /// What is in force, and what is offered; none where there is no such version.
    pub(super) now: Option<String>,
    pub(super) offered: Option<String>,
    /// What differs, in words; empty where nothing does.
    pub(super) change: String,
}

fn day(at: Stamp) -> String {
    let at = at.utc();
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

impl Typed {
    /// As a first offer begins.
    pub(super) fn first() -> Self {
        Self {
            most_role: Role::Contributor.word().into(),
            stakeholder: Stakeholder::Partner.word().into(),
            our_stakeholder: Stakeholder::Partner.word().into(),
            history: History::Join.word().into(),
            media: "yes".into(),
            ..Self::default()
        }
    }

    /// As these terms stand.
    pub(super) fn of(app: &App, host: &str, terms: &Agreed) -> Self {
        let us = app.origin.absolute(ORGANISATION);
        let kind = |is_ours: bool| terms.stakeholder.iter().find(|(who, _)| (**who == us) == is_ours).map_or("", |(_, kind)| kind.word());
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let yes = |is_so: bool| if is_so { "yes".to_owned() } else { String::new() };
        Self {
            token: String::new(),
            host: host.to_owned(),
            communities: terms.communities.join("\n"),
            by_invitation: yes(terms.by_invitation),
            most_role: terms.most_role.word().into(),
            stakeholder: kind(false).into(),
            our_stakeholder: kind(true).into(),
            most_seats: number(terms.most_seats),
            seats_per_day: number(terms.seats_per_day),
            history: terms.history.word().into(),
            history_from: terms.history_from.map(day).unwrap_or_default(),
            media: yes(terms.media),
            retention_days: number(terms.retention_days),
            contacts: terms.contacts.join("\n"),
            ends: terms.ends.map(day).unwrap_or_default(),
        }
    }

    /// What is asked for. Refused for a number or a day that is none.
    pub(super) fn chosen(&self) -> Result<Chosen, Refusal> {
        let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let number = |field, text: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<i64>()
                .ok()
                .filter(|number| *number > 0)
                .map(Some)
                .ok_or_else(|| Refusal::invalid(field, "must be a number above 0")),
        };
        let date = |field, text: &str, time: &str| match text.trim() {
            "" => Ok(None),
            text => {
                Stamp::parse(&format!("{text}{time}")).map(Some).ok_or_else(|| Refusal::invalid(field, "must be a day such as 2027-12-31"))
            }
        };
        Ok(Chosen {
            communities: Some(lines(&self.communities)),
            by_invitation: Some(!self.by_invitation.is_empty()),
            most_role: Some(self.most_role.parse()?),
            stakeholder: Some(self.stakeholder.parse()?),
            our_stakeholder: Some(self.our_stakeholder.parse()?),
            most_seats: number("most_seats", &self.most_seats)?,
            seats_per_day: number("seats_per_day", &self.seats_per_day)?,
            history: Some(self.history.parse()?),
            history_from: date("history_from", &self.history_from, "T00:00:00Z")?,
            media: Some(!self.media.is_empty()),
            retention_days: number("retention_days", &self.retention_days)?,
            contacts: Some(lines(&self.contacts)),
            ends: date("ends", &self.ends, "T23:59:59Z")?,
        })
    }
}

/// The choices of a form with this typed.
pub(super) fn choices(admin: &Admin, typed: &Typed) -> Choices {
    let choice = |word: &str, now: &str| Choice { value: word.to_owned(), words: admin.word(word), is_chosen: word == now };
    let kinds = |now: &str| Stakeholder::ALL.iter().map(|kind| choice(kind.word(), now)).collect();
    Choices {
        roles: Role::ALL.iter().map(|role| choice(role.word(), &typed.most_role)).collect(),
        theirs: kinds(&typed.stakeholder),
        ours: kinds(&typed.our_stakeholder),
        histories: History::ALL.iter().map(|history| choice(history.word(), &typed.history)).collect(),
    }
}

/// Terms as values in words, in the order of the page.
fn values(admin: &Admin, us: &str, terms: &Agreed) -> Vec<(&'static str, String)> {
    let frame = admin.frame();
    let yes = |is_so: bool| frame.say(if is_so { "administering-yes" } else { "administering-no" });
    let bound = |bound: Option<i64>| bound.map_or_else(|| frame.say("administering-unbounded"), |bound| frame.number(bound));
    let list = |list: &[String]| if list.is_empty() { frame.say("administering-none") } else { list.join(", ") };
    let kind =
        |is_ours: bool| terms.stakeholder.iter().find(|(who, _)| (who.as_str() == us) == is_ours).map(|(_, kind)| admin.word(kind.word()));
    let history = match (terms.history, terms.history_from) {
        (History::Since, Some(from)) => frame.name("administering-term-since", &frame.day(&from)),
        (history, _) => admin.word(history.word()),
    };
    vec![
        ("administering-term-communities", list(&terms.communities)),
        ("administering-term-by-invitation", yes(terms.by_invitation)),
        ("administering-term-most-role", admin.word(terms.most_role.word())),
        ("administering-term-they-are", kind(false).unwrap_or_default()),
        ("administering-term-we-are", kind(true).unwrap_or_default()),
        ("administering-term-most-seats", bound(terms.most_seats)),
        ("administering-term-seats-per-day", bound(terms.seats_per_day)),
        ("administering-term-history", history),
        ("administering-term-media", yes(terms.media)),
        ("administering-term-retention", bound(terms.retention_days)),
        ("administering-term-contacts", list(&terms.contacts)),
        ("administering-term-ends", terms.ends.map_or_else(|| frame.say("administering-unbounded"), |end| frame.day(&end))),
    ]
}

/// Two versions side by side, what differs said in words.
pub(super) fn compared(app: &App, admin: &Admin, now: Option<&Agreed>, offered: Option<&Agreed>) -> Vec<Line> {
    let (us, frame) = (app.origin.absolute(ORGANISATION), admin.frame());
    let read = |terms: Option<&Agreed>| terms.map(|terms| values(admin, &us, terms));
    let (left, right) = (read(now), read(offered));
    let labels: Vec<&'static str> =
        left.as_ref().or(right.as_ref()).map(|all| all.iter().map(|(label, _)| *label).collect()).unwrap_or_default();
    let at =
        |side: &Option<Vec<(&'static str, String)>>, nth: usize| side.as_ref().and_then(|all| all.get(nth)).map(|(_, value)| value.clone());
    let line = |(nth, label): (usize, &&'static str)| {
        let (before, after) = (at(&left, nth), at(&right, nth));
        let differs = before.is_some() && after.is_some() && before != after;
        let change = match (differs, now, offered) {
            (false, ..) => String::new(),
            (true, Some(now), Some(offered)) if nth == 0 => communities(&frame, &now.communities, &offered.communities),
            _ => frame.say("administering-changed"),
        };
        Line { label: frame.say(label), now: before, offered: after, change }
    };
    labels.iter().enumerate().map(line).collect()
}

/// Which communities come, and which go.
fn communities(frame: &Frame, before: &[String], after: &[String]) -> String {
    let missing = |from: &[String], of: &[String]| of.iter().filter(|one| !from.contains(one)).cloned().collect::<Vec<_>>().join(", ");
    let (new, gone) = (missing(before, after), missing(after, before));
    let said = [("administering-added", new), ("administering-removed", gone)];
    let said: Vec<String> = said.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| frame.name(key, &list)).collect();
    said.join(" ")
}
