//! Invitations by e-mail and the guests who come of them: from the mail to the end.

mod coming;
mod ending;
mod inviting;

use super::support::{Browser, Person, Place, TestNode};
use crate::outreach;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// A node that writes its mails into a folder, with ada's community "valves".
struct World {
    node: TestNode,
    ada: Person,
    id: String,
}

impl World {
    async fn new(place: &Place) -> Self {
        let folder = place.folder("acme").join("mails");
        let node = place.node_with("acme", |config| config.mail.sink = Some(folder)).await;
        let ada = node.person("ada").await;
        let (name, purpose) = ("valves", "Better valves for everyone");
        let made = ada.post("/api/intermoot/v1/communities", json!({ "name": name, "title": "Valve quality", "purpose": purpose })).await;
        Self { node, ada, id: made["id"].as_str().unwrap().to_owned() }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/intermoot/v1/communities/{}{rest}", self.id)
    }

    async fn tries(&self, by: &Person, body: Value) -> Response {
        by.ask(Method::POST, &self.path("/invitations")).json(&body).send().await.unwrap()
    }

    /// Ada invites an address; the path of its link, read from the mail.
    async fn invites(&self, email: &str, more: Value) -> String {
        let mut body = json!({ "email": email });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.ada.post(&self.path("/invitations"), body).await;
        self.delivered(email).await
    }

    /// Lets the mail go out; the path of the newest link to `email`.
    async fn delivered(&self, email: &str) -> String {
        outreach::round(&self.node.app).await.unwrap();
        let mail = self.mails().into_iter().rfind(|mail| mail.contains(&format!("To: {email}"))).expect("there is a mail");
        let mail = mail.replace("=\r\n", "");
        let rest = mail.split_once("/invitation/").expect("the mail has a link").1;
        let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        format!("/invitation/{token}")
    }

    /// The mails that were written, oldest first.
    fn mails(&self) -> Vec<String> {
        let folder = self.node.app.config.mail.sink.clone().unwrap();
        let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }

    /// Somebody opens a link and comes as the guest `name`.
    async fn comes(&self, link: &str, name: &str) -> (Browser<'_>, Response) {
        let mut browser = Browser::new(&self.node);
        assert_eq!(browser.open(link).await.status(), StatusCode::OK, "{}", browser.page);
        let fields = [("username", name), ("display_name", "Gia Guest"), ("password", "a long enough one")];
        let answer = browser.submit(&format!("{link}/guest"), &fields).await;
        (browser, answer)
    }

    /// Invites and lets come; the guest with a token in hand.
    async fn guest(&self, name: &str, more: Value) -> Person {
        let link = self.invites(&format!("{name}@boltco.example"), more).await;
        let (browser, answer) = self.comes(&link, name).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", browser.page);
        Person::known(&self.node, name).await
    }
}

async fn code(answer: Response) -> String {
    let body: Value = answer.json().await.unwrap();
    body["code"].as_str().unwrap_or_default().to_owned()
}
