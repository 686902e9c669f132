//! Posts in another language. Source: docs.joinmastodon.org/methods/statuses#translate, /methods/instance#translation_languages.
//!
//! Only what everybody may see goes to the service. What comes back is as strange as anything from elsewhere: HTML is sanitised
//! like a remote post's, everything else is text (S83).

use super::{statuses::seen_itself, viewer};
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::status::{self, Status},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{
        App,
        translation::{Languages, Wanted},
    },
    base::{
        error::Refusal,
        id::PostId,
        sentence::said,
        text::{
            html::{escape, sanitise, to_plain},
            limits::cut_chars,
        },
        words::Audience,
    },
    features::accounts,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most bytes of one post that go to the service.
const BYTES_MAX: usize = 60_000;
/// How much longer than its original a text may become, and how long at least, in characters.
const TIMES_LONGER: usize = 4;
const CHARS_LEAST: usize = 500;
/// By whose API it is done, as apps show it.
const PROVIDER: &str = "LibreTranslate";
/// Into what is translated where nothing says otherwise.
const USUAL: &str = "en";

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/statuses/{id}/translate", Access::User(Scope::ReadStatuses), "A public post in another language", translate)
        .costing(Cost::Large)
        .get("/api/v1/instance/translation_languages", Access::Open, "What can be translated into what", languages)
}

