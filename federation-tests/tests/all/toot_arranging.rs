//! What people arrange for themselves with the unmodified `toot` program: lists, and tags.

use crate::{clients::Toot, toot::each};
use anyhow::{Result, ensure};
use federation_tests::api::list;
use federation_tests::community::own;
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::quickly;

/// Lists of one's own, beside those that are communities, and tags that one follows or shows.
pub async fn lists_and_tags(toot: &Toot, abe: &Person) -> Result<()> {
    toot.run(&["follow", "abe"]).await?;
    let made = toot.json(&["lists", "create", "Colleagues", "--replies-policy", "list"]).await?;
    ensure!(made["title"] == "Colleagues" && made["replies_policy"] == "list", "lists create: {made}");
    toot.run(&["lists", "add", "Colleagues", "abe"]).await?;
    ensure!(toot.run(&["lists", "accounts", "Colleagues"]).await?.contains("@abe"), "abe is not in the list");
    let post = abe.api.say("for the list #packing").await?;
    quickly("the post in toot timelines list", async || {
        let posts = list(toot.json(&["timelines", "list", "Colleagues"]).await?)?;
        Ok(when(posts.iter().any(|one| own(one)["id"] == post["id"])))
    })
    .await?;
    toot.run(&["lists", "remove", "Colleagues", "abe"]).await?;
    ensure!(!toot.run(&["lists", "accounts", "Colleagues"]).await?.contains("@abe"), "abe is still in the list");
    toot.run(&["lists", "delete", "Colleagues"]).await?;
    ensure!(!each(&list(toot.json(&["lists", "list"]).await?)?, "title").contains(&"Colleagues"), "the list is still there");

    ensure!(toot.json(&["tags", "follow", "packing"]).await?["following"] == true, "tags follow");
    ensure!(each(&list(toot.json(&["tags", "followed"]).await?)?, "name") == ["packing"], "tags followed");
    ensure!(toot.run(&["tags", "info", "packing"]).await?.contains("packing"), "tags info");
    ensure!(toot.json(&["tags", "unfollow", "packing"]).await?["following"] == false, "tags unfollow");
    toot.run(&["tags", "feature", "packing"]).await?;
    ensure!(toot.run(&["tags", "featured"]).await?.contains("packing"), "tags featured");
    toot.run(&["tags", "unfeature", "packing"]).await?;
    Ok(())
}
