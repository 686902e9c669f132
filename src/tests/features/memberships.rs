//! Seats on both databases: joining, leaving, ranks, and what is not the sender's to say.

use crate::{
    base::{
        clock::Stamp,
        error::{Error, Result},
        page::Page,
        words::{AccountKind, FollowState, JoinRule, Level, NodeRole, Role, SeatStatus, Stage},
    },
    features::{
        accounts::{self, New, NewKeys, NewUser, Remote},
        communities::{self, Founding},
        memberships::{admitted, appoint, ban, decide, ended, follow_or_join, join, leave, queries, remove, unban, unfollowed},
        relationships::{self, FollowOptions},
    },
    sql,
    store::{
        Store, Tx,
        tables::{Account, Follow, Seat},
    },
    tests::support::{Place, on_both_databases},
};

/// A node's database and what can happen in it.
pub(super) struct World {
    pub store: Store,
}

fn keys() -> NewKeys {
    NewKeys { rsa_public: "rsa".into(), rsa_sealed: vec![1], ed25519_public: "ed".into(), ed25519_sealed: vec![2] }
}

impl World {
    /// An empty one.
    pub async fn new(place: &Place) -> Self {
        Self { store: place.store().await }
    }

    /// Somebody who logs in here.
    pub async fn person(&self, name: &str) -> Account {
        let tx = self.store.begin().await.unwrap();
        let new = New { username: name.into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys: keys() };
        let account = accounts::create(&tx, new).await.unwrap();
        let user = NewUser { email: format!("{name}@acme.test"), password_hash: String::new(), role: NodeRole::Member, approved: true };
        accounts::enrol(&tx, account.id, user).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// An account on another node.
    pub async fn elsewhere(&self, kind: AccountKind, name: &str) -> Account {
        let uri = format!("https://bolt.test/{name}");
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            kind: Some(kind),
            username: name.into(),
            host: "bolt.test".into(),
            uri,
            ..Remote::default()
        };
        let tx = self.store.begin().await.unwrap();
        let account = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// A community elsewhere of which we know the join rule.
    pub async fn community_elsewhere(&self, name: &str, join_rule: JoinRule) -> Account {
        let account = self.elsewhere(AccountKind::Community, name).await;
        let facts = communities::RemoteFacts { purpose: "Valves.".into(), stage: Stage::Public, join_rule, question: String::new(), members_count: 7 };
        let tx = self.store.begin().await.unwrap();
        communities::keep_remote(&tx, account.id, &facts).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    pub async fn try_found(&self, founder: &Account, name: &str, stage: Stage, join_rule: JoinRule) -> Result<Account> {
        let tx = self.store.begin().await?;
        let founding = Founding {
            name: name.into(),
            title: "Valves".into(),
            purpose: "Everything about valves.".into(),
            stage,
            join_rule,
            question: String::new(),
            least_level: Level::Plain,
            keys: keys(),
        };
        let (account, _) = communities::found(&tx, founder, founding).await?;
        tx.commit().await?;
        Ok(account)
    }

    pub async fn founds(&self, founder: &Account, name: &str, join_rule: JoinRule) -> Account {
        self.try_found(founder, name, Stage::Public, join_rule).await.unwrap()
    }

    /// Runs one act; what it refuses leaves no trace.
    pub async fn act<T>(&self, what: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.store.begin().await?;
        let result = what(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }

    pub async fn joins(&self, who: &Account, community: &Account) -> Result<Seat> {
        self.act(async |tx| join(tx, who, community, None).await).await
    }

    pub async fn follows(&self, who: &Account, community: &Account, uri: &str) -> Result<Follow> {
        self.act(async |tx| follow_or_join(tx, who, community, FollowOptions::default(), Some(uri)).await).await
    }

    pub async fn role(&self, community: &Account, who: &Account) -> Option<Role> {
        queries::role(&self.store, community.id, who.id).await.unwrap()
    }

    pub async fn status(&self, community: &Account, who: &Account) -> Option<SeatStatus> {
        queries::seat(&self.store, community.id, who.id).await.unwrap().map(|seat| seat.status)
    }

    pub async fn follow_state(&self, who: &Account, target: &Account) -> Option<FollowState> {
        relationships::queries::find(&self.store, who.id, target.id).await.unwrap().map(|follow| follow.state)
    }

    async fn members_count(&self, community: &Account) -> i64 {
        communities::queries::by_id(&self.store, community.id).await.unwrap().unwrap().members_count
    }

    /// Gives a member a role without asking anybody.
    async fn has_role(&self, community: &Account, who: &Account, role: Role) {
        self.joins(who, community).await.unwrap();
        let tx = self.store.begin().await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE community_id = {} AND account_id = {}", role, community.id, who.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("should be refused, but: {other:?}"),
    }
}

#[tokio::test]
async fn the_founder_owns_the_first_seat_and_follows() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner));
        assert_eq!(world.follow_state(&ada, &valves).await, Some(FollowState::Accepted));
        assert_eq!(world.members_count(&valves).await, 1);
        assert!(!valves.locked && valves.note.contains("Everything about valves."));
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Open).await.unwrap();
        assert!(inner.locked);
        assert_eq!(world.follow_state(&ada, &inner).await, Some(FollowState::Accepted));
        assert_eq!(code(world.try_found(&ada, "wide", Stage::Federated, JoinRule::Open).await), "invalid");
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        assert_eq!(code(world.try_found(&bo, "theirs", Stage::Public, JoinRule::Open).await), "not_a_person_here");
    })
    .await;
}

