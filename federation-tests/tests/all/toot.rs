//! A tour with the unmodified `toot` program: log-in, posts, reactions, people, timelines, and a community elsewhere.
//!
//! Chapters run one after the other and each is tried even if one before it failed, so that one run shows all faults.

use crate::acquaintance::id;
use crate::clients::{Toot, program};
use crate::toot_arranging::lists_and_tags;
use anyhow::{Context, Result, ensure};
use federation_tests::api::{list, text};
use federation_tests::community::{Community, own};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::scenario;
use federation_tests::{Node, World, quickly};
use serde_json::Value;

/// Who takes part: ada uses toot, abe lives beside her, bo on the other node, where the community is.
struct Cast {
    acme: Node,
    boltco: Node,
    ada: Person,
    abe: Person,
    bo: Person,
    toot: Toot,
    valves: Community,
}

impl Cast {
    async fn gather(world: &World) -> Result<Option<Self>> {
        let (acme, boltco) = (world.node("acme").await?, world.node("boltco").await?);
        let (ada, abe, bo) = (acme.person("ada").await?, acme.person("abe").await?, boltco.person("bo").await?);
        let valves = bo.api.found_community("valves").await?;
        let Some(toot) = Toot::log_in(world, &acme, &ada).await? else { return Ok(None) };
        Ok(Some(Self { acme, boltco, ada, abe, bo, toot, valves }))
    }

    /// bo's handle as acme shows it.
    fn bo_handle(&self) -> String {
        format!("bo@{}", self.boltco.authority())
    }

    /// The handle of the community as acme shows it.
    fn valves_handle(&self) -> String {
        format!("valves@{}", self.boltco.authority())
    }

    async fn post(&self, words: &str, more: &[&str]) -> Result<Value> {
        self.toot.json(&[&["post", words], more].concat()).await
    }
}

/// The values of one field of each entity.
pub fn each<'a>(entities: &'a [Value], field: &str) -> Vec<&'a str> {
    entities.iter().filter_map(|entity| entity[field].as_str()).collect()
}

/// The ids that toot prints of posts (`ID 123  Visibility: …`), in order.
fn printed_ids(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("ID ")).filter_map(|rest| rest.split_whitespace().next()).collect()
}

/// One's own account, the node, tags; what toot prints for a person to read needs every field its types ask for.
async fn oneself(cast: &Cast) -> Result<()> {
    let toot = &cast.toot;
    ensure!(toot.run(&["auth"]).await?.contains(&format!("ada@{}", cast.acme.authority())), "toot auth does not name ada");
    ensure!(toot.json(&["whoami"]).await?["username"] == "ada", "whoami is somebody else");
    let changed =
        toot.json(&["update-account", "--display-name", "Ada of Acme", "--note", "Valves", "--no-bot", "--language", "en"]).await?;
    ensure!(changed["display_name"] == "Ada of Acme" && changed["source"]["note"] == "Valves", "update-account: {changed}");
    ensure!(changed["source"]["language"] == "en" && changed["bot"] == false, "update-account: {changed}");
    let shown = toot.run(&["whoami"]).await?;
    ensure!(shown.contains("Ada of Acme") && shown.contains("Valves"), "whoami shows {shown}");
    let node = toot.run(&["instance"]).await?;
    ensure!(node.contains(cast.acme.authority()), "toot instance shows {node}");
    ensure!(toot.json(&["tags", "followed"]).await? == serde_json::json!([]), "followed tags of who follows none");
    let tags = toot.run(&["tags", "followed"]).await?;
    ensure!(tags.contains("not following"), "toot tags followed: {tags}");
    Ok(())
}

