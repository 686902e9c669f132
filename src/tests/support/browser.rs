//! A browser as far as these pages need one: it keeps cookies and fills in forms.

use super::TestNode;
use reqwest::{Method, Response, StatusCode, header};
use std::collections::BTreeMap;

/// A part of a form: its name, the name of its file if it is one, its content.
pub type Part<'a> = (&'a str, Option<&'a str>, Vec<u8>);

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
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded", body.into_bytes()))).await
    }

    /// Sends a form with files to a path, with the token of the last page: names, names of files, contents.
    pub async fn upload(&mut self, path: &str, parts: &[Part<'_>]) -> Response {
        let mut all = vec![("token", None, self.hidden("token").into_bytes())];
        all.extend(parts.iter().cloned());
        self.upload_raw(path, &all).await
    }

    /// Sends exactly these parts (RFC 7578).
    pub async fn upload_raw(&mut self, path: &str, parts: &[Part<'_>]) -> Response {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream")).unwrap_or_default();
            body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--cut--\r\n");
        self.send(Method::POST, path, Some(("multipart/form-data; boundary=cut", body))).await
    }

    /// Sends a form with a file of this name to a path, with the token of the last page.
    pub async fn send_file(&mut self, path: &str, (name, bytes): (&str, &[u8]), fields: &[(&str, &str)]) -> Response {
        let mut parts: Vec<Part<'_>> = fields.iter().map(|(field, value)| (*field, None, value.as_bytes().to_vec())).collect();
        parts.push(("file", Some(name), bytes.to_vec()));
        self.upload(path, &parts).await
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

    async fn send(&mut self, method: Method, path: &str, form: Option<(&str, Vec<u8>)>) -> Response {
        let mut request = self.node.ask(method, path);
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some((kind, form)) = form {
            request = request.header(header::CONTENT_TYPE, kind).body(form);
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