#[tokio::test]
async fn an_open_door_admits_at_once_and_leaving_ends_seat_and_follow() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let first = world.joins(&eve, &valves).await.unwrap();
        let again = world.joins(&eve, &valves).await.unwrap();
        assert_eq!((first.status, first.role, first.rev), (SeatStatus::Active, Role::Member, again.rev));
        assert_eq!(world.members_count(&valves).await, 2);
        world.act(async |tx| leave(tx, &eve, &valves, None).await).await.unwrap();
        assert_eq!((world.role(&valves, &eve).await, world.follow_state(&eve, &valves).await), (None, None));
        assert_eq!(world.members_count(&valves).await, 1);
        let back = world.joins(&eve, &valves).await.unwrap();
        assert!(back.rev > first.rev && back.asked_at > first.asked_at);
    })
    .await;
}

#[tokio::test]
async fn a_role_never_comes_back_by_itself() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.has_role(&valves, &eve, Role::Moderator).await;
        world.act(async |tx| leave(tx, &eve, &valves, None).await).await.unwrap();
        assert_eq!(world.joins(&eve, &valves).await.unwrap().role, Role::Member);
    })
    .await;
}

#[tokio::test]
async fn a_plain_follow_reads_along_where_the_rule_gives_no_seat() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        for (name, rule) in [("asks", JoinRule::Ask), ("invites", JoinRule::Invite), ("agrees", JoinRule::Agreement)] {
            let community = world.founds(&ada, name, rule).await;
            let follow = world.follows(&bo, &community, &format!("https://bolt.test/f/{name}")).await.unwrap();
            assert_eq!(follow.state, FollowState::Accepted);
            assert_eq!(world.role(&community, &bo).await, None);
            assert_eq!(world.status(&community, &bo).await, (rule == JoinRule::Ask).then_some(SeatStatus::Requested));
            if rule != JoinRule::Ask {
                world.joins(&eve, &community).await.unwrap_err();
                assert_eq!(world.follow_state(&eve, &community).await, None);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_community_of_one_node_is_not_found_from_elsewhere() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Ask).await.unwrap();
        assert_eq!(code(world.follows(&bo, &inner, "https://bolt.test/f/1").await), "not_found");
        world.joins(&eve, &inner).await.unwrap();
        assert_eq!(world.follow_state(&eve, &inner).await, Some(FollowState::Requested));
        world.act(async |tx| decide(tx, &ada, &eve, &inner, true).await).await.unwrap();
        assert_eq!(world.follow_state(&eve, &inner).await, Some(FollowState::Accepted));
        assert_eq!(world.role(&inner, &eve).await, Some(Role::Member));
    })
    .await;
}

