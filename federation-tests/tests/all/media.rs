//! Pictures: sent with a real client, seen on another node over the wire, and kept from whoever may not see their post.

use crate::acquaintance::{id, joins, sees};
use crate::clients::Toot;
use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::own;
use federation_tests::eventually::when;
use federation_tests::node::{NodeOptions, Person};
use federation_tests::partners::Founded;
use federation_tests::process::resident_mib;
use federation_tests::world::scenario;
use federation_tests::{Node, World, quickly};
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;
use std::time::{Duration, Instant};

fn options() -> NodeOptions {
    NodeOptions::default().with("COMMUNITIES__ANNOUNCE_HOURS", "0").with("MEDIA__FFMPEG", "")
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

/// Red on the left, blue on the right.
fn flag(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) }).into()
}

/// The first file of a post.
fn file(post: &Value) -> Result<Value> {
    own(post)["media_attachments"].get(0).cloned().with_context(|| format!("no file in {post}"))
}

/// What `reader` sees at an address of `node`'s: a picture of this size.
async fn is_picture(node: &Node, medium: &Value, size: (u32, u32)) -> Result<()> {
    for name in ["url", "preview_url"] {
        let url = text(medium, name)?;
        ensure!(url.starts_with(&node.url), "{url} is not at {}", node.url);
        let (status, kind, bytes) = node.stranger()?.bytes(url).await?;
        ensure!(status == 200 && kind.starts_with("image/"), "{url}: {status} {kind}");
        let picture = image::load_from_memory(&bytes)?;
        ensure!((picture.width(), picture.height()) == size, "{url}: {} by {}", picture.width(), picture.height());
    }
    Ok(())
}

