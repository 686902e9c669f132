//! R18 and R31 of streams: the end of a node with many sockets, and all of their apps coming back at once.

use anyhow::{Context, Result, ensure};
use federation_tests::api::{list, text};
use federation_tests::ear::{Ear, Heard, Refused};
use federation_tests::node::Person;
use federation_tests::scale::sized;
use federation_tests::world::scenario;
use federation_tests::{Node, NodeOptions};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// People who hold the sockets.
const PEOPLE: usize = 5;
/// How soon everybody is back.
const READY: Duration = Duration::from_secs(3);
/// How soon every socket knows that the node ends.
const TOLD: Duration = Duration::from_secs(1);
/// How long to listen for what may still come.
const TAIL: Duration = Duration::from_millis(1500);

/// One app: it listens until its socket ends, comes back, and reads what it missed.
struct App {
    person: Person,
    base: String,
    /// Posts that it knows, by id.
    known: BTreeSet<String>,
    ear: Option<Ear>,
}

impl App {
    async fn connect(&mut self) -> Result<Result<(), Refused>> {
        let token = self.person.api.token().context("no token")?;
        Ok(Ear::open(&self.base, token, "user").await?.map(|ear| self.ear = Some(ear)))
    }

    /// Listens until the socket ends, or for so long; how it ended.
    async fn listen(&mut self, most: Duration) -> Result<Option<Heard>> {
        let until = Instant::now() + most;
        let ear = self.ear.as_mut().context("no socket")?;
        while let Ok(heard) = tokio::time::timeout_at(until.into(), ear.next()).await {
            let Heard::Text(message) = heard else { return Ok(Some(heard)) };
            let message: Value = serde_json::from_str(&message)?;
            if message["event"] == "update" {
                let status: Value = serde_json::from_str(message["payload"].as_str().context("no payload")?)?;
                self.known.insert(text(&status, "id")?.to_owned());
            }
        }
        Ok(None)
    }