#[tokio::test]
async fn a_closed_community_admits_nobody_and_keeps_its_members() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        assert_eq!(code(world.act(async |tx| communities::close(tx, &eve, valves.id).await).await), "not_an_owner");
        world.act(async |tx| communities::close(tx, &ada, valves.id).await).await.unwrap();
        assert_eq!(code(world.joins(&eve, &valves).await), "community_closed");
        assert_eq!(world.joins(&ada, &valves).await.unwrap().role, Role::Owner);
    })
    .await;
}

#[tokio::test]
async fn a_late_undo_ends_no_newer_follow_and_a_late_follow_brings_nothing_back() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.follows(&bo, &valves, "https://bolt.test/f/1").await.unwrap();
        world.follows(&bo, &valves, "https://bolt.test/f/2").await.unwrap();
        world.act(async |tx| unfollowed(tx, &bo, &valves, Some("https://bolt.test/f/1")).await).await.unwrap();
        assert_eq!(world.role(&valves, &bo).await, Some(Role::Member));
        world.act(async |tx| unfollowed(tx, &bo, &valves, Some("https://bolt.test/f/2")).await).await.unwrap();
        assert_eq!(code(world.follows(&bo, &valves, "https://bolt.test/f/1").await), "undone");
        assert_eq!((world.role(&valves, &bo).await, world.follow_state(&bo, &valves).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn unfollowing_leaves_up_to_contributor_and_only_mutes_from_curator_up() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        for &role in Role::ALL {
            let who = world.person(role.word()).await;
            world.has_role(&valves, &who, role).await;
            world.act(async |tx| unfollowed(tx, &who, &valves, None).await).await.unwrap();
            assert_eq!(world.follow_state(&who, &valves).await, None);
            assert_eq!(world.role(&valves, &who).await, (role >= Role::Curator).then_some(role), "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn joining_elsewhere_waits_for_the_other_node() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let eve = world.person("eve").await;
        for (name, rule, after) in [("open", JoinRule::Open, SeatStatus::Active), ("ask", JoinRule::Ask, SeatStatus::Requested)] {
            let community = world.community_elsewhere(name, rule).await;
            assert_eq!(world.joins(&eve, &community).await.unwrap().status, SeatStatus::Requested);
            assert_eq!(world.follow_state(&eve, &community).await, Some(FollowState::Requested));
            world.act(async |tx| admitted(tx, eve.id, community.id).await).await.unwrap();
            assert_eq!(world.status(&community, &eve).await, Some(after));
            assert_eq!(world.follow_state(&eve, &community).await, Some(FollowState::Accepted));
            assert_eq!(world.members_count(&community).await, 7, "counts of others are theirs to tell");
            assert_eq!(code(world.act(async |tx| remove(tx, &eve, &eve, &community, "").await).await), "elsewhere");
            world.act(async |tx| ended(tx, &eve, &community).await).await.unwrap();
            assert_eq!((world.status(&community, &eve).await, world.follow_state(&eve, &community).await), (Some(SeatStatus::Ended), None));
            world.act(async |tx| admitted(tx, eve.id, community.id).await).await.unwrap();
            assert_eq!(world.role(&community, &eve).await, None, "an old Accept brings nothing back");
        }
    })
    .await;
}

#[tokio::test]
async fn s045_an_accept_for_a_follow_that_was_never_sent_has_no_effect() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let theirs = world.community_elsewhere("theirs", JoinRule::Open).await;
        let ours = world.try_found(&ada, "ours", Stage::Local, JoinRule::Ask).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, theirs.id).await).await.unwrap();
        assert_eq!((world.status(&theirs, &eve).await, world.follow_state(&eve, &theirs).await), (None, None));
        // Nor does an Accept open a community of ours, even for one who asked.
        world.joins(&eve, &ours).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, ours.id).await).await.unwrap();
        assert_eq!(world.status(&ours, &eve).await, Some(SeatStatus::Requested));
        assert_eq!(world.follow_state(&eve, &ours).await, Some(FollowState::Requested));
        world.act(async |tx| ended(tx, &eve, &ours).await).await.unwrap();
        assert_eq!(world.status(&ours, &eve).await, Some(SeatStatus::Requested));
    })
    .await;
}

