//! What tests with a database or a server stand on.
//!
//! [`on_both_databases`] gives a test a fresh [`Place`] on SQLite (a file, as in production) and,
//! where `INTERMOOT_TEST_POSTGRES` holds the address of a server, again on PostgreSQL in a database
//! of its own. [`TestNode`] is a real node behind a real listener on a port of its own.

#![allow(dead_code, reason = "not every test needs every tool")]

mod browser;
pub mod bucket;
pub mod keys;
mod node;
pub mod people;
pub mod pictures;
pub mod schema;

pub use browser::Browser;
pub use node::TestNode;
pub use people::{PASSWORD, Person, done};

use crate::{
    base::{clock::Clock, secret},
    store::Store,
};
use schema::Lent;
use std::sync::{Arc, Mutex};

/// The variable with the address of a PostgreSQL server whose user may create databases.
const POSTGRES: &str = "INTERMOOT_TEST_POSTGRES";

/// The size of something in a test of reliability: `usual`, or `full` where `INTERMOOT_RELIABILITY=full` asks for what the design states.
pub fn sized(usual: usize, full: usize) -> usize {
    if std::env::var("INTERMOOT_RELIABILITY").is_ok_and(|text| text == "full") { full } else { usual }
}

/// Where a test keeps its databases and files: fresh, and gone afterwards.
#[derive(Clone)]
pub struct Place {
    folder: Arc<tempfile::TempDir>,
    /// The server of PostgreSQL and what was made there.
    postgres: Option<(String, Arc<Mutex<Vec<Lent>>>)>,
}

#[expect(clippy::print_stdout, reason = "whoever reads the output of tests should see what was left out")]
/// Runs `test` on SQLite and, where there is a server, on PostgreSQL.
pub async fn on_both_databases(test: impl AsyncFn(Place)) {
    test(Place::new(None)).await;
    match std::env::var(POSTGRES) {
        Ok(server) => test(Place::new(Some(server))).await,
        Err(_) => println!("not run on PostgreSQL: {POSTGRES} is not set"),
    }
}

impl Place {
    /// A place on SQLite alone, for tests that no database could change.
    pub fn sqlite() -> Self {
        Self::new(None)
    }

    fn new(postgres: Option<String>) -> Self {
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), postgres: postgres.map(|server| (server, Arc::default())) }
    }

    /// Whether its databases are files of SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.postgres.is_none()
    }

    /// A folder of its own for the thing called `name`.
    pub fn folder(&self, name: &str) -> std::path::PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// The folder of this place, for whoever needs it longer than the place itself: a database in a
    /// folder that is gone cannot be opened once more.
    pub fn hold(&self) -> Arc<tempfile::TempDir> {
        Arc::clone(&self.folder)
    }

    /// A fresh, empty database.
    pub async fn store(&self) -> Store {
        Store::open(&self.database().await, Clock::default()).await.unwrap()
    }

    /// The address of a fresh, empty database.
    pub async fn database(&self) -> String {
        let Some((server, made)) = &self.postgres else {
            let file = self.folder.path().join(format!("t_{}", secret::hex(&secret::random::<8>())));
            schema::put(&file).await;
            return format!("sqlite:{}", file.display());
        };
        let lent = Lent::by(server).await;
        let url = lent.url.clone();
        made.lock().unwrap().push(lent);
        url
    }

    /// A node called `name` (`http://NAME.localhost:PORT`), serving.
    pub async fn node(&self, name: &str) -> TestNode {
        TestNode::start(self, name, |_| {}).await
    }

    /// The same with other settings.
    pub async fn node_with(&self, name: &str, set: impl FnOnce(&mut crate::base::config::Config)) -> TestNode {
        TestNode::start(self, name, set).await
    }
}
