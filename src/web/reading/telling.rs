//! Notifications as their page shows them: in words, with what they are about and where one goes on. Statements do not grow with
//! the list.
//!
//! Invariant: what one may see no more is not told (S48): posts are read anew, and of business only what one's rank allows.

mod words;

use crate::{
    app::App,
    base::{
        error::Result,
        id::{AccountId, PeerId, PostId, ReportId},
        words::{NotificationKind as Kind, Role, reading::FilterContext},
    },
    features::{
        accounts, administering, memberships,
        moderation::{log, reports},
        notifications::groups::Group,
        peers,
        posts::queries::{self, Viewer},
        relationships, scheduled,
    },
    store::tables::{Account, Notification, Report},
    web::{
        entries::{self, Entry, Moment},
        faces::Face,
        frame::Frame,
        icons::Icon,
        refusals,
    },
};
use std::collections::{HashMap, HashSet};

/// One notification, or a group.
pub(super) struct Told {
    /// Names the group.
    pub(super) key: String,
    pub(super) icon: Icon,
    pub(super) faces: Vec<Face>,
    pub(super) words: String,
    /// What was said to the reader: a reason, an outcome.
    pub(super) detail: String,
    pub(super) at: Moment,
    pub(super) is_new: bool,
    /// A post that is shown whole.
    pub(super) post: Option<Entry>,
    /// Or the address and the first words of one.
    pub(super) about: Option<(String, String)>,
    /// Where it is decided: address and words.
    pub(super) way: Option<(String, String)>,
    /// Who asks to follow the reader and waits; 0 for nobody.
    pub(super) asks: AccountId,
}

/// Who reads their notifications.
pub(super) struct Reader<'a> {
    pub(super) frame: &'a Frame,
    pub(super) me: AccountId,
    /// Up to which they have read.
    pub(super) read: Option<i64>,
}

impl Reader<'_> {
    fn is_moderator(&self) -> bool {
        self.frame.me.as_ref().is_some_and(|me| me.is_moderator)
    }

    fn is_administrator(&self) -> bool {
        self.frame.me.as_ref().is_some_and(|me| me.is_administrator)
    }
}

/// What the notifications of a page refer to.
#[derive(Default)]
struct Context {
    accounts: HashMap<AccountId, Account>,
    posts: HashMap<PostId, Entry>,
    reports: HashMap<ReportId, Report>,
    /// The reader's ranks, where their seats are of use.
    ranks: HashMap<AccountId, Role>,
    /// Reasons and refusals, by the number under which they were told.
    said: HashMap<i64, String>,
    hosts: HashMap<i64, String>,
    /// Who asks to follow the reader still.
    asking: HashSet<AccountId>,
}

/// The post that it is about, if it is about one.
fn about(notification: &Notification) -> Option<PostId> {
    let is_other = matches!(notification.kind, Kind::Follow | Kind::FollowRequest) || notification.kind.is_business();
    (!is_other && notification.post_id != PostId(0)).then_some(notification.post_id)
}

/// `groups` as `reader` is told them; those about what they may see no more are left out.
pub(super) async fn tell(app: &App, reader: &Reader<'_>, groups: &[Group]) -> Result<Vec<Told>> {
    let context = Context::gather(app, reader, groups).await?;
    Ok(groups.iter().filter_map(|group| context.told(app, reader, group)).collect())
}

impl Context {
    async fn gather(app: &App, reader: &Reader<'_>, groups: &[Group]) -> Result<Self> {
        let (store, me) = (&app.store, reader.me);
        let of = |kinds: &[Kind]| -> Vec<&Notification> {
            groups.iter().map(|group| &group.head).filter(|head| kinds.contains(&head.kind)).collect()
        };
        let numbers = |kinds: &[Kind]| -> Vec<i64> { of(kinds).iter().map(|head| head.post_id.0).collect() };
        let reports: Vec<ReportId> = numbers(&[Kind::AdminReport, Kind::ReportResolved]).into_iter().map(ReportId).collect();
        let reports = reports::queries::by_ids(store, &reports).await?;
        let places: HashSet<AccountId> = numbers(&[Kind::SeatRequested])
            .into_iter()
            .map(AccountId)
            .chain(of(&[Kind::OrganisationAnnounced]).iter().map(|head| head.from_id))
            .chain(reports.iter().filter_map(|report| report.community_id))
            .collect();
        let places: Vec<AccountId> = places.into_iter().collect();
        let people = groups.iter().flat_map(|group| group.sample.iter().copied().chain([group.head.from_id])).chain(places.iter().copied());
        let people: Vec<AccountId> = people.collect::<HashSet<_>>().into_iter().collect();
        let posts: Vec<PostId> = groups.iter().filter_map(|group| about(&group.head)).collect();
        let viewer = Viewer::Account(me);
        let seen = queries::seen_many(store, &viewer, &posts).await?;
        let seen = entries::without_hidden(entries::entries(app, &viewer, &seen).await?, FilterContext::Notifications);

        let warned = numbers(&[Kind::ModerationWarning]);
        let mut said: HashMap<i64, String> = log::about(store, me, &warned).await?.into_iter().map(|row| (row.id, row.reason)).collect();
        said.extend(administering::warnings_of(store, me, &warned).await?.into_iter().map(|row| (row.id, row.reason)));
        let refused = scheduled::by_ids(store, me, &numbers(&[Kind::ScheduledRefused])).await?;
        said.extend(refused.into_iter().map(|row| (row.id, refusals::said_again(&row.refusal))));
        let newcomers: Vec<PeerId> = numbers(&[Kind::OrganisationAnnounced]).into_iter().map(PeerId).collect();
        Ok(Self {
            accounts: accounts::queries::by_ids(store, &people).await?.into_iter().map(|account| (account.id, account)).collect(),
            ranks: ranks(app, me, &places).await?,
            posts: seen.into_iter().map(|entry| (entry.place, entry)).collect(),
            reports: reports.into_iter().map(|report| (report.id, report)).collect(),
            hosts: peers::by_ids(store, &newcomers).await?.into_iter().map(|peer| (peer.id.0, peer.host)).collect(),
            asking: asking(app, me, &of(&[Kind::FollowRequest])).await?,
            said,
        })
    }

