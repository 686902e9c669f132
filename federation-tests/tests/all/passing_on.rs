//! What happens to a post at one company is seen at the third: the community's node passes it on.
//!
//! Source: decisions.md 4 and 5, FEP-1b12.

use crate::acquaintance::{holding, id, is_gone, names, sees};
use crate::companies::{Cast, cast};
use anyhow::{Context, Result, ensure};
use federation_tests::community::{Community, find_post};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::world::{ALONE, scenario};
use federation_tests::{Api, NodeOptions, Software, quickly, shapes};
use serde_json::Value;

/// The three as (person, community as their node knows it): founder, bo, cy.
fn all(cast: &Cast) -> [(&Person, &Community); 3] {
    [(&cast.ada, &cast.valves[0]), (&cast.bo, &cast.valves[1]), (&cast.cy, &cast.valves[2])]
}

/// `person` posts into the community; answers the post as each of the three sees it.
async fn posted(cast: &Cast, (person, community): (&Person, &Community), words: &str) -> Result<Vec<Value>> {
    person.api.post_into(&community.id, words).await?;
    let mut seen = Vec::new();
    for (reader, community) in all(cast) {
        seen.push(sees(&reader.name, words, async || reader.api.community_posts(&community.id).await).await?);
    }
    Ok(seen)
}

/// All three count `likes` on their copy of a post.
async fn all_count(cast: &Cast, post: &[Value], likes: u64) -> Result<()> {
    for ((reader, _), post) in all(cast).into_iter().zip(post) {
        quickly(&format!("{} counting {likes} likes", reader.name), async || {
            Ok(when(reader.api.status(id(post)?).await?["favourites_count"] == likes))
        })
        .await?;
    }
    Ok(())
}

/// A post with `words` below `above`; answers it as the reader sees it.
async fn sees_below(api: &Api, above: &Value, words: &str) -> Result<Value> {
    quickly(&format!("the answer {words:?} in the thread"), async || {
        let context = api.context(id(above)?).await?;
        Ok(find_post(context["descendants"].as_array().context("no descendants")?, words).cloned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn likes_and_their_end_count_at_all_companies_whoever_wrote_the_post() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let [founder, bo, cy] = all(&cast);
        for (author, fan, mine) in [(founder, bo, 1), (bo, cy, 2), (cy, founder, 0), (bo, bo, 1)] {
            let post = posted(&cast, author, &format!("{} asks, {} likes", author.0.name, fan.0.name)).await?;
            let liked = id(post.get(mine).context("three see it")?)?;
            fan.0.api.favourite(liked).await?;
            all_count(&cast, &post, 1).await?;
            fan.0.api.act(&format!("/api/v1/statuses/{liked}/unfavourite")).await?;
            all_count(&cast, &post, 0).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_of_three_companies_is_the_same_at_each_and_stays_in_the_community() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let [founder, bo, cy] = all(&cast);
        let root = posted(&cast, bo, "who has a spare gasket?").await?;
        let at = |n: usize| root.get(n).context("three see it");
        cy.0.api.answer(id(at(2)?)?, "we have two").await?;
        let mut answer = Vec::new();
        for ((reader, _), root) in all(&cast).into_iter().zip(&root) {
            answer.push(sees_below(&reader.api, root, "we have two").await?);
        }
        founder.0.api.answer(id(answer.first().context("three see it")?)?, "send one to bo").await?;
        for ((reader, community), root) in all(&cast).into_iter().zip(&root) {
            let deep = sees_below(&reader.api, root, "send one to bo").await?;
            let within = &deep["intermoot"]["community"]["id"];
            ensure!(within == community.id.as_str(), "{} has the reply in {within}", reader.name);
            let shelf = reader.api.community_posts(&community.id).await?;
            ensure!(holding(&shelf, "send one to bo").is_empty(), "{} lists a reply among the posts", reader.name);
        }

        let answered = answer.get(2).context("three see it")?;
        cy.0.api.edit(id(answered)?, "we have three").await?;
        for ((reader, _), root) in all(&cast).into_iter().zip(&root) {
            sees_below(&reader.api, root, "we have three").await?;
        }
        cy.0.api.erase(id(answered)?).await?;
        for ((reader, _), answer) in all(&cast).into_iter().zip(&answer) {
            quickly(&format!("the answer gone for {}", reader.name), async || Ok(when(is_gone(&reader.api, id(answer)?).await?))).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_only_the_one_answered_was_sent_reaches_all_companies() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let peer = world.peer("plain", Software::Mastodon).await?;
        let mia = peer.person("mia")?;
        let seen = posted(&cast, (&cast.bo, &cast.valves[1]), "who has a spare gasket?").await?;
        let question = seen.first().context("three see it")?["uri"].clone();
        let handle = format!("@bo@{}", cast.boltco.authority());
        let mut note = shapes::note(&mia, &peer.fresh_id("notes"), "mia has one", &[(&cast.bo.uri, &handle)]);
        note["inReplyTo"] = question;
        let mut create = shapes::create(&mia, &note);
        create["id"] = peer.fresh_id("activities").into();
        peer.publish(&note)?;
        peer.publish(&create)?;
        mia.delivers(&cast.boltco.inbox(), &create).await?;
        for ((reader, _), root) in all(&cast).into_iter().zip(&seen) {
            sees_below(&reader.api, root, "mia has one").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_moderator_removes_is_gone_at_every_company_but_for_its_author_who_sees_why() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let [founder, bo, cy] = all(&cast);
        let colleague = cast.boltco.person("bea").await?;
        let post = posted(&cast, bo, "buy our bolts").await?;
        let [at_home, at_bo, at_cy] = [0, 1, 2].map(|n| post.get(n).cloned().unwrap_or_default());
        founder.0.api.remove_post(&founder.1.id, id(&at_home)?, "an advertisement").await?;
        for (reader, community, post) in [(cy.0, cy.1, &at_cy), (&colleague, bo.1, &at_bo), (founder.0, founder.1, &at_home)] {
            quickly(&format!("the removal reaching {}", reader.name), async || Ok(when(is_gone(&reader.api, id(post)?).await?))).await?;
            let shelf = reader.api.community_posts(&community.id).await?;
            ensure!(holding(&shelf, "buy our bolts").is_empty(), "{} still lists it", reader.name);
        }
        let mine = bo.0.api.status(id(&at_bo)?).await?;
        ensure!(mine["intermoot"]["removed"]["reason"] == "an advertisement", "the author is not told why: {}", mine["intermoot"]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_put_out_learns_it_and_posts_there_no_more_and_who_left_is_listed_no_more() -> Result<()> {
    scenario(ALONE, async |world| {
        let cast = cast(world, NodeOptions::default()).await?;
        let [founder, bo, cy] = all(&cast);
        let known = founder.0.api.resolve_account(&bo.0.uri).await?;
        founder.0.api.remove_member(&founder.1.id, id(&known)?).await?;
        quickly("bo's node learning it", async || Ok(when(bo.0.api.relationship(&bo.1.id).await?["following"] == false))).await?;
        let refused = bo.0.api.post_into(&bo.1.id, "let me in").await;
        ensure!(refused.is_err_and(|error| error.to_string().contains("422")), "bo still posts");
        cy.0.api.leave(&cy.1.id).await?;
        quickly("the founder alone in the community", async || {
            let members = founder.0.api.members(&founder.1.id).await?;
            let others = members.iter().filter(|member| names(member, &bo.0.uri) || names(member, &cy.0.uri)).count();
            Ok(when(others == 0 && members.len() == 1))
        })
        .await
    })
    .await
}
