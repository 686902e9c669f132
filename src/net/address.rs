//! Where the server may connect to: a policy over schemes, ports and addresses.
//!
//! By default only `https`, port 443 and public addresses given by name. What the settings `federation.allow_http`,
//! `allow_addresses` and `allow_ports` open is the only difference between production, demo and tests.
//! Invariant: an address is judged where it is connected to (`resolver.rs`), a URL before every single hop.
//! Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), IANA IPv6 Global Unicast
//! Address Assignments, RFC 5771 (IPv4 multicast).

use crate::base::{
    config::Ports,
    error::Refusal,
    host,
    sentence::{Sentence, said},
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// IPv4 ranges that are not public hosts.
const SPECIAL_V4: [Ipv4Net; 18] = [
    v4(0, 0, 0, 8),       // "this network", RFC 791
    v4(10, 0, 0, 8),      // private use, RFC 1918
    v4(100, 64, 0, 10),   // shared address space (carrier NAT), RFC 6598
    v4(127, 0, 0, 8),     // loopback, RFC 1122
    v4(169, 254, 0, 16),  // link local (cloud metadata), RFC 3927
    v4(172, 16, 0, 12),   // private use, RFC 1918
    v4(192, 0, 0, 24),    // IETF protocol assignments, RFC 6890
    v4(192, 0, 2, 24),    // documentation, RFC 5737
    v4(192, 31, 196, 24), // AS112, RFC 7535
    v4(192, 52, 193, 24), // AMT, RFC 7450
    v4(192, 88, 99, 24),  // 6to4 relays, deprecated, RFC 7526
    v4(192, 168, 0, 16),  // private use, RFC 1918
    v4(192, 175, 48, 24), // AS112, RFC 7534
    v4(198, 18, 0, 15),   // benchmarking, RFC 2544
    v4(198, 51, 100, 24), // documentation, RFC 5737
    v4(203, 0, 113, 24),  // documentation, RFC 5737
    v4(224, 0, 0, 4),     // multicast, RFC 5771
    v4(240, 0, 0, 4),     // reserved, with the limited broadcast, RFC 1112
];

/// The only IPv6 range in which global unicast addresses are assigned (RFC 4291). Outside it lie, among others, `::`, `::1`,
/// the IPv4-mapped and -compatible ranges, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), discard (100::/64), SRv6 (5f00::/16),
/// fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// IPv6 ranges inside [`GLOBAL_V6`] that are not public hosts, or that hide an IPv4 address.
const SPECIAL_V6: [Ipv6Net; 5] = [
    v6(0x2001, 0, 0, 23),         // IETF protocol assignments, RFC 2928; holds Teredo (2001::/32), ORCHID, benchmarking
    v6(0x2001, 0xdb8, 0, 32),     // documentation, RFC 3849
    v6(0x2002, 0, 0, 16),         // 6to4, RFC 3056
    v6(0x2620, 0x4f, 0x8000, 48), // AS112, RFC 7534
    v6(0x3fff, 0, 0, 20),         // documentation, RFC 9637
];

/// Whether `address` is an ordinary host of the public Internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|range| range.contains(&address)),
    }
}

/// What the guarded client may reach. The default is the strictest: `https` to port 443 of public hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Plain `http` too (setting `federation.allow_http`).
    pub allow_http: bool,
    /// Addresses allowed though they are not public (setting `federation.allow_addresses`). Compared as they stand: an
    /// IPv4-mapped IPv6 address is allowed only by an IPv6 range.
    pub allow_addresses: Vec<IpNet>,
    /// Ports allowed beside the scheme's own (setting `federation.allow_ports`).
    pub allow_ports: Ports,
}

impl Policy {
    /// Whether a connection to `address` is allowed.
    pub fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.allows(address)
    }

    /// Whether `url` may be asked for at all: scheme, no user or password, host, port, length. An IP address in place of a
    /// name is refused, in whatever notation, unless it is in `allow_addresses`. Names are judged when they resolve.
    pub fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        self.check_scheme(url)?;
        if host::has_user(url) {
            return Err(refused(said!("addresses with a user or password in them are not used")));
        }
        if url.as_str().len() > host::URL_BYTES_MAX {
            return Err(refused(said!("the address is too long")));
        }
        if !host::is_plain(url) {
            return Err(refused(said!("the address names no server")));
        }
        self.check_port(url)?;
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_literal(address.into()),
            Some(Host::Ipv6(address)) => self.check_literal(address.into()),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(refused(said!("the address names no server"))),
        }
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.allow_addresses.iter().any(|range| range.contains(&address))
    }

    fn check_scheme(&self, url: &Url) -> Result<(), Refusal> {
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allow_http => Ok(()),
            "http" => Err(refused(said!("this server only connects by https"))),
            _ => Err(refused(said!("the address is not a web address"))),
        }
    }

    fn check_port(&self, url: &Url) -> Result<(), Refusal> {
        match (url.port_or_known_default(), url.port()) {
            (_, None) => Ok(()),
            (Some(port), Some(_)) if self.allow_ports.contains(port) => Ok(()),
            _ => Err(refused(said!("this server does not connect to that port"))),
        }
    }

    fn check_literal(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.allows(address) { Ok(()) } else { Err(refused(said!("this server connects to names, not to bare IP addresses"))) }
    }
}

/// The refusal of an address; the sentence tells nothing about our network.
pub(super) fn refused(sentence: Sentence) -> Refusal {
    Refusal::forbidden("address_refused", sentence)
}