    fn face(&self, app: &App, id: AccountId) -> Option<Face> {
        self.accounts.get(&id).filter(|account| account.is_active()).map(|account| Face::seen(app, account, true))
    }

    /// One group; none where it may not be told.
    fn told(&self, app: &App, reader: &Reader<'_>, group: &Group) -> Option<Told> {
        let head = &group.head;
        let faces: Vec<Face> = group.sample.iter().filter_map(|id| self.face(app, *id)).collect();
        let post = match about(head) {
            Some(post) => Some(self.posts.get(&post)?.clone()),
            None => None,
        };
        let mut told = Told {
            key: group.key.clone(),
            icon: Icon(words::icon(head.kind)),
            words: String::new(),
            detail: String::new(),
            at: head.created_at.into(),
            is_new: reader.read.is_none_or(|read| head.id.0 > read),
            about: None,
            post: None,
            way: None,
            asks: AccountId(0),
            faces,
        };
        if head.kind.is_business() {
            self.business((app, reader), head, &mut told)?;
            return Some(told);
        }
        let who = words::who(reader.frame, &told.faces, group.count)?;
        told.words = words::plain(reader.frame, (head, head.from_id == reader.me), &who);
        if head.kind == Kind::FollowRequest && self.asking.contains(&head.from_id) {
            told.asks = head.from_id;
        }
        match head.kind {
            Kind::Mention | Kind::Status | Kind::Quote => {
                told.faces.clear();
                told.post = post;
            }
            _ => told.about = post.map(|post| (post.href.clone(), post.brief())),
        }
        Some(told)
    }

    /// What is not about a post or a person; none where the reader's rank does not allow it any more.
    fn business(&self, (app, reader): (&App, &Reader<'_>), head: &Notification, told: &mut Told) -> Option<()> {
        let (frame, number) = (reader.frame, head.post_id.0);
        let moderates = |community: AccountId| self.ranks.get(&community) >= Some(&Role::Moderator);
        let from = || self.face(app, head.from_id).map(|face| face.name);
        told.detail = self.said.get(&number).cloned().unwrap_or_default();
        match head.kind {
            Kind::AdminSignUp if reader.is_moderator() => {
                told.words = frame.name("reading-told-sign-up", &from()?);
                told.way = Some(("/moderation".into(), frame.say("reading-to-moderation")));
            }
            Kind::AdminReport => {
                let community = self.reports.get(&ReportId(number))?.community_id;
                let may = community.map_or_else(|| reader.is_moderator(), moderates);
                told.words = may.then(|| frame.say("reading-told-report"))?;
                told.faces.clear();
                let manage = community.and_then(|id| self.face(app, id)).map(|place| format!("{}/manage", place.href));
                told.way = Some((manage.unwrap_or_else(|| "/moderation".into()), frame.say("reading-to-moderation")));
            }
            Kind::ReportResolved => {
                let report = self.reports.get(&ReportId(number)).filter(|report| report.reporter_id == reader.me)?;
                (told.words, told.detail) = (frame.say("reading-told-report-closed"), report.outcome.clone());
                told.faces.clear();
            }
            Kind::ModerationWarning => {
                self.said.get(&number)?;
                told.words = frame.say("reading-told-warning");
                told.faces.clear();
            }
            Kind::ScheduledRefused => {
                self.said.get(&number)?;
                told.words = frame.say("reading-told-scheduled");
                told.faces.clear();
            }
            Kind::SeatRequested if moderates(AccountId(number)) => {
                let place = self.face(app, AccountId(number))?;
                told.words = frame.names("reading-told-seat", &from()?, &place.name);
                told.way = Some((format!("{}/manage", place.href), frame.say("reading-to-requests")));
            }
            Kind::OrganisationAnnounced if self.ranks.contains_key(&head.from_id) => {
                let (place, host) = (self.face(app, head.from_id)?, self.hosts.get(&number)?);
                told.words = frame.names("reading-told-newcomer", host, &place.name);
                told.way = Some((place.href, frame.say("reading-to-community")));
            }
            kind if kind.is_of_partners() && reader.is_administrator() => {
                told.words = words::partner(frame, kind, &from()?);
                told.way = Some(("/admin/partners".into(), frame.say("reading-to-partners")));
            }
            _ => return None,
        }
        Some(())
    }
}

/// The ranks that `me` may use in these communities.
async fn ranks(app: &App, me: AccountId, places: &[AccountId]) -> Result<HashMap<AccountId, Role>> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let unusable = memberships::queries::unusable(&app.store, me, places).await?;
    let seats = memberships::queries::seats_of(&app.store, me, places).await?;
    let usable =
        seats.into_iter().filter(|seat| seat.status == crate::base::words::SeatStatus::Active && !unusable.contains(&seat.community_id));
    Ok(usable.map(|seat| (seat.community_id, seat.role)).collect())
}

/// Who of those who asked to follow `me` waits still.
async fn asking(app: &App, me: AccountId, told: &[&Notification]) -> Result<HashSet<AccountId>> {
    if told.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<AccountId> = told.iter().map(|head| head.from_id).collect();
    let relations = relationships::queries::relations(&app.store, me, &ids).await?;
    Ok(relations.into_iter().filter(|(_, relation)| relation.requested_by).map(|(id, _)| id).collect())
}
