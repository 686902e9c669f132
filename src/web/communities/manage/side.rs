//! What the sides of running a community have in common: the desk is opened and the page shown; what a form asks for is done,
//! or the page comes once more with what was typed and why it was refused.

use super::{
    super::{
        super::{pages::Result, problems::Problems, session::Visit},
        sent::Sent,
    },
    Desk, open,
};
use crate::app::App;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::Response,
    routing::{MethodRouter, get},
};

/// What a page is asked with.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) visit: &'a Visit,
    pub(super) desk: &'a Desk,
    pub(super) uri: &'a Uri,
    /// The form that was refused; none before one was sent.
    pub(super) refused: Option<&'a Sent>,
    pub(super) problems: Problems,
}

impl Asked<'_> {
    /// What the address asks for under this name; empty for nothing.
    pub(super) fn query(&self, name: &str) -> String {
        let pairs = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// One side: its page, and what its forms do.
pub(super) trait Room {
    /// Which of `SIDES` it is: who finds it.
    const KEY: &'static str;

    /// The page.
    fn page(asked: Asked<'_>) -> impl Future<Output = Result<Response>> + Send;

    /// Does what a form asks for; the word for what was done.
    fn perform(app: &App, desk: &Desk, sent: &Sent) -> impl Future<Output = crate::base::error::Result<&'static str>> + Send;
}

/// `GET` and `POST` of a side.
pub(super) fn of<R: Room + 'static>() -> MethodRouter<App> {
    get(show::<R>).post(act::<R>)
}

/// The page before anything was sent.
pub(super) async fn show<R: Room>(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, R::KEY).await?;
    R::page(Asked { app: &app, visit: &visit, desk: &desk, uri: &uri, refused: None, problems: Problems::default() }).await
}

async fn act<R: Room>(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let desk = open(&app, &visit, &name, R::KEY).await?;
    match visit.acting(R::perform(&app, &desk, &sent)).await {
        Ok(done) => Ok(desk.back(&visit, done)),
        Err(error) => {
            let problems = Problems::of(error)?;
            R::page(Asked { app: &app, visit: &visit, desk: &desk, uri: &uri, refused: Some(&sent), problems }).await
        }
    }
}
