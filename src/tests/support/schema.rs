//! The schema, made once for all tests of a build: making it anew costs half a second, copying it two milliseconds on SQLite
//! and a tenth of a second on PostgreSQL. The copy is what the migrations make, nothing else.

use crate::{
    base::{clock::Clock, secret},
    store::{Store, copy},
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};
use tokio::sync::OnceCell;

/// The lock under which one process of a run makes the template (any constant of our own).
const TEMPLATE_LOCK: i64 = 0x5c4e_3a01;

/// Puts a database of SQLite with the whole schema and nothing in it at `path`.
pub async fn put(path: &Path) {
    static MADE: OnceCell<PathBuf> = OnceCell::const_new();
    fs::copy(MADE.get_or_init(made).await, path).unwrap();
}

/// The file to be copied: beside the program that runs the tests, and not older than it. Each process of a run may make it;
/// all make the same, and put it there in one step.
async fn made() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let file = program.with_extension("schema.sqlite");
    let age = |path: &Path| fs::metadata(path).and_then(|about| about.modified());
    if age(&file).is_ok_and(|made| made >= age(&program).unwrap()) {
        return file;
    }
    let folder = tempfile::tempdir_in(program.parent().unwrap()).unwrap();
    let (live, whole) = (folder.path().join("live"), folder.path().join(secret::token()));
    let store = Store::open(&format!("sqlite:{}", live.display()), Clock::default()).await.unwrap();
    drop(store);
    copy::sqlite(&live, &whole).await.unwrap();
    fs::rename(&whole, &file).unwrap();
    file
}

/// A database of PostgreSQL that was made for one test, and is gone with it.
pub struct Lent {
    /// Its address.
    pub url: String,
    name: String,
    server: String,
}

impl Lent {
    /// A database with the whole schema and nothing in it, on the server at `server`.
    pub async fn by(server: &str) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(async || template(server).await).await;
        let name = format!("intermoot_t_{}", secret::hex(&secret::random::<8>()));
        tell(server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { url: at(server, &name), name, server: server.to_owned() }
    }
}

impl Drop for Lent {
    /// Takes it away in a thread of its own: a test may end in the middle of its runtime. Who still uses it is thrown out.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let work = async move { tell(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await };
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        if std::thread::spawn(move || runtime().block_on(work)).join().is_err() {
            eprintln!("the database {} of a test could not be taken away", self.name);
        }
    }
}

/// The address of the database called `name` on the server at `server`.
fn at(server: &str, name: &str) -> String {
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(name);
    url.into()
}

/// One statement, on a connection of its own.
async fn tell(server: &str, statement: &str) {
    let connection = connect(server, 1).await;
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// The name of the database to be copied: made by the first that needs it and named after the age of this program; those of
/// other builds are taken away then.
async fn template(server: &str) -> String {
    let age = fs::metadata(std::env::current_exe().unwrap()).and_then(|about| about.modified()).unwrap();
    let name = format!("intermoot_schema_{}", age.duration_since(UNIX_EPOCH).unwrap().as_nanos());
    // one connection holds the lock, for databases are not made within a transaction
    let admin = connect(server, 2).await;
    let lock = admin.begin().await.unwrap();
    lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({TEMPLATE_LOCK})")).await.unwrap();
    let found = "SELECT datname FROM pg_database WHERE datname LIKE 'intermoot\\_schema\\_%' OR datname LIKE 'intermoot\\_making\\_%'";
    let found = admin.query_all_raw(Statement::from_string(DbBackend::Postgres, found)).await.unwrap();
    let found: Vec<String> = found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    if !found.contains(&name) {
        for old in found {
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {old}")).await.unwrap();
        }
        let making = format!("intermoot_making_{}", secret::hex(&secret::random::<8>()));
        admin.execute_unprepared(&format!("CREATE DATABASE {making}")).await.unwrap();
        let connection = connect(&at(server, &making), 1).await;
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        admin.execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {name}")).await.unwrap();
    }
    lock.commit().await.unwrap();
    admin.close().await.unwrap();
    name
}
