//! Communities from the command line: founded, listed, shown.

use super::{
    acts::{Answer, missing},
    people,
};
use crate::{
    app::App,
    base::{
        page::Page,
        text::names,
        words::{JoinRule, Stage},
    },
    features::{accounts, communities},
    store::tables::{Account, Community},
};
use anyhow::Result;
use serde_json::{Value, json};

/// How many are listed at most.
const LISTED_MAX: u32 = 1000;

/// Founds a community for `owner`, by name.
pub(super) async fn found(
    app: &App,
    (name, title, purpose, stage, join_rule): (String, String, String, Stage, JoinRule),
    owner: &str,
) -> Result<Answer> {
    let name = names::local_name(&name, app.config.server.url.host())?;
    let founder = people::find(app, owner).await?;
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let founding = communities::Founding {
        name,
        title,
        purpose,
        stage,
        join_rule,
        question: String::new(),
        least_level: communities::least_level(stage),
        keys,
    };
    let (account, community) = communities::found(&tx, &founder, founding).await?;
    tx.commit().await?;
    Ok(Answer::text(
        format!("{} is founded: {}", account.display_name, app.origin.absolute(&account.url)),
        described(app, &account, &community),
    ))
}

/// The communities that live here.
pub(super) async fn list(app: &App) -> Result<Answer> {
    let found = communities::queries::here(&app.store, None, Page::first(LISTED_MAX)).await?;
    let rows = found
        .iter()
        .map(|(account, community)| {
            vec![account.username.clone(), account.display_name.clone(), community.stage.to_string(), community.members_count.to_string()]
        })
        .collect();
    let json = found.iter().map(|(account, community)| described(app, account, community)).collect();
    Ok(Answer::table(&["name", "title", "stage", "members"], rows, json))
}

/// One of them.
pub(super) async fn show(app: &App, name: &str) -> Result<Answer> {
    let account = accounts::queries::by_handle(&app.store, name, "").await?.filter(Account::is_community);
    let account = account.ok_or_else(|| missing("community", name))?;
    let community = communities::queries::by_id(&app.store, account.id).await?.ok_or_else(|| missing("community", name))?;
    let text = format!(
        "{} (@{})\n{}\nstage {}, join {}, {} members\n{}",
        account.display_name,
        account.username,
        community.purpose,
        community.stage,
        community.join_rule,
        community.members_count,
        app.origin.absolute(&account.url)
    );
    Ok(Answer::text(text, described(app, &account, &community)))
}

fn described(app: &App, account: &Account, community: &Community) -> Value {
    json!({
        "id": account.id,
        "name": account.username,
        "title": account.display_name,
        "purpose": community.purpose,
        "stage": community.stage,
        "join": community.join_rule,
        "members_count": community.members_count,
        "url": app.origin.absolute(&account.url),
        "uri": app.origin.absolute(&account.uri),
    })
}