/// Posts with everything toot can say about them, answers, and deletion.
async fn posts(cast: &Cast) -> Result<()> {
    let toot = &cast.toot;
    let more = ["--visibility", "unlisted", "--spoiler-text", "Vorsicht", "--sensitive", "--language", "de"];
    let careful = cast.post("Ventil neun", &more).await?;
    ensure!(careful["visibility"] == "unlisted" && careful["spoiler_text"] == "Vorsicht", "{careful}");
    ensure!(careful["sensitive"] == true && careful["language"] == "de", "{careful}");
    let plain = toot.run(&["post", "A plain post"]).await?;
    let url = plain.trim().strip_prefix("Toot posted: ").with_context(|| format!("toot post printed {plain}"))?;
    let mine = list(toot.json(&["timelines", "account", "ada"]).await?)?;
    ensure!(each(&mine, "url").contains(&url), "{url} is not in {:?}", each(&mine, "url"));

    let asked = cast.post("Which gasket?", &["--poll-option", "cork", "--poll-option", "rubber", "--poll-expires-in", "1 hour"]).await?;
    ensure!(asked["poll"]["options"][1]["title"] == "rubber" && asked["poll"]["voted"] == true, "{asked}");
    let later = toot.run(&["post", "Good morning", "--scheduled-in", "2 hours"]).await?;
    ensure!(later.contains("scheduled"), "toot post --scheduled-in: {later}");

    let post = cast.post("Who has a spare gasket?", &[]).await?;
    let reply = cast.post("Asked and answered: the cellar", &["--reply-to", id(&post)?]).await?;
    ensure!(reply["in_reply_to_id"] == post["id"] && reply["in_reply_to_account_id"] == post["account"]["id"], "{reply}");
    let thread = toot.json(&["thread", id(&post)?]).await?;
    ensure!(each(&list(thread["descendants"].clone())?, "id") == [id(&reply)?], "the thread: {thread}");
    ensure!(printed_ids(&toot.run(&["thread", id(&reply)?]).await?) == [id(&post)?, id(&reply)?], "the thread from below");
    let shown = toot.run(&["status", id(&post)?]).await?;
    ensure!(shown.contains("spare gasket") && printed_ids(&shown) == [id(&post)?], "toot status: {shown}");
    ensure!(toot.json(&["status", id(&post)?]).await?["replies_count"] == 1, "the answer is not counted");

    toot.run(&["delete", id(&reply)?]).await?;
    let complaint = toot.refused(&["status", id(&reply)?]).await?;
    ensure!(!complaint.trim().is_empty(), "no word about a post that is gone");
    ensure!(toot.json(&["status", id(&post)?]).await?["replies_count"] == 0, "the deleted answer is still counted");
    Ok(())
}

/// Likes, boosts and bookmarks of another's post, and taking them back.
async fn reactions(cast: &Cast) -> Result<()> {
    let toot = &cast.toot;
    let post = cast.abe.api.say("a post to react to").await?;
    let post = id(&post)?;
    for (act, field, count) in [
        ("favourite", "favourited", Some("favourites_count")),
        ("reblog", "reblogged", Some("reblogs_count")),
        ("bookmark", "bookmarked", None),
    ] {
        let done = toot.json(&[act, post]).await?;
        ensure!(own(&done)[field] == true, "toot {act}: {done}");
        let seen = cast.abe.api.status(post).await?;
        ensure!(count.is_none_or(|count| seen[count] == 1), "after toot {act} the author sees {seen}");
    }
    ensure!(each(&list(toot.json(&["reblogged-by", post]).await?)?, "acct") == ["ada"], "reblogged-by");
    ensure!(printed_ids(&toot.run(&["bookmarks"]).await?) == [post], "the bookmarks");
    ensure!(each(&list(toot.json(&["timelines", "favourites"]).await?)?, "id") == [post], "the favourites");
    for (act, field, count) in
        [("unfavourite", "favourited", "favourites_count"), ("unreblog", "reblogged", "reblogs_count"), ("unbookmark", "bookmarked", "")]
    {
        let undone = toot.json(&[act, post]).await?;
        ensure!(own(&undone)[field] == false, "toot {act}: {undone}");
        let seen = cast.abe.api.status(post).await?;
        ensure!(count.is_empty() || seen[count] == 0, "after toot {act} the author sees {seen}");
    }
    ensure!(toot.run(&["reblogged-by", post]).await?.contains("not reblogged"), "reblogged-by after unreblog");
    Ok(())
}

