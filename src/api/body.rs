//! What a request says: JSON, form, multipart and query string, read as one.
//!
//! Clients send the same thing in all these ways (client-api.md 13, 14): arrays as `a[]`, lists of
//! things as `fields_attributes[0][name]`, booleans and numbers as text also inside JSON, and often
//! no body at all. [`Input`] reads any of it into `T`; the body wins over the query string. Bounded
//! by the size limit of the router, [`PAIRS_MAX`] and [`DEPTH_MAX`].

mod loose;
mod tree;
pub mod uploads;

use super::error::Failure;
use crate::app::{
    App,
    receiving::{Bounds, Form, Trouble},
};
use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Most parameters of one request.
pub const PAIRS_MAX: usize = 1000;
/// Deepest nesting of a parameter's name: `a[b][c]` has 3.
pub const DEPTH_MAX: usize = 5;

/// The request's body and query string, read as `T`. Missing body: an empty one.
///
/// A file of a multipart body is not kept here; its place holds `{"filename", "content_type", "bytes"}`.
#[derive(Clone, Debug)]
pub struct Input<T>(pub T);

/// The query string alone, read as `T` in the same forgiving way.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Input<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        Ok(Self(read(said(request, app).await?)?))
    }
}

/// Everything that a request says, as a tree: the query string, and the body in whichever form it is.
pub async fn said(request: Request, state: &(impl Send + Sync)) -> Result<Map<String, Value>, Failure> {
    let (parts, body) = request.into_parts();
    let mut all = query(&parts)?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let request = Request::from_parts(parts, body);
    let sent = if kind.starts_with("multipart/form-data") {
        multipart(request).await?
    } else {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_long(),
            status => unread(status, "the body could not be read"),
        })?;
        parse(&kind, &bytes)?
    };
    all.extend(sent);
    Ok(all)
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Failure> {
        Ok(Self(read(query(parts)?)?))
    }
}

/// Reads `tree` as `T`; the failure names the field.
fn read<T: DeserializeOwned>(tree: Map<String, Value>) -> Result<T, Failure> {
    T::deserialize(loose::Loose(Value::Object(tree))).map_err(loose::Wrong::into_failure)
}

fn query(parts: &Parts) -> Result<Map<String, Value>, Failure> {
    tree::grow(url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(text))
}

fn parse(kind: &str, bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let is_json = kind.starts_with("application/json") || (kind.is_empty() && bytes.starts_with(b"{"));
    if !is_json {
        return tree::grow(url::form_urlencoded::parse(bytes).map(text));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(unread(StatusCode::BAD_REQUEST, "the body is JSON, but not an object")),
        Err(_) => Err(unread(StatusCode::BAD_REQUEST, "the body is not valid JSON")),
    }
}

async fn multipart(request: Request) -> Result<Map<String, Value>, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    // its bytes are bounded by the router
    let bounds = Bounds { bytes: u64::MAX, held: usize::MAX, parts: PAIRS_MAX };
    let mut form = Form::of(&kind, request.with_limited_body().into_body().into_data_stream(), bounds).map_err(broken)?;
    let mut pairs = Vec::new();
    while let Some(mut part) = form.next().await.map_err(broken)? {
        let (name, filename) = (std::mem::take(&mut part.name), part.file_name.take());
        let content_type = part.content_type.take().unwrap_or_default();
        let bytes = form.whole(part).await.map_err(broken)?;
        match filename {
            // What a browser sends for a file that was not chosen.
            Some(filename) if filename.is_empty() && bytes.is_empty() => {}
            Some(filename) => pairs.push((name, json!({ "filename": filename, "content_type": content_type, "bytes": bytes.len() }))),
            None => pairs.push((name, Value::String(String::from_utf8_lossy(&bytes).into_owned()))),
        }
    }
    tree::grow(pairs.into_iter())
}

/// What cannot be read on of a multipart body.
fn broken(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Broken => unread(StatusCode::BAD_REQUEST, "the multipart body could not be read"),
        Trouble::TooLong => too_long(),
        Trouble::TooMany => unread(StatusCode::UNPROCESSABLE_ENTITY, "the request has too many parameters"),
    }
}

fn text((name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, Value) {
    (name.into_owned(), Value::String(value.into_owned()))
}

fn too_long() -> Failure {
    unread(StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than this server takes")
}

fn unread(status: StatusCode, sentence: &str) -> Failure {
    Failure::new(status, "unreadable", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::PostId;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Asked {
        status: Option<String>,
        sensitive: Option<bool>,
        in_reply_to_id: Option<PostId>,
        media_ids: Vec<String>,
        limit: Option<u32>,
        fields_attributes: Vec<Pair>,
        poll: Option<Poll>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Pair {
        name: String,
        value: String,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Poll {
        options: Vec<String>,
        expires_in: u64,
    }

    fn asked(kind: &str, body: &str) -> Result<Asked, Failure> {
        read(parse(kind, body.as_bytes()).unwrap())
    }

    #[test]
    fn json_and_form_say_the_same() {
        let json = asked(
            "application/json; charset=utf-8",
            r#"{"status":"a","sensitive":"0","in_reply_to_id":7,"media_ids":["1"],"limit":"5",
            "fields_attributes":{"1":{"name":"c","value":"d"},"0":{"name":"a","value":"b"}},"poll":{"options":["x","y"],"expires_in":"60"}}"#,
        );
        let form = asked(
            "application/x-www-form-urlencoded",
            "status=a&sensitive=false&in_reply_to_id=7&media_ids[]=1&limit=5&fields_attributes%5B1%5D[name]=c&fields_attributes[1][value]=d\
             &fields_attributes[0][name]=a&fields_attributes[0][value]=b&poll[options][]=x&poll[options][]=y&poll[expires_in]=60",
        );
        assert_eq!(json.unwrap(), form.unwrap());
    }

    #[test]
    fn an_empty_body_is_an_empty_request_and_one_value_is_a_list_of_one() {
        assert_eq!(asked("", "").unwrap(), Asked::default());
        assert_eq!(asked("application/json", " \n").unwrap(), Asked::default());
        assert_eq!(asked("", "media_ids=9").unwrap().media_ids, ["9"]);
        assert_eq!(asked("", "sensitive=").unwrap().sensitive, Some(false));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |body| asked("application/json", body).unwrap_err().field.unwrap().0;
        assert_eq!(wrong(r#"{"limit":"many"}"#), "limit");
        assert_eq!(wrong(r#"{"poll":{"options":[],"expires_in":{}}}"#), "poll.expires_in");
        assert_eq!(wrong(r#"{"fields_attributes":[{"name":"a"}]}"#), "fields_attributes.value");
        assert_eq!(wrong(r#"{"in_reply_to_id":"x"}"#), "in_reply_to_id");
    }

    #[test]
    fn s087_hostile_names_and_depths_are_bounded() {
        let deep = format!("a{}=1", "[b]".repeat(200));
        assert!(parse("", deep.as_bytes()).is_err());
        let many: String = (0..2000).map(|n| format!("a[]={n}&")).collect();
        assert!(parse("", many.as_bytes()).is_err());
        for odd in ["a[=1", "[]=1", "]a[=1", "a[b=1&a[b][c]=2&a=3&a[]=4", "%00=1", "=&=&&"] {
            assert!(parse("", odd.as_bytes()).is_ok(), "{odd}");
        }
        assert!(parse("application/json", "[".repeat(100_000).as_bytes()).is_err());
    }
}