#[tokio::test]
async fn s046_an_accept_of_anothers_follow_has_no_effect_on_mine() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let theirs = world.community_elsewhere("theirs", JoinRule::Open).await;
        let others = world.community_elsewhere("others", JoinRule::Open).await;
        world.joins(&eve, &theirs).await.unwrap();
        world.act(async |tx| admitted(tx, ada.id, theirs.id).await).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, others.id).await).await.unwrap();
        assert_eq!(world.status(&theirs, &eve).await, Some(SeatStatus::Requested));
        assert_eq!(world.follow_state(&eve, &theirs).await, Some(FollowState::Requested));
        assert_eq!((world.status(&theirs, &ada).await, world.status(&others, &eve).await), (None, None));
    })
    .await;
}

/// One act of `by` over `target`: 0 remove, 1 ban, 2 decide, 3 appoint moderator, 4 appoint owner, 5 unban.
async fn acts(tx: &Tx, act: usize, by: &Account, target: &Account, community: &Account) -> Result<()> {
    match act {
        0 => remove(tx, by, target, community, "rude").await,
        1 => ban(tx, by, target, community, ("rude", None)).await,
        2 => decide(tx, by, target, community, true).await.map(drop),
        3 => appoint(tx, by, target, community, Role::Moderator).await.map(drop),
        4 => appoint(tx, by, target, community, Role::Owner).await.map(drop),
        _ => unban(tx, by, target, community).await,
    }
}

#[tokio::test]
async fn s035_only_the_communitys_own_ranks_change_its_seats() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (world.person("ada").await, world.person("bea").await);
        let valves = world.founds(&ada, "valves", JoinRule::Ask).await;
        let pumps = world.founds(&bea, "pumps", JoinRule::Open).await;
        let (eve, asker) = (world.person("eve").await, world.person("asker").await);
        world.joins(&eve, &valves).await.unwrap();
        world.act(async |tx| decide(tx, &ada, &eve, &valves, true).await).await.unwrap();
        world.joins(&asker, &valves).await.unwrap();
        let stranger = world.elsewhere(AccountKind::Person, "stranger").await;
        let peer = world.person("peer").await;
        world.joins(&peer, &valves).await.unwrap();
        world.act(async |tx| decide(tx, &ada, &peer, &valves, true).await).await.unwrap();
        let mod_of_other = world.person("modofother").await;
        world.has_role(&pumps, &mod_of_other, Role::Moderator).await;
        let before = seats_of_all(&world, &valves).await;
        for by in [&stranger, &peer, &mod_of_other, &bea, &asker] {
            for act in 0..6 {
                let target = if act == 2 { &asker } else { &eve };
                assert_eq!(code(world.act(async |tx| acts(tx, act, by, target, &valves).await).await), "rank", "{} does {act}", by.username);
            }
        }
        assert_eq!(seats_of_all(&world, &valves).await, before);
    })
    .await;
}

async fn seats_of_all(world: &World, community: &Account) -> Vec<Seat> {
    sql!("SELECT * FROM seats WHERE community_id = {} ORDER BY id", community.id).all(&world.store).await.unwrap()
}

