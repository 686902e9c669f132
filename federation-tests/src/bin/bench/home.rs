//! Reading the home timeline: pages of 20, one after the other, over one connection.

use crate::reading;
use crate::settings::Run;
use crate::table::Table;
use anyhow::Result;
use federation_tests::node::Person;

/// Measures and adds the row. The reader's timeline must have been filled before.
pub async fn measure(run: Run<'_>, reader: &Person, table: &mut Table) -> Result<()> {
    let settings = run.settings;
    let cost = reading::read(run, (reader, "/api/v1/timelines/home?limit=20"), settings.reads, reading::is_full_page).await?;
    table.row(&format!("home timeline, 20 of {} posts", settings.posts), &format!("{cost} ({} reads)", settings.reads), "");
    Ok(())
}
