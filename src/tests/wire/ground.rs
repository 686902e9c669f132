//! Where the nodes stand: three listeners that stay, and databases that are copied for every run.

use super::world::{Member, Node, Spot, World};
use crate::{
    app::{
        App,
        partners::{self, Chosen},
    },
    base::{
        clock::Clock,
        config::Config,
        seal::Secret,
        words::{AccountKind, History, JoinRule, NodeRole, Role, Stage, Stakeholder},
    },
    features::{accounts, affiliations, agreements, communities, peers},
    federation::{Federation, bootstrap, discovery},
    net::Budget,
    server::routes,
    store::{Store, tables::Account},
    tests::support::Place,
};
use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::{
    net::Ipv4Addr,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tower::ServiceExt;

/// The companies. Every community lives on the first one's node.
pub const COMPANIES: [&str; 3] = ["acme", "boltco", "cobalt"];
/// Who works where.
pub const PEOPLE: [(&str, usize); 6] = [("ada", 0), ("amy", 0), ("bo", 1), ("bea", 1), ("cy", 2), ("cora", 2)];
/// The communities: their stage, and how one becomes a member.
const SPOTS: [(&str, Stage, JoinRule); 6] = [
    ("plaza", Stage::Public, JoinRule::Open),
    ("forum", Stage::Public, JoinRule::Ask),
    ("bench", Stage::Federated, JoinRule::Ask),
    ("loft", Stage::Federated, JoinRule::Open),
    ("works", Stage::Partners, JoinRule::Agreement),
    ("nook", Stage::Local, JoinRule::Open),
];

/// What stands behind a listener now; nothing while its node is down.
pub type Door = Arc<Mutex<Option<Router>>>;

/// Listeners, and databases with people, communities and an agreement, to be copied.
pub struct Ground {
    place: Place,
    ports: [u16; 3],
    doors: [Door; 3],
    listening: Vec<JoinHandle<()>>,
    /// The addresses of the databases.
    databases: Vec<String>,
    /// Copies taken so far.
    copies: usize,
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.listening.iter().for_each(JoinHandle::abort);
    }
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
    let router = door.lock().unwrap().clone();
    match router {
        Some(router) => router.oneshot(request).await.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

impl Ground {
    /// Founds everything and has the nodes meet. A world on the ground itself is returned too.
    pub async fn new(place: &Place) -> (Self, World) {
        let mut ground = Self {
            place: place.clone(),
            ports: [0; 3],
            doors: std::array::from_fn(|_| Door::default()),
            listening: Vec::new(),
            databases: Vec::new(),
            copies: 0,
        };
        for (n, door) in ground.doors.iter().enumerate() {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            ground.ports[n] = listener.local_addr().unwrap().port();
            let router = Router::new().fallback(answer).with_state(Arc::clone(door));
            ground.listening.push(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
        }
        for _ in COMPANIES {
            ground.databases.push(place.database().await);
        }
        let databases = ground.databases.clone();
        let nodes = ground.open(&databases).await;
        for node in &nodes {
            bootstrap(&node.federation.app).await.unwrap();
        }
        let mut world = World::new(nodes, ground.doors.clone(), 0);
        populate(&mut world).await;
        meet(&world).await;
        agree(&mut world).await;
        look_around(&world).await;
        world.calm().await;
        (ground, world)
    }

    /// A world of its own for `seed`: copies of the databases. SQLite only.
    pub async fn world(&mut self, seed: u64) -> World {
        self.copies += 1;
        let folder = self.place.folder(&format!("copy{}", self.copies));
        let copies: Vec<String> = self.databases.iter().enumerate().map(|(n, from)| copied(from, folder.join(COMPANIES[n]))).collect();
        let nodes = self.open(&copies).await;
        World::new(nodes, self.doors.clone(), seed)
    }

    async fn open(&self, databases: &[String]) -> Vec<Node> {
        let mut nodes = Vec::new();
        for (n, name) in COMPANIES.iter().enumerate() {
            let mut config = Config::default();
            config.server.url = format!("http://{name}.localhost:{}", self.ports[n]).parse().unwrap();
            config.data.dir = self.place.folder(name);
            config.federation.allow_http = true;
            config.federation.allow_addresses = vec!["127.0.0.0/8".parse().unwrap()];
            config.federation.allow_ports = self.ports.into_iter().collect();
            config.limits.enabled = false;
            config.communities.announce_hours = 0;
            let store = Store::open(&databases[n], Clock::default()).await.unwrap();
            let app = App::new(config, store, Secret::from_bytes(&[7; 32]).unwrap());
            let federation = Federation::start(app).unwrap();
            *self.doors[n].lock().unwrap() = Some(routes::all(&federation));
            nodes.push(Node { name, host: federation.app.origin.authority().to_owned(), federation });
        }
        nodes
    }
}

/// Copies a SQLite database that nobody has open; the address of the copy.
fn copied(from: &str, to: PathBuf) -> String {
    std::fs::copy(from.strip_prefix("sqlite:").unwrap(), &to).unwrap();
    format!("sqlite:{}", to.display())
}

async fn populate(world: &mut World) {
    for (name, home) in PEOPLE {
        let app = &world.nodes[home].federation.app;
        let keys = app.new_keys().await.unwrap();
        let tx = app.begin().await.unwrap();
        let new = accounts::New { username: name.into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
        let account = accounts::create(&tx, new).await.unwrap();
        let (email, role) = (format!("{name}@{}.test", COMPANIES[home]), NodeRole::Member);
        accounts::enrol(&tx, account.id, accounts::NewUser { email, password_hash: String::new(), role, approved: true }).await.unwrap();
        affiliations::grant(&tx, &account, ("", ""), "test").await.unwrap();
        tx.commit().await.unwrap();
        world.people.push(Member { name, home, uri: app.origin.absolute(&account.uri) });
    }
    let ada = world.account(0, &world.people[0].uri).await.unwrap();
    for (name, stage, rule) in SPOTS {
        let account = found(&world.nodes[0].federation.app, &ada, (name, stage, rule)).await;
        let uri = world.nodes[0].federation.app.origin.absolute(&account.uri);
        world.spots.push(Spot { name, uri, id: account.id, stage, rule });
    }
}

async fn found(app: &App, founder: &Account, (name, stage, join_rule): (&str, Stage, JoinRule)) -> Account {
    let keys = app.new_keys().await.unwrap();
    let tx = app.begin().await.unwrap();
    let founding = communities::Founding {
        name: name.into(),
        title: name.into(),
        purpose: "Valves.".into(),
        stage,
        join_rule,
        question: String::new(),
        least_level: communities::least_level(stage),
        keys,
    };
    let (account, _) = communities::found(&tx, founder, founding).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// Everybody has heard of everybody.
async fn meet(world: &World) {
    for (n, node) in world.nodes.iter().enumerate() {
        let federation = &node.federation;
        for other in world.nodes.iter().filter(|other| other.host != node.host) {
            let software = discovery::learn_software(federation, &other.host, &Budget::default()).await.unwrap();
            let tx = federation.app.begin().await.unwrap();
            peers::note_software(&tx, &other.host, Some(software)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let network = federation.app.network().unwrap();
        for person in world.people.iter().filter(|person| person.home != n) {
            network.find_url(&person.uri).await.unwrap();
        }
    }
}

/// Every node knows the communities that it may know: one for partners answers nobody else.
async fn look_around(world: &World) {
    for node in &world.nodes[1..] {
        let network = node.federation.app.network().unwrap();
        for spot in &world.spots {
            let found = network.find_url(&spot.uri).await;
            let may_know = spot.stage >= Stage::Federated || spot.stage == Stage::Partners && node.name == "boltco";
            assert_eq!(found.is_ok(), may_know, "{} and {}: {found:?}", node.name, spot.name);
        }
    }
}

/// acme and boltco agree: works is open to boltco, and its people may be invited elsewhere.
async fn agree(world: &mut World) {
    let chosen = Chosen {
        communities: Some(vec!["works".into()]),
        by_invitation: Some(true),
        most_role: Some(Role::Moderator),
        stakeholder: Some(Stakeholder::Supplier),
        history: Some(History::All),
        ..Chosen::default()
    };
    let (acme, boltco) = (world.nodes[0].clone(), world.nodes[1].clone());
    partners::propose(&acme.federation.app, "test", &boltco.host, chosen).await.unwrap();
    world.calm().await;
    let offered = partners::find(&boltco.federation.app, &acme.host).await.unwrap();
    partners::perform(&boltco.federation.app, "test", offered.id, partners::Act::Approve).await.unwrap();
    world.calm().await;
    assert!(agreements::in_force(&acme.federation.app.store, &boltco.host).await.unwrap().is_some());
}
