//! The words by which posts are found (`base/finding`), kept in the act that writes the post.
//!
//! What is kept shows nothing to anybody: whoever searches is asked for at each search what they may see, and whether the author
//! agrees to be found (`features/search.rs`).

use crate::{
    base::{
        error::Result,
        finding::{
            facet::{Facet, Has, Is},
            tokens::tokens,
        },
        id::PostId,
        text::html::to_plain,
        words::media::MediumKind,
    },
    features::polls,
    sql,
    store::{
        Store, Tx,
        findable::{self, Indexed},
        list,
        tables::{Attachment, Post},
    },
};
use std::collections::HashMap;

/// Posts of before the index that are read at a time: some milliseconds of the one writer.
const AT_ONCE: i64 = 200;

/// Has `post` found by its title, its content warning, what it says, the answers of its poll and what its media show.
pub(super) async fn keep(tx: &Tx, post: &Post, answers: &[String]) -> Result<()> {
    if post.boost_of_id.is_some() || post.deleted_at.is_some() {
        return Ok(());
    }
    let media: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let shown = media.iter().map(|medium| medium.description.as_str());
    let content = to_plain(&post.content);
    let texts = [post.title.as_str(), &post.spoiler, &content].into_iter().chain(answers.iter().map(String::as_str)).chain(shown);
    let text = texts.collect::<Vec<_>>().join("\n");
    let facets: Vec<String> = facets(post, &media).iter().map(Facet::token).collect();
    findable::keep(tx, (Indexed::Posts, post.id.0), &tokens(&text), &facets).await
}

/// The same for posts as they stand in the database.
pub(in crate::features) async fn keep_again(tx: &Tx, ids: &[PostId]) -> Result<()> {
    let posts: Vec<Post> = if ids.is_empty() { Vec::new() } else { sql!("SELECT * FROM posts WHERE id IN {}", list(ids)).all(tx).await? };
    keep_all(tx, &posts).await
}

async fn keep_all(tx: &Tx, posts: &[Post]) -> Result<()> {
    let asking: Vec<PostId> = posts.iter().filter(|post| post.details().is_poll).map(|post| post.id).collect();
    let polls = polls::by_posts(tx, &asking).await?;
    let titles = |poll: &crate::store::tables::Poll| poll.options().into_iter().map(|option| option.title).collect();
    let answers: HashMap<PostId, Vec<String>> = polls.iter().map(|poll| (poll.post_id, titles(poll))).collect();
    for post in posts {
        keep(tx, post, answers.get(&post.id).map_or(&[], Vec::as_slice)).await?;
    }
    Ok(())
}

/// Indexes some of the posts that were here before the index was, newest first; how many rows were read, none when all are.
pub async fn catch_up(store: &Store) -> Result<Option<usize>> {
    let Some(below) = findable::unread_below(store, Indexed::Posts).await? else { return Ok(None) };
    let tx = store.begin().await?;
    let posts: Vec<Post> = sql!("SELECT * FROM posts WHERE id < {} ORDER BY id DESC LIMIT {}", below, AT_ONCE).all(&tx).await?;
    keep_all(&tx, &posts).await?;
    findable::read_down_to(&tx, Indexed::Posts, posts.last().map(|post| post.id.0)).await?;
    tx.commit().await?;
    Ok(Some(posts.len()))
}

fn facets(post: &Post, media: &[Attachment]) -> Vec<Facet> {
    let mut facets = vec![Facet::Author(post.author_id)];
    facets.extend(post.community_id.map(Facet::Community));
    facets.extend(Facet::language(&post.language));
    let has = |kinds: &[MediumKind]| media.iter().any(|medium| kinds.contains(&medium.kind()));
    let all = [
        (!media.is_empty(), Facet::Has(Has::Media)),
        (has(&[MediumKind::Image]), Facet::Has(Has::Image)),
        (has(&[MediumKind::Video, MediumKind::Gifv]), Facet::Has(Has::Video)),
        (has(&[MediumKind::Audio]), Facet::Has(Has::Audio)),
        (post.details().is_poll, Facet::Has(Has::Poll)),
        (links(&post.content), Facet::Has(Has::Link)),
        (!post.in_reply_to_uri.is_empty(), Facet::Is(Is::Reply)),
        (post.sensitive, Facet::Is(Is::Sensitive)),
        (!post.quote_uri.is_empty(), Facet::Is(Is::Quote)),
    ];
    facets.extend(all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, facet)| facet));
    facets
}

/// Whether safe HTML has a link to something else than a person or a tag.
fn links(html: &str) -> bool {
    let heads = html.split("<a ").skip(1).filter_map(|rest| rest.split_once('>')).map(|(head, _)| head);
    heads.into_iter().any(|head| !["mention", "hashtag", "rel=\"tag"].iter().any(|mark| head.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_neither_to_a_person_nor_to_a_tag() {
        for (html, expected) in [
            ("<p>x</p>", false),
            ("<p><a href=\"https://a.test\" class=\"u-url mention\">@<span>a</span></a></p>", false),
            ("<a href=\"https://a.test/tags/x\" class=\"mention hashtag\" rel=\"tag\">#x</a>", false),
            ("<a href=\"https://a.test/tags/x\" class=\"mention hashtag\">#x</a> <a href=\"https://b.test\">b</a>", true),
        ] {
            assert_eq!(links(html), expected, "{html}");
        }
    }
}
