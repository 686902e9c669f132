//! A browser as far as these pages need one: it keeps cookies and fills in forms.

use super::{TestNode, pictures::with_file};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use std::collections::BTreeMap;

/// A browser that follows nothing by itself.
pub struct Browser<'a> {
    node: &'a TestNode,
    /// What it keeps, by name.
    pub cookies: BTreeMap<String, String>,
    /// The last page.
    pub page: String,
}

impl<'a> Browser<'a> {
    /// A browser without a past.
    pub fn new(node: &'a TestNode) -> Self {
        Self { node, cookies: BTreeMap::new(), page: String::new() }
    }

    /// Opens a path.
    pub async fn open(&mut self, path: &str) -> Response {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form to a path, with the token of the last page.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.hidden("token");
        let mut all = vec![("token", token.as_str())];
        all.extend(fields);
        self.send_raw(path, &all).await
    }

    /// Sends exactly these fields.
    pub async fn send_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body)).await
    }

    /// Logs in with a password; must succeed.
    pub async fn log_in(&mut self, name: &str, password: &str) {
        self.open("/login").await;
        let answer = self.submit("/login", &[("login", name), ("password", password)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", self.page);
    }

    /// The value of a hidden field of the last page; empty when there is none.
    pub fn hidden(&self, name: &str) -> String {
        self.value_after(&format!("name=\"{name}\" value=\""))
    }

    /// What stands in the last page after `mark`, up to the next quote.
    pub fn value_after(&self, mark: &str) -> String {
        let rest = self.page.split_once(mark).map(|(_, rest)| rest).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Sends a form with a file of this name to a path, with the token of the last page.
    pub async fn upload(&mut self, path: &str, (name, bytes): (&str, &[u8]), fields: &[(&str, &str)]) -> Response {
        let token = self.hidden("token");
        let mut all = vec![("token", token.as_str())];
        all.extend(fields);
        let request = with_file(self.node.ask(Method::POST, path), ("file", name, "image/png"), bytes, &all);
        self.answered(request).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Response {
        let mut request = self.node.ask(method, path);
        if let Some(form) = form {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        }
        self.answered(request).await
    }

    async fn answered(&mut self, mut request: RequestBuilder) -> Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let mut answer = request.send().await.unwrap();
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.unwrap() {
            body.extend_from_slice(&chunk);
        }
        self.page = String::from_utf8(body).unwrap();
        answer
    }
}
