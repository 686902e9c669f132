//! Opening a node: its folder, database, secret and the accounts that every node has.

use crate::{
    app::App,
    base::{
        clock::Clock,
        config::{Config, DatabaseUrl},
        seal::Secret,
        words::{AccountKind, NodeRole},
    },
    features::{accounts, affiliations, memberships, sessions},
    federation,
    store::{Store, files::Place},
};
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Name of the account that is made on the very first start.
const FIRST_OWNER: &str = "owner";

/// Opens the node that `config` describes, making what is not there: folder, secret, database,
/// schema, the node's own actor and its organisation.
pub async fn open(config: Config) -> Result<App> {
    // what would be trouble at each use is said at once
    Place::open(&config, &config.media_url())?;
    make_private_folder(&config.data.dir)?;
    let secret = Secret::load_or_create(&config.data.dir.join("node.secret"))?;
    if let DatabaseUrl::Sqlite(file) = config.database() {
        make_private_file(&file);
    }
    let store = Store::open(&database_url(&config), Clock::of_node()?).await?;
    let app = App::new(config, store, secret);
    federation::bootstrap(&app).await?;
    let tx = app.begin().await?;
    memberships::set_announce_hours(&tx, app.config.communities.announce_hours).await?;
    tx.commit().await?;
    Ok(app)
}

/// The database's address as the driver reads it.
pub fn database_url(config: &Config) -> String {
    match config.database() {
        DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
        DatabaseUrl::Postgres(url) => url.to_string(),
    }
}

/// Makes `file`, readable by its owner alone, if it is not there: SQLite gives what stands beside it the same rights. What
/// hinders this hinders the database too, which tells it better.
fn make_private_file(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file);
}

/// Makes `folder`, readable by its owner alone.
fn make_private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder data.dir = {} cannot be made", folder.display()))
}

/// On the very first start (nobody can log in yet) makes the owner's account and returns the
/// address of its one-time log-in link, valid for an hour.
pub async fn first_owner(app: &App) -> Result<Option<String>> {
    let (people, _, _) = accounts::queries::counts(&app.store).await?;
    if people > 0 {
        return Ok(None);
    }
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let new =
        accounts::New { username: FIRST_OWNER.to_owned(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
    let owner = accounts::create(&tx, new).await?;
    let email = format!("{FIRST_OWNER}@{}", app.config.server.url.host());
    let user = accounts::NewUser { email, password_hash: String::new(), role: NodeRole::Owner, approved: true };
    accounts::enrol(&tx, owner.id, user).await?;
    affiliations::give(&tx, &owner, ("", "")).await?;
    let secret = sessions::make_login_link(&tx, owner.id).await?;
    tx.commit().await?;
    Ok(Some(login_link(app, &secret)))
}

/// The address of a one-time log-in link.
pub fn login_link(app: &App, secret: &str) -> String {
    app.origin.absolute(&format!("/login/link/{secret}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_database_file_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sqlite");
        make_private_file(&file);
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