    /// Comes back as soon as there is somebody; the statuses with which it was refused on the way.
    async fn come_back(&mut self) -> Result<Vec<u16>> {
        let mut refused = Vec::new();
        loop {
            match self.connect().await? {
                Ok(()) => return Ok(refused),
                Err(Refused::Nobody) => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(Refused::Status(status)) => {
                    refused.push(status);
                    ensure!(refused.len() < 50, "refused again and again: {refused:?}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn catch_up(&mut self) -> Result<()> {
        for post in list(self.person.api.get("/api/v1/timelines/home?limit=40").await?)? {
            self.known.insert(text(&post, "id")?.to_owned());
        }
        Ok(())
    }
}

async fn each<T: Send + 'static, F: Future<Output = Result<(App, T)>> + Send + 'static>(
    apps: Vec<App>,
    what: impl Fn(App) -> F,
) -> Result<(Vec<App>, Vec<T>)> {
    let mut tasks = JoinSet::new();
    for app in apps {
        tasks.spawn(what(app));
    }
    let (mut apps, mut found) = (Vec::new(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (app, one) = done??;
        apps.push(app);
        found.push(one);
    }
    Ok((apps, found))
}

async fn post(writer: &Person, words: &str) -> Result<String> {
    Ok(text(&writer.api.say(words).await?, "id")?.to_owned())
}

async fn start(world: &federation_tests::World, apps: usize) -> Result<(Node, Person, Vec<App>)> {
    let options = NodeOptions::default().with("LIMITS__STREAMS_PER_ACCOUNT", "1000").with("LIMITS__STREAMS_PER_ADDRESS", "4000");
    let node = world.node_with("acme", options).await?;
    let writer = node.person("writer").await?;
    let me = text(&writer.api.me().await?, "id")?.to_owned();
    let mut people = Vec::new();
    for nth in 0..PEOPLE {
        let person = node.person(&format!("p{nth}")).await?;
        person.api.follow(&me).await?;
        people.push(person);
    }
    let mut all = Vec::new();
    for nth in 0..apps {
        let person = people.get(nth % PEOPLE).context("nobody")?.clone();
        let mut app = App { person, base: node.url.clone(), known: BTreeSet::new(), ear: None };
        ensure!(app.connect().await?.is_ok(), "socket {nth} was refused");
        all.push(app);
    }
    Ok((node, writer, all))
}

/// Figure: 1,000 apps come back at once after the node ended in order: each was told so within a second (1001) and the node ended
/// soon; it is ready, with all of them connected, within 3 s of its start, nobody was answered 5xx, and what an app heard and read
/// is everything that was written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r31_r18_everybody_comes_back_at_once_after_a_restart_and_misses_nothing() -> Result<()> {
    scenario(1, async |world| {
        let (node, writer, apps) = start(world, sized(120, 1000)).await?;
        let mut written = BTreeSet::from([post(&writer, "before").await?]);
        let ((ended, is_clean), (apps, ends)) = tokio::try_join!(
            async {
                tokio::time::sleep(TAIL).await;
                node.terminate().await
            },
            each(apps, |mut app| async move {
                let end = app.listen(Duration::from_secs(20)).await?;
                Ok((app, (end, Instant::now())))
            })
        )?;
        ensure!(is_clean && ended < Duration::from_secs(3), "the node ended after {ended:?}, in order: {is_clean}");
        let codes: BTreeSet<String> = ends.iter().map(|(end, _)| format!("{end:?}")).collect();
        ensure!(codes == BTreeSet::from([format!("{:?}", Some(Heard::End(Some(1001))))]), "{codes:?}");
        let first = ends.iter().map(|(_, at)| *at).min().context("nobody")?;
        let last = ends.iter().map(|(_, at)| *at).max().context("nobody")?;
        ensure!(last - first < TOLD, "sockets were told over {:?}", last - first);

        let began = Instant::now();
        let (started, (apps, refused)) = tokio::try_join!(
            node.resume(),
            each(apps, |mut app| async move {
                let refused = app.come_back().await?;
                Ok((app, refused))
            })
        )?;
        let ready = began.elapsed();
        ensure!(ready < READY.mul_f64(federation_tests::eventually::patience()), "all were back after {ready:?} (ready after {started:?})");
        let refused: Vec<u16> = refused.into_iter().flatten().collect();
        ensure!(refused.is_empty(), "refused with {refused:?}");
        written.insert(post(&writer, "after").await?);
        let (apps, _) = each(apps, |mut app| async move {
            app.catch_up().await?;
            app.listen(TAIL).await?;
            Ok((app, ()))
        })
        .await?;
        for app in &apps {
            ensure!(app.known == written, "{} knows {:?} of {written:?}", app.person.name, app.known);
        }
        Ok(())
    })
    .await
}

/// Figure: after kill -9 in the midst of writing, apps that come back and read have every post that was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r31_what_was_written_around_a_crash_is_known_to_every_app() -> Result<()> {
    scenario(1, async |world| {
        let (node, writer, apps) = start(world, sized(20, 200)).await?;
        let mut written = BTreeSet::new();
        let listening = each(apps, |mut app| async move {
            app.listen(Duration::from_secs(30)).await?;
            Ok((app, ()))
        });
        let crash = async {
            for nth in 0..15 {
                written.insert(post(&writer, &format!("number {nth}")).await?);
            }
            node.kill()
        };
        let ((apps, _), ()) = tokio::try_join!(listening, crash)?;
        node.resume().await?;
        let (apps, refused) = each(apps, |mut app| async move {
            let refused = app.come_back().await?;
            Ok((app, refused))
        })
        .await?;
        ensure!(refused.iter().all(Vec::is_empty), "{refused:?}");
        for nth in 0..5 {
            written.insert(post(&writer, &format!("again {nth}")).await?);
        }
        let (apps, _) = each(apps, |mut app| async move {
            app.listen(TAIL).await?;
            app.catch_up().await?;
            Ok((app, ()))
        })
        .await?;
        for app in &apps {
            let missed: Vec<&String> = written.difference(&app.known).collect();
            ensure!(missed.is_empty(), "{} missed {missed:?}", app.person.name);
        }
        Ok(())
    })
    .await
}