/// `bo` of boltco follows `ada` of acme, and that counts.
async fn follows(bo: &Person, ada: &Person) -> Result<()> {
    let there = bo.api.resolve_account(&ada.uri).await?;
    bo.api.follow(id(&there)?).await?;
    quickly("bo following ada", async || Ok(when(bo.api.relationship(id(&there)?).await?["following"] == true))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_posted_with_toot_is_seen_on_another_node_through_that_node() -> Result<()> {
    scenario(2, async |world: &World| {
        let (acme, boltco) = (world.node_with("acme", options()).await?, world.node_with("boltco", options()).await?);
        let (ada, bo) = (acme.person("ada").await?, boltco.person("bo").await?);
        follows(&bo, &ada).await?;
        let Some(toot) = Toot::log_in(world, &acme, &ada).await? else { return Ok(()) };
        let path = world.path().join("pump.jpg");
        std::fs::write(&path, encoded(&flag(60, 40), ImageFormat::Jpeg)?)?;
        let path = path.to_str().context("a path is text")?;
        let post = toot.json(&["post", "A pump", "--media", path, "--description", "two colours"]).await?;
        is_picture(&acme, &file(&post)?, (60, 40)).await?;
        let seen = sees("bo's home", "A pump", async || bo.api.home().await).await?;
        let medium = file(&seen)?;
        ensure!(medium["description"] == "two colours" && medium["blurhash"].is_string(), "{medium}");
        ensure!(medium["meta"]["original"]["size"] == "60x40" && text(&medium, "remote_url")?.starts_with(&acme.url), "{medium}");
        is_picture(&boltco, &medium, (60, 40)).await?;

        toot.run(&["update-account", "--avatar", path]).await?;
        quickly("ada's new face at boltco", async || {
            let there = bo.api.resolve_account(&ada.uri).await?;
            let face = text(&there, "avatar")?.to_owned();
            let (status, kind, _) = boltco.stranger()?.bytes(&face).await?;
            Ok(when(face.contains("/proxy/") && status == 200 && kind == "image/jpeg"))
        })
        .await?;

        // what is for followers goes to the node that got it, and from there to its reader
        let medium = ada.api.upload(&encoded(&flag(30, 20), ImageFormat::Png)?, "a seal").await?;
        let body = json!({ "status": "A seal", "visibility": "private", "media_ids": [medium["id"]] });
        let post = ada.api.post("/api/v1/statuses", body).await?;
        let seen = sees("bo's home", "A seal", async || bo.api.home().await).await?;
        let medium = file(&seen)?;
        is_picture(&boltco, &medium, (30, 20)).await?;
        for open in [text(&medium, "url")?.split('?').next(), Some(text(&medium, "remote_url")?)] {
            let (status, ..) = acme.stranger()?.bytes(open.context("an address")?).await?;
            ensure!(status == 404, "{open:?} is open to everybody: {status}");
        }
        let kept = text(&medium, "url")?.to_owned();
        ada.api.erase(id(&post)?).await?;
        quickly("the picture being gone at boltco", async || Ok(when(boltco.stranger()?.bytes(&kept).await?.0 == 404))).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_in_a_private_community_reaches_members_on_third_nodes_and_nobody_else() -> Result<()> {
    scenario(3, async |world: &World| {
        let (acme, boltco) = (world.node_with("acme", options()).await?, world.node_with("boltco", options()).await?);
        let (cobalt, dover) = (world.node_with("cobalt", options()).await?, world.node_with("dover", options()).await?);
        let (ada, bo, cy) = (acme.person("ada").await?, boltco.person("bo").await?, cobalt.person("cy").await?);
        let home = ada.api.found_as(Founded { name: "valves", title: "Valves", stage: "federated", join: "open" }).await?;
        let at_boltco = joins(&bo, &home, "valves", &acme).await?;
        let at_cobalt = joins(&cy, &home, "valves", &acme).await?;
        let medium = bo.api.upload(&encoded(&flag(60, 40), ImageFormat::Png)?, "a valve").await?;
        let body = json!({ "status": "A valve of ours", "media_ids": [medium["id"]], "intermoot": { "community_id": at_boltco.id } });
        bo.api.post("/api/v1/statuses", body).await?;
        let seen = sees("cobalt", "A valve of ours", async || cy.api.community_posts(&at_cobalt.id).await).await?;
        is_picture(&cobalt, &file(&seen)?, (60, 40)).await?;
        let seen = sees("acme", "A valve of ours", async || ada.api.community_posts(&home.id).await).await?;
        is_picture(&acme, &file(&seen)?, (60, 40)).await?;
        let remote = text(&file(&seen)?, "remote_url")?.to_owned();
        for node in [&boltco, &dover] {
            ensure!(node.stranger()?.bytes(&remote).await?.0 == 404, "{remote} is open to everybody");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s077_a_picture_of_100_megapixels_costs_neither_memory_nor_time() -> Result<()> {
    scenario(1, async |world: &World| {
        let acme = world.node_with("acme", options()).await?;
        let ada = acme.person("ada").await?;
        let pid = acme.pid().context("it runs")?;
        ada.api.upload(&encoded(&flag(60, 40), ImageFormat::Png)?, "").await?;
        let (_, before) = resident_mib(pid)?;
        // real ones: what is said in the header is there, and small when packed
        let bomb = encoded(&GrayImage::new(10_000, 10_000).into(), ImageFormat::Png)?;
        ensure!(bomb.len() < 1 << 20, "{} bytes are no bomb", bomb.len());
        let began = Instant::now();
        for _ in 0..5 {
            let refused = ada.api.upload(&bomb, "").await;
            ensure!(refused.is_err_and(|error| error.to_string().contains("too large")), "a bomb was taken");
        }
        ensure!(began.elapsed() < Duration::from_secs(10), "{:?} for five bombs", began.elapsed());
        let (_, after) = resident_mib(pid)?;
        ensure!(after < before + 40.0, "{after} MiB at most after the bombs, {before} before");
        // and the largest that is taken
        let large = encoded(&GrayImage::new(7680, 4320).into(), ImageFormat::Png)?;
        let medium = ada.api.upload(&large, "").await?;
        ensure!(medium["meta"]["original"]["width"] == 3840, "{medium}");
        let (_, most) = resident_mib(pid)?;
        eprintln!("{before:.0} MiB at most before, {after:.0} after five bombs, {most:.0} with the largest picture that is taken");
        ensure!(most < before + 450.0, "{most} MiB at most, {before} before");
        Ok(())
    })
    .await
}
