//! The bucket that the settings name.
//!
//! A key of its own, out of the settings: no key is looked for in the environment, in a profile or at the address from which
//! clouds hand them out (169.254.169.254).

use super::bucket::Bucket;
use crate::{base::config::Config, net::objects::StoreClient};
use anyhow::{Context, Result, ensure};
use object_store::{BackoffConfig, RetryConfig, aws::AmazonS3Builder};
use std::{sync::Arc, time::Duration};
use url::Url;

/// How a request is tried again that failed for a passing reason: somebody is waiting.
fn retries() -> RetryConfig {
    let backoff = BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(1), base: 2.0 };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(10) }
}

/// The bucket called `name`, as `[media]` says how it is reached.
///
/// # Errors
/// A setting is missing, or the file with the secret cannot be read. The store is not reached yet.
pub(super) fn open(config: &Config, (name, prefix): (&str, &str)) -> Result<Bucket> {
    let media = &config.media;
    let key = media.s3_key_id.as_deref().filter(|key| !key.is_empty()).context("media.s3_key_id is not set")?;
    let file = media.s3_secret_file.as_ref().context("media.s3_secret_file is not set")?;
    let secret = std::fs::read_to_string(file).with_context(|| format!("media.s3_secret_file = {} cannot be read", file.display()))?;
    let secret = secret.trim();
    ensure!(!secret.is_empty(), "media.s3_secret_file = {} is empty", file.display());
    let origin = media.s3_origin().map_err(|problem| anyhow::anyhow!("media.s3_region {problem}"))?;
    let origin = if media.s3_path_style { origin } else { hosted(&origin, name)? };
    let builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(&media.s3_region)
        .with_endpoint(origin.as_str().trim_end_matches('/'))
        .with_virtual_hosted_style_request(!media.s3_path_style)
        .with_access_key_id(key)
        .with_secret_access_key(secret)
        .with_allow_http(media.s3_allow_http)
        .with_retry(retries())
        // one that only some stores have, and where it is missing it fails late
        .with_disable_bulk_delete(true)
        .with_http_connector(StoreClient::new(&origin, config.federation.ca_file.as_deref())?);
    let store = builder.build().map_err(|_| anyhow::anyhow!("the settings of media.s3_… do not fit together"))?;
    let shown = if prefix.is_empty() { format!("s3://{name}") } else { format!("s3://{name}/{prefix}") };
    let title = format!("{shown} at {}", origin.as_str().trim_end_matches('/'));
    Ok(Bucket::new(Arc::new(store), prefix, &title))
}

/// The address with the bucket in the name of its host.
fn hosted(origin: &Url, bucket: &str) -> Result<Url> {
    let mut hosted = origin.clone();
    let host = origin.host_str().context("an address without a host")?;
    hosted
        .set_host(Some(&format!("{bucket}.{host}")))
        .with_context(|| format!("{bucket} cannot stand before {host}: set media.s3_path_style = true"))?;
    Ok(hosted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_stands_in_the_host_where_it_is_asked_for() {
        let origin: Url = "https://s3.eu-central-1.amazonaws.com".parse().unwrap();
        assert_eq!(hosted(&origin, "acme-moot").unwrap().as_str(), "https://acme-moot.s3.eu-central-1.amazonaws.com/");
        assert!(hosted(&"http://127.0.0.1:9000".parse().unwrap(), "acme-moot").is_err());
    }

    #[test]
    fn without_a_key_of_its_own_no_store_is_opened() {
        let mut config = Config::default();
        let said = |config: &Config| open(config, ("acme-moot", "")).unwrap_err().to_string();
        assert_eq!(said(&config), "media.s3_key_id is not set");
        config.media.s3_key_id = Some("moot".into());
        assert_eq!(said(&config), "media.s3_secret_file is not set");
        let empty = tempfile::NamedTempFile::new().unwrap();
        config.media.s3_secret_file = Some(empty.path().to_owned());
        assert!(said(&config).ends_with("is empty"));
        std::fs::write(empty.path(), "hush\n").unwrap();
        let bucket = open(&config, ("acme-moot", "a/b")).unwrap();
        assert_eq!(bucket.title(), "s3://acme-moot/a/b at https://s3.us-east-1.amazonaws.com");
        assert!(!format!("{bucket:?}").contains("hush"));
    }
}
