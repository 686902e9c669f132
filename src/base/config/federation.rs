//! `[federation]`: whom the node talks to, and how far its HTTP client may reach.

use super::{FederationMode, Ports, limits::at_least_one, server::nets};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Whom the node talks to, and how far its HTTP client may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Federation {
    /// With everyone, with partners, with nobody.
    pub mode: FederationMode,
    /// Whether other servers read documents only when they sign their requests.
    pub secure_mode: bool,
    /// Whether peers may be reached over plain http.
    pub allow_http: bool,
    /// Networks that our HTTP client may reach though they are not public.
    #[serde(deserialize_with = "nets")]
    pub allow_addresses: Vec<IpNet>,
    /// Ports that our HTTP client may reach beside 443 (and 80 with `allow_http`).
    pub allow_ports: Ports,
    /// PEM file with a root certificate that is trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The unit of waiting before a failed delivery is tried again, in milliseconds: a sixtieth of it at first, sixty of it at most.
    #[serde(deserialize_with = "at_least_one")]
    pub retry_unit_milliseconds: u32,
    /// So many activities of one partner in an hour never raise an alarm.
    pub alarm_least: u32,
    /// More than so many times what a partner sends in a mean hour raises one; 0: nothing does.
    pub alarm_times: u32,
    /// Most posts of a community elsewhere that are fetched when the first of our people is in it; 0 for none.
    pub history_posts: u32,
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            mode: FederationMode::Open,
            secure_mode: false,
            allow_http: false,
            allow_addresses: Vec::new(),
            allow_ports: Ports::default(),
            ca_file: None,
            retry_unit_milliseconds: 60_000,
            alarm_least: 1000,
            alarm_times: 10,
            history_posts: 200,
        }
    }
}
