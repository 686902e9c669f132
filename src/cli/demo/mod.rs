//! `intermoot demo`: three companies' nodes on loopback, acquainted, with people, one community that spans them, one that
//! two of them share under an agreement, and posts that really travelled over the wire.
//!
//! Each node is a process of its own (`serve`), as in earnest; they end with this one. What the
//! first run made (people, passwords, tokens) is kept in `DIR/demo.json` for the next.

mod api;
mod cast;
mod nodes;
mod partners;
mod story;

use super::Outcome;
use anyhow::{Context, Result};
use cast::Cast;
use nodes::Nodes;
use serde_json::{Value, json};
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Instant,
};

/// Runs the demo in `dir` until interrupted; with `as_json` standard output gets one line when all
/// is ready, and nothing else. The nodes listen on `first_port` and the two after it.
pub(super) async fn run(dir: &Path, first_port: u16, as_json: bool) -> Result<Outcome> {
    let started = Instant::now();
    let dir = std::path::absolute(dir)?;
    let mut say = Say { quiet: as_json };
    let kept = dir.join("demo.json");
    let is_new = !kept.exists();
    let mut cast = if is_new {
        Nodes::ensure_free(first_port).await?;
        say.line("Making three companies, their people and keys …")?;
        let cast = Cast::make(&dir, first_port).await?;
        cast.save(&kept)?;
        cast
    } else {
        let cast = Cast::load(&kept)?;
        Nodes::ensure_free(cast.companies.first().map_or(first_port, |company| company.port)).await?;
        cast
    };

    let nodes = Nodes::start(&dir, &cast).await?;
    if is_new {
        story::tell(&cast, &mut say).await?;
        partners::tell(&cast, &mut say).await?;
        cast.is_told = true;
        cast.save(&kept)?;
    } else if !cast.is_told {
        say.line(&format!("(The story was broken off in the first run. To hear all of it, remove {} and begin anew.)", dir.display()))?;
    }
    if as_json {
        writeln!(io::stdout().lock(), "{}", described(&cast)).context("standard output is closed")?;
    } else {
        say.line(&invitation(&cast, started.elapsed().as_secs_f64()))?;
    }
    nodes.wait().await?;
    Ok(Outcome::silent())
}

/// Tells people what happens; programs hear nothing.
struct Say {
    quiet: bool,
}

impl Say {
    fn line(&mut self, text: &str) -> Result<()> {
        if !self.quiet {
            writeln!(io::stdout().lock(), "{text}").context("standard output is closed")?;
        }
        Ok(())
    }
}

/// The line of `--json`, as `contract.md` has it.
fn described(cast: &Cast) -> Value {
    let person =
        |person: &cast::Person| json!({ "username": person.username, "password": person.password, "access_token": person.access_token });
    let nodes = cast.companies.iter().map(|company| {
        let communities =
            company.communities.iter().map(|community| json!({ "name": community.name, "id": community.id, "url": community.url }));
        json!({
            "name": company.name,
            "url": company.url(),
            "local_url": company.local_url(),
            "owner": person(&company.owner),
            "people": company.people.iter().map(person).collect::<Vec<_>>(),
            "communities": communities.collect::<Vec<_>>(),
        })
    });
    json!({ "nodes": nodes.collect::<Vec<_>>() })
}

/// Where to log in and what to try.
fn invitation(cast: &Cast, seconds: f64) -> String {
    let mut text = format!("\nReady after {seconds:.1} s. Three companies run on this machine:\n");
    for company in &cast.companies {
        text += &format!("\n  {}  {}  (for apps without *.localhost: {})\n", company.title, company.url(), company.local_url());
        for person in std::iter::once(&company.owner).chain(&company.people) {
            text += &format!("      @{:<6} password {}\n", person.username, person.password);
        }
    }
    if let (Some(company), Some(community)) =
        (cast.companies.first(), cast.companies.first().and_then(|company| company.communities.first()))
    {
        text += &format!("\nThe community that spans them: {}  ({})\n", community.title, community.url);
        if let Some(private) = company.communities.get(1) {
            text += &format!("The one that acme shares with boltco alone: {}  ({})\n", private.title, private.url);
        }
        text += "Try it:\n";
        text += &format!("  toot login_cli or any Mastodon app with {}, or\n", company.local_url());
        text +=
            &format!("  curl -H 'Authorization: Bearer {}' '{}/api/v1/timelines/home'\n", company.owner.access_token, company.local_url());
        text += &format!("  curl -H 'Authorization: Bearer {}' \\\n", company.owner.access_token);
        text += &format!("       '{}/api/intermoot/v1/communities/{}/members'\n", company.local_url(), community.id);
    }
    text += "\nPhones cannot reach loopback. Ctrl-C ends all three; the same command carries on.";
    text
}

/// Writes `text` to a new file that only its owner reads.
fn write_private(file: &Path, text: &str) -> Result<()> {
    let mut open = fs::OpenOptions::new();
    let mut to = open
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(to.write_all(text.as_bytes())?)
}
