//! Logs: to standard error, as text for people or one JSON object a line.
//!
//! What is logged follows `log.filter`; the variable `RUST_LOG` wins. A panic is logged like
//! everything else, so that a log of JSON lines stays one. Callers never pass secrets.

use crate::base::config::{Log, LogFormat};
use anyhow::{Context, Result};
use std::io::{self, IsTerminal};
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

/// Starts logging for the whole process, once.
///
/// # Errors
/// A filter that cannot be read, or logs that have been started already.
pub fn start(log: &Log) -> Result<()> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) if !text.trim().is_empty() => filter(&text).context("RUST_LOG cannot be used")?,
        _ => filter(&log.filter).context("log.filter cannot be used")?,
    };
    let subscriber = subscriber(log.format, filter, io::stderr().is_terminal(), io::stderr);
    tracing::subscriber::set_global_default(subscriber).context("logs were started twice")?;
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a part of the program broke")));
    Ok(())
}

/// Reads directives such as `info,intermoot::federation=debug`.
///
/// # Errors
/// Names the directive that cannot be read and says what is allowed.
pub fn filter(directives: &str) -> Result<EnvFilter> {
    let allowed = "allowed: error, warn, info, debug, trace, or for a part: intermoot::federation=debug; separated by commas";
    EnvFilter::builder().parse(directives).with_context(|| format!("is {directives:?}; {allowed}"))
}

fn subscriber<W>(format: LogFormat, filter: EnvFilter, colour: bool, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt().with_env_filter(filter).with_writer(writer);
    match format {
        LogFormat::Human => Box::new(lines.with_ansi(colour).finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).finish()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written when something is logged at two levels, the second with a line break in it.
    fn written(format: LogFormat, directives: &str) -> String {
        let page = Page::default();
        let writer = page.clone();
        let subscriber = subscriber(format, filter(directives).unwrap(), false, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("quiet");
            tracing::warn!(host = "acme.example", "two\nlines");
        });
        String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn json_logs_are_one_object_a_line() {
        let text = written(LogFormat::Json, "info");
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            (&lines[1]["level"], &lines[1]["host"], &lines[1]["message"]),
            (&"WARN".into(), &"acme.example".into(), &"two\nlines".into())
        );
    }

    #[test]
    fn the_filter_decides_what_is_logged() {
        let text = written(LogFormat::Human, "warn");
        assert!(text.contains("host=\"acme.example\"") && !text.contains("quiet"), "{text}");
    }

    #[test]
    fn a_wrong_filter_says_what_is_allowed() {
        let error = format!("{:#}", filter("intermoot=loud").unwrap_err());
        assert!(error.contains("\"intermoot=loud\"; allowed: error, warn"), "{error}");
    }
}