#[tokio::test]
async fn s105_no_rank_acts_above_itself_and_nobody_promotes_themselves() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let mut ranks = Vec::new();
        for &role in Role::ALL {
            let (one, two) = (world.person(&format!("{role}_one")).await, world.person(&format!("{role}_two")).await);
            world.has_role(&valves, &one, role).await;
            world.has_role(&valves, &two, role).await;
            ranks.push((role, one, two));
        }
        for (mine, me, _) in &ranks {
            for (theirs, _, them) in &ranks {
                let tx = world.store.begin().await.unwrap();
                let removed = remove(&tx, me, them, &valves, "").await.is_ok();
                drop(tx);
                let tx = world.store.begin().await.unwrap();
                let raised = appoint(&tx, me, them, &valves, Role::Owner).await.is_ok();
                drop(tx);
                assert_eq!(removed, *mine >= Role::Moderator && mine > theirs, "{mine} removes {theirs}");
                assert_eq!(raised, *mine == Role::Owner, "{mine} makes {theirs} an owner");
            }
            for &role in Role::ALL.iter().filter(|role| *role > mine) {
                assert_eq!(code(world.act(async |tx| appoint(tx, me, me, &valves, role).await).await), "rank", "{mine} to {role}");
            }
            assert_eq!(code(world.act(async |tx| ban(tx, me, me, &valves, ("", None)).await).await), "rank");
        }
    })
    .await;
}

#[tokio::test]
async fn s105_the_last_owner_stays() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &valves).await.unwrap();
        assert_eq!(code(world.act(async |tx| leave(tx, &ada, &valves, None).await).await), "last_owner");
        assert_eq!(code(world.act(async |tx| appoint(tx, &ada, &ada, &valves, Role::Member).await).await), "last_owner");
        world.act(async |tx| unfollowed(tx, &ada, &valves, None).await).await.unwrap();
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner));
        world.act(async |tx| appoint(tx, &ada, &eve, &valves, Role::Owner).await).await.unwrap();
        world.act(async |tx| leave(tx, &ada, &valves, None).await).await.unwrap();
        assert_eq!(code(world.act(async |tx| leave(tx, &eve, &valves, None).await).await), "last_owner");
    })
    .await;
}

#[tokio::test]
async fn a_ban_bars_the_way_back_until_it_ends() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &valves).await.unwrap();
        let until = Stamp(world.store.clock.now().0 + 60_000);
        world.act(async |tx| ban(tx, &ada, &eve, &valves, ("rude", Some(until))).await).await.unwrap();
        assert_eq!((world.role(&valves, &eve).await, world.follow_state(&eve, &valves).await), (None, None));
        assert_eq!(code(world.joins(&eve, &valves).await), "banned");
        assert_eq!(code(world.follows(&eve, &valves, "/activities/1").await), "banned");
        world.store.clock.advance(61_000);
        assert_eq!(world.joins(&eve, &valves).await.unwrap().status, SeatStatus::Active);
        world.act(async |tx| ban(tx, &ada, &eve, &valves, ("rude", None)).await).await.unwrap();
        world.act(async |tx| unban(tx, &ada, &eve, &valves).await).await.unwrap();
        assert_eq!(world.role(&valves, &eve).await, None, "lifting a ban seats nobody");
        world.joins(&eve, &valves).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn lists_of_members_page_by_seat() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        for name in ["eve", "flo", "gus"] {
            let who = world.person(name).await;
            world.joins(&who, &valves).await.unwrap();
        }
        let mut page = Page::first(2);
        let first = queries::members(&world.store, valves.id, page).await.unwrap();
        page.max_id = first.last().map(|(seat, _)| seat.id.0);
        let second = queries::members(&world.store, valves.id, page).await.unwrap();
        let names: Vec<&str> = first.iter().chain(&second).map(|(_, account)| account.username.as_str()).collect();
        assert_eq!(names, ["gus", "flo", "eve", "ada"]);
        assert_eq!(queries::moderators(&world.store, valves.id).await.unwrap().len(), 1);
        assert!(queries::host_has_seat(&world.store, valves.id, "").await.unwrap());
        assert!(!queries::host_has_seat(&world.store, valves.id, "bolt.test").await.unwrap());
        let mine = communities::queries::of_member(&world.store, ada.id, Page::first(9)).await.unwrap();
        assert_eq!(mine.len(), 1);
    })
    .await;
}
