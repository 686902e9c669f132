//! What moderators of ours do: announced by a community of ours, or asked of the node of one elsewhere.
//!
//! Removing from a community of ours is told with the post (`posts::removed`); what a moderator elsewhere did was passed on
//! as it came, but for bans that they decided by an `Offer`: the community tells those itself. Each activity has the entry's id.

use super::{
    House,
    announce::{self, pass_on},
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::PostId,
        words::{ModAct, Shape, Stage},
    },
    features::{communities, moderation::log, posts},
    federation::vocabulary::PUBLIC,
    store::tables::{Account, ModLogRow, Post},
};
use serde_json::{Map, Value, json};

/// What an entry of the log is about.
struct Case {
    row: ModLogRow,
    group: Account,
    by: Account,
    subject: Account,
    post: Option<Post>,
    is_public: bool,
}

/// A moderator did something, or asks for it.
pub async fn done(house: House<'_>, entry: i64) -> Result<()> {
    let Some(case) = case(house, entry).await? else { return Ok(()) };
    if let Some(post) = case.post.as_ref().filter(|post| case.row.act == ModAct::Approve && !post.is_ours()) {
        return announce::show_waited(house, &case.group, post).await;
    }
    let Some(speaker) = speaker(&case) else { return Ok(()) };
    let Some(letter) = letter(house, &case, speaker) else { return Ok(()) };
    let written = letter.under(case.row.uri.as_str()).write(house).await?;
    let key = case.post.as_ref().map_or(case.subject.id.0, |post| post.id.0);
    if !case.group.is_local() {
        let targets = case.group.delivery_inbox.into_iter().collect();
        return written.send(house, speaker, Route { key, shape: Shape::Any, targets }).await;
    }
    let is_warning = case.row.act == ModAct::Warn;
    let mut to = if is_warning { Vec::new() } else { targets::readers(house, case.group.id).await? };
    to.extend(case.subject.delivery_inbox);
    pass_on(house, &case.group, &written.body, (key, to)).await
}

/// Who says it; none where it is told otherwise, or was passed on as it came.
fn speaker(case: &Case) -> Option<&Account> {
    if !case.row.uri.starts_with('/') || case.group.is_local() && case.row.act == ModAct::Remove {
        return None;
    }
    match (case.by.is_local(), case.group.is_local()) {
        (true, _) => Some(&case.by),
        (false, true) => Some(&case.group),
        (false, false) => None,
    }
}

async fn case(house: House<'_>, entry: i64) -> Result<Option<Case>> {
    let Some(row) = log::find(house.tx, entry).await? else { return Ok(None) };
    let (group, by) = (targets::account(house, row.community_id).await?, targets::account(house, row.moderator_id).await?);
    let subject = match row.account_id {
        Some(subject) => targets::account(house, subject).await?,
        None => None,
    };
    let (Some(group), Some(by), Some(subject)) = (group, by, subject) else { return Ok(None) };
    let Some(about) = communities::queries::by_id(house.tx, group.id).await? else { return Ok(None) };
    let post = post(house, row.post_id).await?;
    Ok(Some(Case { row, group, by, subject, post, is_public: about.stage == Stage::Public }))
}

async fn post(house: House<'_>, id: Option<PostId>) -> Result<Option<Post>> {
    match id {
        Some(id) => posts::queries::by_id(house.tx, id).await,
        None => Ok(None),
    }
}

/// The activity as Lemmy writes it; none for what is not told.
fn letter<'a>(house: House<'_>, case: &'a Case, by: &'a Account) -> Option<Letter<'a>> {
    let group = house.absolute(&case.group.uri);
    let post = || case.post.as_ref().map(|post| json!(house.absolute(&post.uri)));
    let subject = json!(house.absolute(&case.subject.uri));
    let (kind, object, is_undo) = match case.row.act {
        ModAct::Remove => ("Delete", post()?, false),
        ModAct::Restore => ("Delete", post()?, true),
        ModAct::Lock => ("Lock", post()?, false),
        ModAct::Unlock => ("Lock", post()?, true),
        ModAct::Warn => ("Warn", post().unwrap_or_else(|| subject.clone()), false),
        ModAct::Ban => ("Block", subject.clone(), false),
        ModAct::Unban => ("Block", subject.clone(), true),
        _ => return None,
    };
    let to = match case.row.act {
        ModAct::Warn => subject,
        _ if case.is_public => json!(PUBLIC),
        _ => json!(format!("{group}/followers")),
    };
    let to: Vec<String> = to.as_str().map(str::to_owned).into_iter().collect();
    let cc = vec![group.clone()];
    let extra = extra(case, kind, &group);
    let mut letter = if is_undo {
        let mut undone = extra.clone();
        undone.insert("id".into(), json!(format!("{}#undone", house.absolute(&format!("/activities/{}", case.row.id)))));
        undone.insert("type".into(), json!(kind));
        undone.insert("actor".into(), json!(house.absolute(&by.uri)));
        undone.insert("object".into(), object);
        undone.insert("to".into(), json!(to));
        undone.insert("cc".into(), json!(cc));
        undone.insert("audience".into(), json!(group));
        let mut letter = Letter::new(by, "Undo", Value::Object(undone));
        letter.extra.insert("summary".into(), json!(case.row.reason));
        letter
    } else {
        Letter { extra, ..Letter::new(by, kind, object) }
    };
    letter = letter.to(to, cc).within(Some(group));
    Some(letter)
}

fn extra(case: &Case, kind: &str, group: &str) -> Map<String, Value> {
    let mut extra = Map::new();
    extra.insert("summary".into(), json!(case.row.reason));
    if kind == "Block" {
        extra.insert("target".into(), json!(group));
        extra.insert("removeData".into(), json!(case.row.removes_data));
        if let Some(until) = case.row.expires_at {
            extra.insert("endTime".into(), json!(until));
        }
    }
    extra
}
