//! Two nodes with their loops, each behind a listener that stays while the node dies and starts anew over the same database.

use crate::{
    app::App,
    base::{
        clock::Clock,
        config::Config,
        seal::Secret,
        words::{AccountKind, Level, NodeRole},
    },
    features::{accounts, peers::Software},
    federation::{Federation, bootstrap, deliver, process},
    server::{routes, worker},
    store::{Store, death::Death, tables::Account},
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
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The nodes, and who lives there.
pub const SITES: [(&str, &str); 2] = [("acme", "ada"), ("bolt", "bo")];

/// What stands behind a listener now; nothing while its node is dead.
type Door = Arc<Mutex<Option<(Router, Death)>>>;

/// A dead node says nothing, not even that it is: what is answered then comes from whoever stands before it.
async fn answer(State(door): State<Door>, request: Request) -> Response {
    let open = door.lock().unwrap().clone();
    let Some((router, death)) = open else { return StatusCode::BAD_GATEWAY.into_response() };
    let answer = router.oneshot(request).await.into_response();
    if death.has_come() { StatusCode::BAD_GATEWAY.into_response() } else { answer }
}

/// Where the nodes stand: listeners, and databases in which both know each other's person, to be copied for each run.
pub struct Ground {
    place: Place,
    ports: [u16; 2],
    doors: [Door; 2],
    listening: Vec<JoinHandle<()>>,
    runs: usize,
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.listening.iter().for_each(JoinHandle::abort);
    }
}

impl Ground {
    pub async fn new() -> Self {
        let doors: [Door; 2] = [Door::default(), Door::default()];
        let mut ground = Self { place: Place::sqlite(), ports: [0; 2], doors, listening: Vec::new(), runs: 0 };
        for (n, door) in ground.doors.iter().enumerate() {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            ground.ports[n] = listener.local_addr().unwrap().port();
            let router = Router::new().fallback(answer).with_state(Arc::clone(door));
            ground.listening.push(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
        }
        let folder = ground.place.folder("template");
        let mut sites = ground.at(&folder);
        for (site, (_, name)) in sites.iter_mut().zip(SITES) {
            site.start().await;
            site.enrol(name).await;
        }
        for n in 0..2 {
            let network = sites[n].federation().app.network().unwrap();
            network.find_url(&sites[1 - n].uri()).await.unwrap();
        }
        for site in &mut sites {
            site.stop().await;
        }
        ground
    }

    fn at(&self, folder: &Path) -> [Site; 2] {
        std::array::from_fn(|n| Site {
            name: SITES[n].0,
            person: SITES[n].1,
            ports: self.ports,
            port: self.ports[n],
            door: Arc::clone(&self.doors[n]),
            database: folder.join(SITES[n].0).display().to_string(),
            life: None,
            deaths: 0,
        })
    }

    /// Both nodes over fresh copies of the databases, running.
    pub async fn run(&mut self) -> [Site; 2] {
        self.runs += 1;
        let (from, to) = (self.place.folder("template"), self.place.folder(&format!("run{}", self.runs)));
        for (name, _) in SITES {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
        let mut sites = self.at(&to);
        for site in &mut sites {
            site.start().await;
        }
        sites
    }
}

/// One node, dead or alive.
pub struct Site {
    name: &'static str,
    person: &'static str,
    ports: [u16; 2],
    port: u16,
    door: Door,
    database: String,
    life: Option<Life>,
    pub deaths: usize,
}

struct Life {
    federation: Federation,
    loops: Vec<JoinHandle<()>>,
}

impl Site {
    fn config(&self) -> Config {
        let mut config = Config::default();
        config.server.url = format!("http://{}.localhost:{}", self.name, self.port).parse().unwrap();
        config.federation.allow_http = true;
        config.federation.allow_addresses = vec!["127.0.0.0/8".parse().unwrap()];
        config.federation.allow_ports = self.ports.into_iter().collect();
        config.federation.retry_unit_milliseconds = 600;
        config.limits.enabled = false;
        config
    }

    /// Starts it, over what its database holds.
    pub async fn start(&mut self) {
        let store = Store::open(&format!("sqlite:{}", self.database), Clock::default()).await.unwrap();
        let app = App::new(self.config(), store, Secret::from_bytes(&[7; 32]).unwrap());
        bootstrap(&app).await.unwrap();
        let federation = Federation::start(app).unwrap();
        let never = CancellationToken::new();
        let ours = Software { name: "intermoot".into(), version: String::new(), level: Level::Intermoot };
        let ask: deliver::AskSoftware = Arc::new(move |_| {
            let ours = ours.clone();
            Box::pin(async move { Some(ours) })
        });
        let loops = vec![
            tokio::spawn(worker::run(federation.clone(), never.clone())),
            tokio::spawn(process::run(federation.clone(), never.clone())),
            tokio::spawn(deliver::run(federation.clone(), ask, never)),
        ];
        *self.door.lock().unwrap() = Some((routes::all(&federation), federation.app.store.death.clone()));
        self.life = Some(Life { federation, loops });
    }

    /// Ends it where it stands: nothing is finished, nothing recorded.
    pub async fn stop(&mut self) {
        *self.door.lock().unwrap() = None;
        let Some(life) = self.life.take() else { return };
        for work in life.loops {
            work.abort();
            let _ended = work.await;
        }
        life.federation.app.store.clone().close().await.unwrap();
    }

    /// If the test's commit has come, it is dead: starts it anew.
    pub async fn revive(&mut self) {
        if self.life.as_ref().is_some_and(|life| life.federation.app.store.death.has_come()) {
            self.deaths += 1;
            self.stop().await;
            self.start().await;
        }
    }

    pub fn federation(&self) -> &Federation {
        &self.life.as_ref().unwrap().federation
    }

    pub fn store(&self) -> &Store {
        &self.federation().app.store
    }

    /// The person who lives here, by absolute id.
    pub fn uri(&self) -> String {
        format!("http://{}.localhost:{}/u/{}", self.name, self.port, self.person)
    }

    /// The id that something of this absolute id has here.
    pub fn stored(&self, uri: &str) -> String {
        self.federation().app.origin.stored(uri).to_owned()
    }

    /// The account with this absolute id.
    pub async fn account(&self, uri: &str) -> Option<Account> {
        accounts::queries::by_uri(self.store(), &self.stored(uri)).await.unwrap()
    }

    async fn enrol(&self, name: &str) {
        let app = &self.federation().app;
        let keys = app.new_keys().await.unwrap();
        let new = accounts::New { username: name.into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
        let tx = app.begin().await.unwrap();
        let account = accounts::create(&tx, new).await.unwrap();
        let user = accounts::NewUser {
            email: format!("{name}@{}.test", self.name),
            password_hash: String::new(),
            role: NodeRole::Member,
            approved: true,
        };
        accounts::enrol(&tx, account.id, user).await.unwrap();
        tx.commit().await.unwrap();
    }
}