/// Finding, following, muting and blocking people, here and on the other node.
async fn people(cast: &Cast) -> Result<()> {
    let (toot, bo) = (&cast.toot, cast.bo_handle());
    let found = toot.json(&["search", "abe", "--type", "accounts"]).await?;
    ensure!(each(&list(found["accounts"].clone())?, "acct").contains(&"abe"), "search: {found}");
    let far = toot.json(&["search", &format!("@{bo}"), "--type", "accounts", "--resolve"]).await?;
    ensure!(each(&list(far["accounts"].clone())?, "acct") == [bo.as_str()], "search with resolve: {far}");
    ensure!(toot.run(&["whois", &bo]).await?.contains(&bo), "whois");
    toot.refused(&["whois", "nobody"]).await?;

    let stands = toot.json(&["follow", "abe"]).await?;
    ensure!(stands["following"] == true, "follow: {stands}");
    toot.run(&["follow", &format!("@{bo}")]).await?;
    quickly("toot listing bo among the followed", async || {
        let followed = list(toot.json(&["following"]).await?)?;
        Ok(when(each(&followed, "acct").contains(&bo.as_str()) && each(&followed, "acct").contains(&"abe")))
    })
    .await?;
    ensure!(each(&list(toot.json(&["followers", "abe"]).await?)?, "acct") == ["ada"], "the followers of abe");
    quickly("bo seeing the follower", async || {
        let me = cast.bo.api.me().await?;
        Ok(when(me["followers_count"] == 1))
    })
    .await?;

    for (act, undo, all, field) in [("mute", "unmute", "muted", "muting"), ("block", "unblock", "blocked", "blocking")] {
        ensure!(toot.json(&[act, "abe"]).await?[field] == true, "toot {act}");
        ensure!(each(&list(toot.json(&[all]).await?)?, "acct") == ["abe"], "toot {all}");
        ensure!(toot.json(&[undo, "abe"]).await?[field] == false, "toot {undo}");
        ensure!(list(toot.json(&[all]).await?)?.is_empty(), "toot {all} after {undo}");
    }
    let left = list(toot.json(&["following"]).await?)?;
    ensure!(each(&left, "acct") == [bo.as_str()], "a block ends the follow: {:?}", each(&left, "acct"));
    ensure!(toot.json(&["unfollow", &bo]).await?["following"] == false, "unfollow");
    ensure!(list(toot.json(&["following"]).await?)?.is_empty(), "following after unfollow");
    Ok(())
}

/// Timelines over several pages: toot follows `Link` until there is none.
async fn timelines(cast: &Cast) -> Result<()> {
    let toot = &cast.toot;
    toot.run(&["follow", "abe"]).await?;
    let mut written = Vec::new();
    for number in 0..25 {
        written.push(id(&cast.abe.api.say(&format!("gauge {number} #gauges")).await?)?.to_owned());
    }
    cast.bo.api.say("gauges elsewhere #gauges").await?;
    let newest: Vec<&str> = written.iter().rev().map(String::as_str).collect();
    let reads: [&[&str]; 4] = [&["home"], &["public", "--local"], &["tag", "gauges", "--local"], &["account", "abe"]];
    for read in reads {
        let said = toot.run(&[&["timelines"], read, &["--limit", "10", "--pager", "--no-clear"]].concat()).await?;
        let shown: Vec<&str> = printed_ids(&said).into_iter().filter(|id| newest.contains(id)).collect();
        ensure!(shown == newest, "toot timelines {}: {shown:?} is not {newest:?}", read.join(" "));
        ensure!(!said.contains("elsewhere") || read == ["home"], "toot timelines {} shows another node's post", read.join(" "));
    }
    let page = list(toot.json(&["timelines", "public", "--limit", "10"]).await?)?;
    ensure!(page.len() == 10, "a page of ten has {}", page.len());
    let old = toot.run(&["timeline", "--once", "--count", "5"]).await?;
    ensure!(printed_ids(&old) == newest.get(..5).unwrap_or_default(), "toot timeline, the older command: {old}");
    Ok(())
}

