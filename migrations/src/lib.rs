//! The schema and how it came to be: forward only, SQLite and PostgreSQL alike.
//!
//! Each migration is a file of plain SQL in the dialect both databases share; the few words that
//! differ are written once as SQLite has them and translated (see `dialect`). A migration is
//! never edited after release, and never refers to code of the server. Times are milliseconds
//! since 1970 UTC (`BIGINT`), JSON is `TEXT`, words are small integers (see `base/words.rs`).

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Script { name: "m20261122_accounts", sql: include_str!("sql/accounts.sql") }),
            Box::new(Script { name: "m20261122_communities", sql: include_str!("sql/communities.sql") }),
            Box::new(Script { name: "m20261122_posts", sql: include_str!("sql/posts.sql") }),
            Box::new(Script { name: "m20261122_federation", sql: include_str!("sql/federation.sql") }),
            Box::new(Script { name: "m20261122_partners", sql: include_str!("sql/partners.sql") }),
            Box::new(Script { name: "m20261122_rights", sql: include_str!("sql/rights.sql") }),
            Box::new(Script { name: "m20261122_leaving", sql: include_str!("sql/leaving.sql") }),
            Box::new(Script { name: "m20261122_moderation", sql: include_str!("sql/moderation.sql") }),
            Box::new(Script { name: "m20261122_agreements", sql: include_str!("sql/agreements.sql") }),
            Box::new(Script { name: "m20261122_ladder", sql: include_str!("sql/ladder.sql") }),
            Box::new(Script { name: "m20261122_recovery", sql: include_str!("sql/recovery.sql") }),
            Box::new(Script { name: "m20261122_moderation_acts", sql: include_str!("sql/moderation_acts.sql") }),
            Box::new(Script { name: "m20261122_guests", sql: include_str!("sql/guests.sql") }),
            Box::new(Script { name: "m20261122_queued_bytes", sql: include_str!("sql/queued_bytes.sql") }),
            Box::new(Script { name: "m20261122_deciders", sql: include_str!("sql/deciders.sql") }),
            Box::new(Script { name: "m20261122_reading", sql: include_str!("sql/reading.sql") }),
            Box::new(Script { name: "m20261122_watch", sql: include_str!("sql/watch.sql") }),
            Box::new(Script { name: "m20261122_retractions", sql: include_str!("sql/retractions.sql") }),
            Box::new(Script { name: "m20261122_backfills", sql: include_str!("sql/backfills.sql") }),
            Box::new(Script { name: "m20261122_details", sql: include_str!("sql/details.sql") }),
            Box::new(Script { name: "m20261122_modlog", sql: include_str!("sql/modlog.sql") }),
            Box::new(Script { name: "m20261122_silences", sql: include_str!("sql/silences.sql") }),
            Box::new(Script { name: "m20261122_searching", sql: include_str!("sql/searching.sql") }),
            Box::new(Script { name: "m20261122_moves", sql: include_str!("sql/moves.sql") }),
            Box::new(Script { name: "m20261122_quotes", sql: include_str!("sql/quotes.sql") }),
            Box::new(Script { name: "m20261122_media", sql: include_str!("sql/media.sql") }),
            Box::new(Script { name: "m20261122_readers", sql: include_str!("sql/readers.sql") }),
            Box::new(Script { name: "m20261122_writing", sql: include_str!("sql/writing.sql") }),
            Box::new(Script { name: "m20261122_administering", sql: include_str!("sql/administering.sql") }),
            Box::new(Script { name: "m20261122_sign_up", sql: include_str!("sql/sign_up.sql") }),
            Box::new(Apart {
                name: "m20261122_findable",
                sqlite: include_str!("sql/findable_sqlite.sql"),
                postgres: include_str!("sql/findable_postgres.sql"),
            }),
            Box::new(Script { name: "m20261122_previews", sql: include_str!("sql/previews.sql") }),
            Box::new(Script { name: "m20261122_showing", sql: include_str!("sql/showing.sql") }),
            Box::new(Script { name: "m20261122_collections", sql: include_str!("sql/collections.sql") }),
            Box::new(Script { name: "m20261122_pages", sql: include_str!("sql/pages.sql") }),
            Box::new(Script { name: "m20261123_drafts", sql: include_str!("sql/drafts.sql") }),
            Box::new(Script { name: "m20261123_appearance", sql: include_str!("sql/appearance.sql") }),
        ]
    }
}

/// A migration that is a script of SQL statements.
struct Script {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Script {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Script {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        run(connection, &dialect(self.sql, manager.get_database_backend())).await
    }
}

/// A migration of what the databases do each in its own way: a script for each.
struct Apart {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl MigrationName for Apart {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Apart {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let sql = if backend == DbBackend::Postgres { self.postgres } else { self.sqlite };
        run(manager.get_connection(), &dialect(sql, backend)).await
    }
}

async fn run(connection: &SchemaManagerConnection<'_>, sql: &str) -> Result<(), DbErr> {
    for statement in sql.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// `sql` as `backend` writes it: the differences are three words. Comment lines go.
fn dialect(sql: &str, backend: DbBackend) -> String {
    let sql: String = sql.lines().filter(|line| !line.trim_start().starts_with("--")).flat_map(|line| [line, "\n"]).collect();
    match backend {
        DbBackend::Postgres => sql
            .replace(" BLOB", " BYTEA")
            .replace(" WITHOUT ROWID", "")
            .replace(" INTEGER PRIMARY KEY", " BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
        _ => sql,
    }
}