async fn languages(State(app): State<App>) -> Result<Json<Languages>> {
    Ok(Json(app.translations.languages().await?.as_ref().clone()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    lang: Option<String>,
}

async fn translate(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let viewer = viewer(&MaybeCaller(Some(caller.clone())));
    let post = seen_itself(&app, &viewer, id).await?;
    if !app.translations.is_there() {
        return Err(Failure::from(Refusal::not_found()));
    }
    let is_for_everybody = post.audience <= Audience::Unlisted && post.removed_at.is_none() && post.queued_at.is_none();
    if !is_for_everybody {
        return Err(Refusal::forbidden("not_public", "Only posts that everybody may see are translated.").into());
    }
    let shown = status::status(&app, &viewer, &post).await?;
    let wish = asked.lang.filter(|lang| !lang.is_empty());
    let wish = match wish {
        Some(wish) => wish,
        None => accounts::queries::user(&app.store, caller.id()).await?.map(|user| user.posting_language).unwrap_or_default(),
    };
    let known = app.translations.languages().await?;
    let (from, to) = pair(&known, shown.language.as_deref().unwrap_or_default(), if wish.is_empty() { USUAL } else { &wish })?;
    let texts = texts(&shown);
    if texts.iter().map(String::len).sum::<usize>() > BYTES_MAX {
        return Err(Refusal::forbidden("too_long", "This post is too long to be translated.").into());
    }
    let wanted = Wanted { texts: texts.clone(), from, to: to.clone() };
    let translated = app.translations.translate(wanted).await?;
    Ok(Json(told(&shown, (&texts, &translated.texts), (&translated.from, &to))))
}

/// The languages as the service calls them: of the post (empty where it has to find that out) and the one wished for.
fn pair(known: &Languages, from: &str, to: &str) -> Result<(String, String)> {
    let named = |codes: &mut dyn Iterator<Item = &String>, wish: &str| {
        let codes: Vec<&String> = codes.collect();
        let whole = codes.iter().find(|code| code.eq_ignore_ascii_case(wish));
        let first = wish.split(['-', '_']).next().unwrap_or_default();
        whole.or_else(|| codes.iter().find(|code| code.eq_ignore_ascii_case(first))).map(|code| (*code).clone())
    };
    // a language that the service does not know may still be one that it finds out, as people forget to choose
    let source = if from.is_empty() { None } else { named(&mut known.keys(), from) };
    let targets = known.get(source.as_deref().unwrap_or("und"));
    let target = targets.and_then(|targets| named(&mut targets.iter(), to));
    let sentence = || said!("This post cannot be translated into {language} here.", language = format!("{:?}", cut_chars(to, 20)));
    let target = target.ok_or_else(|| Refusal::forbidden("no_such_translation", sentence()))?;
    Ok((source.unwrap_or_default(), target))
}

/// Everything of a post that is read, as HTML: its words, warning, descriptions of files, answers of its poll.
fn texts(shown: &Status) -> Vec<String> {
    let described = shown.media_attachments.iter().filter_map(|file| file["description"].as_str());
    let answers = shown.poll.iter().flat_map(|poll| poll.options.iter().map(|option| option.title.as_str()));
    let plain = std::iter::once(shown.spoiler_text.as_str()).chain(described).chain(answers).map(escape);
    let codes: Vec<String> = shown.emojis.iter().map(|emoji| format!(":{}:", emoji.shortcode)).collect();
    std::iter::once(shown.content.clone()).chain(plain).map(|html| untouched(&html, &codes)).collect()
}

/// The HTML with what stands for custom emoji marked as not to be translated.
fn untouched(html: &str, codes: &[String]) -> String {
    if codes.is_empty() {
        return html.to_owned();
    }
    let mark =
        |text: &str| codes.iter().fold(text.to_owned(), |text, code| text.replace(code, &format!("<span translate=\"no\">{code}</span>")));
    let mut marked = String::with_capacity(html.len());
    for (nth, piece) in html.split('<').enumerate() {
        match piece.split_once('>') {
            Some((tag, text)) if nth > 0 => marked.push_str(&format!("<{tag}>{}", mark(text))),
            _ => marked.push_str(&mark(piece)),
        }
    }
    marked
}

/// The Mastodon API's Translation.
fn told(shown: &Status, (texts, translated): (&[String], &[String]), (from, to): (&str, &str)) -> Value {
    let mut rest = texts.iter().zip(translated);
    let content = rest.next().map(|(_, html)| sanitise(html)).unwrap_or_default();
    let mut plain = rest.map(|(before, after)| {
        let most = CHARS_LEAST.max(TIMES_LONGER * before.chars().count());
        cut_chars(&to_plain(after), most).to_owned()
    });
    let mut next = || plain.next().unwrap_or_default();
    let spoiler_text = next();
    let described = shown.media_attachments.iter().filter(|file| file["description"].is_string());
    let media: Vec<Value> = described.map(|file| json!({ "id": file["id"], "description": next() })).collect();
    let poll = shown.poll.as_ref().map(|poll| {
        let options: Vec<Value> = poll.options.iter().map(|_| json!({ "title": next() })).collect();
        json!({ "id": poll.id, "options": options })
    });
    json!({
        "content": content,
        "spoiler_text": spoiler_text,
        "language": to,
        "poll": poll,
        "media_attachments": media,
        "detected_source_language": from,
        "provider": PROVIDER,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Languages {
        let list = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        [("de", list(&["en", "pt-BR"])), ("en", list(&["de"])), ("und", list(&["de", "en", "pt-BR"]))]
            .into_iter()
            .map(|(code, targets)| (code.to_owned(), targets))
            .collect()
    }

    #[test]
    fn languages_are_named_as_the_service_names_them() {
        let found = |from: &str, to: &str| pair(&known(), from, to).ok();
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(found("de", "en"), both("de", "en"));
        assert_eq!(found("de-CH", "en-GB"), both("de", "en"));
        assert_eq!(found("de", "pt-br"), both("de", "pt-BR"));
        assert_eq!(found("", "de"), both("", "de"));
        assert_eq!(found("tlh", "de"), both("", "de"), "what it does not know it may find out");
        assert_eq!(found("en", "en"), None);
        assert_eq!(found("en", "pt-BR"), None);
        assert_eq!(found("de", "xx"), None);
    }

    #[test]
    fn emoji_are_marked_in_the_text_and_nowhere_else() {
        let codes = [":valve:".to_owned()];
        let html = "<p>a :valve: <a href=\"https://x.example/:valve:\">b</a></p>";
        assert_eq!(untouched(html, &codes), "<p>a <span translate=\"no\">:valve:</span> <a href=\"https://x.example/:valve:\">b</a></p>");
        assert_eq!(untouched(html, &[]), html);
    }
}