/// Notifications, by kind, and clearing them.
async fn notifications(cast: &Cast) -> Result<()> {
    let toot = &cast.toot;
    toot.run(&["notifications", "--clear"]).await?;
    let post = cast.post("Something to answer", &[]).await?;
    cast.abe.api.favourite(id(&post)?).await?;
    cast.abe.api.answer(id(&post)?, "@ada answered").await?;
    let here = cast.bo.api.resolve_account(&cast.ada.uri).await?;
    cast.bo.api.follow(id(&here)?).await?;
    quickly("three notifications at toot", async || Ok(when(list(toot.json(&["notifications"]).await?)?.len() == 3))).await?;
    let said = toot.run(&["notifications"]).await?;
    for line in ["favourited your status", "mentioned you", "now follows you"] {
        ensure!(said.contains(line), "no {line:?} in {said}");
    }
    let mentions = list(toot.json(&["notifications", "--type", "mention"]).await?)?;
    ensure!(each(&mentions, "type") == ["mention"], "notifications --type mention");
    let others = list(toot.json(&["notifications", "--exclude-type", "mention"]).await?)?;
    ensure!(others.len() == 2 && !each(&others, "type").contains(&"mention"), "notifications --exclude-type mention");
    toot.run(&["notifications", "--clear"]).await?;
    ensure!(toot.run(&["notifications"]).await?.contains("no notifications"), "notifications after --clear");
    Ok(())
}

/// A community of the other node: following it is joining, mentioning it is posting into it.
async fn community(cast: &Cast) -> Result<()> {
    let (toot, valves) = (&cast.toot, cast.valves_handle());
    ensure!(toot.json(&["whois", &valves]).await?["group"] == true, "the community is not a group");
    toot.run(&["follow", &format!("@{valves}")]).await?;
    quickly("toot listing the community among the followed", async || {
        Ok(when(each(&list(toot.json(&["following"]).await?)?, "acct").contains(&valves.as_str())))
    })
    .await?;
    let titles = toot.json(&["lists", "list"]).await?;
    ensure!(each(&list(titles.clone())?, "title").contains(&"About valves"), "the lists: {titles}");

    let post = cast.post(&format!("@{valves} does yours whistle?"), &["--visibility", "public"]).await?;
    ensure!(text(&post["mentions"][0], "acct")? == valves, "{post}");
    quickly("the founder seeing the post in the community", async || {
        let posts = cast.bo.api.community_posts(&cast.valves.id).await?;
        Ok(when(posts.iter().filter(|one| own(one)["uri"] == post["uri"]).count() == 1))
    })
    .await?;
    for read in [["account", valves.as_str()], ["list", "About valves"]] {
        quickly(&format!("the post in toot timelines {}", read[0]), async || {
            let posts = list(toot.json(&[&["timelines"], &read[..]].concat()).await?)?;
            Ok(when(posts.iter().any(|one| own(one)["id"] == post["id"])))
        })
        .await?;
    }
    cast.bo.api.post_into(&cast.valves.id, "mine only hums").await?;
    quickly("the founder's post in toot's home timeline, boosted by the community", async || {
        let said = toot.run(&["timelines", "home", "--no-pager"]).await?;
        Ok(when(said.contains("mine only hums") && said.contains(&format!("@{valves} boosted"))))
    })
    .await?;
    let complaint = toot.refused(&["post", &format!("@{valves} for followers only"), "--visibility", "private"]).await?;
    ensure!(complaint.split_whitespace().count() > 4, "a refusal without a sentence: {complaint}");
    toot.run(&["unfollow", &valves]).await?;
    ensure!(!each(&list(toot.json(&["following"]).await?)?, "acct").contains(&valves.as_str()), "still followed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn toot_does_all_that_a_client_needs() -> Result<()> {
    if program("toot")?.is_none() {
        return Ok(());
    }
    scenario(2, async |world| {
        let Some(cast) = Cast::gather(world).await? else { return Ok(()) };
        let mut faults = Vec::new();
        for (chapter, told) in [
            ("oneself", oneself(&cast).await),
            ("posts", posts(&cast).await),
            ("reactions", reactions(&cast).await),
            ("people", people(&cast).await),
            ("timelines", timelines(&cast).await),
            ("notifications", notifications(&cast).await),
            ("lists and tags", lists_and_tags(&cast.toot, &cast.abe).await),
            ("community", community(&cast).await),
        ] {
            faults.extend(told.err().map(|error| format!("{chapter}: {error:#}")));
        }
        ensure!(faults.is_empty(), "toot found faults:\n{}", faults.join("\n"));
        Ok(())
    })
    .await
}
