//! Rules between settings: what must not be combined, and what is worth a note.

use super::{Config, ConfigError, MediaUrl, RegistrationMode};
use ipnet::IpNet;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The first rule that `config` breaks, or the notes to log.
pub(super) fn check(config: &Config, unsafe_for_testing: bool) -> Result<Vec<String>, ConfigError> {
    let mut notes = Vec::new();
    guard_of_outgoing_requests(config, unsafe_for_testing, &mut notes)?;
    listeners(config, &mut notes)?;
    media(config, &mut notes)?;
    mail(config, &mut notes)?;
    translation(config, &mut notes)?;
    notes.extend(ahead_of_the_code(config));
    for (setting, file) in [
        ("federation.ca_file", &config.federation.ca_file),
        ("media.s3_secret_file", &config.media.s3_secret_file),
        ("server.metrics_token_file", &config.server.metrics_token_file),
        ("mail.password_file", &config.mail.password_file),
        ("translation.api_key_file", &config.translation.api_key_file),
    ] {
        if let Some(Err(e)) = file.as_ref().map(std::fs::File::open) {
            return Err(config.wrong(setting, format!("cannot be read: {e}")));
        }
    }
    Ok(notes)
}

/// A node with an https address is meant for the open network: it keeps the doors of its HTTP client shut.
fn guard_of_outgoing_requests(config: &Config, unsafe_for_testing: bool, notes: &mut Vec<String>) -> Result<(), ConfigError> {
    let (https, federation) = (config.server.url.is_https(), &config.federation);
    if https && federation.allow_http {
        let problem = "is true while server.url is https; allowed: false (or --unsafe-for-testing)";
        lifted(unsafe_for_testing, notes, config.wrong("federation.allow_http", problem))?;
    }
    for net in &federation.allow_addresses {
        if https && forbidden().iter().any(|other| overlap(net, other)) {
            let problem = format!(
                "has {net}, which reaches loopback or link-local addresses, while server.url is https; allowed: other networks (or --unsafe-for-testing)"
            );
            lifted(unsafe_for_testing, notes, config.wrong("federation.allow_addresses", problem))?;
        } else {
            notes.push(format!("federation.allow_addresses lets outgoing requests reach {net}"));
        }
    }
    if !https && !config.server.url.is_loopback() {
        notes.push(format!(
            "server.url is plain http ({}): only peers that allow it will federate, and passwords travel unprotected",
            config.origin()
        ));
    }
    Ok(())
}

fn lifted(unsafe_for_testing: bool, notes: &mut Vec<String>, error: ConfigError) -> Result<(), ConfigError> {
    if !unsafe_for_testing {
        return Err(error);
    }
    notes.push(format!("unsafe, for testing only: {error}"));
    Ok(())
}

fn listeners(config: &Config, notes: &mut Vec<String>) -> Result<(), ConfigError> {
    if config.server.metrics_bind == Some(config.server.bind) && config.server.bind.port() != 0 {
        return Err(config.wrong("server.metrics_bind", "is the same as server.bind; allowed: another port"));
    }
    for net in config.server.trusted_proxies.iter().filter(|net| net.prefix_len() == 0) {
        notes.push(format!("server.trusted_proxies has {net}: anyone can then choose the address that limits and logs see"));
    }
    Ok(())
}

/// A bucket needs a key; plain http is a door that only its own setting opens.
fn media(config: &Config, notes: &mut Vec<String>) -> Result<(), ConfigError> {
    let media = &config.media;
    let address = media.s3_origin().map_err(|problem| config.wrong("media.s3_region", problem))?;
    if let Some(endpoint) = media.s3_endpoint.as_ref().filter(|endpoint| endpoint.is_http()) {
        if !media.s3_allow_http {
            return Err(config.wrong("media.s3_endpoint", "is plain http; allowed: https, or media.s3_allow_http = true beside it"));
        }
        notes.push(format!("media.s3_allow_http: files travel to {endpoint} unprotected; only for this machine or a network of one's own"));
    }
    let Some(MediaUrl::Bucket { name, .. }) = &media.url else { return Ok(()) };
    if media.s3_key_id.as_ref().is_none_or(String::is_empty) {
        return Err(config.wrong("media.s3_key_id", "is not set, and media.url is a bucket; allowed: the id of a key that may use it"));
    }
    if media.s3_secret_file.is_none() {
        return Err(
            config.wrong("media.s3_secret_file", "is not set, and media.url is a bucket; allowed: a file with the secret of the key")
        );
    }
    if !media.s3_path_style && address.scheme() == "https" && name.contains('.') {
        let problem = "is false, and no certificate covers a host of a bucket with a dot in its name; allowed: true, or another bucket";
        return Err(config.wrong("media.s3_path_style", problem));
    }
    Ok(())
}

fn mail(config: &Config, notes: &mut Vec<String>) -> Result<(), ConfigError> {
    if config.mail.url.is_some() && config.mail.sink.is_some() {
        return Err(config.wrong("mail.sink", "and mail.url are both set; keep one"));
    }
    if config.mail.password_file.is_some() && config.mail.url.as_ref().is_none_or(|url| url.user().is_empty()) {
        return Err(config.wrong("mail.password_file", "needs mail.url with a user, such as smtps://USER@HOST"));
    }
    if let Some(folder) = &config.mail.sink {
        notes.push(format!("mail.sink: mails are not sent but written to {}", folder.display()));
    }
    Ok(())
}

fn translation(config: &Config, notes: &mut Vec<String>) -> Result<(), ConfigError> {
    let translation = &config.translation;
    if translation.api_key_file.is_some() && translation.url.is_none() {
        return Err(config.wrong("translation.api_key_file", "needs translation.url"));
    }
    if let Some(url) = &translation.url {
        notes.push(format!("translation.url: public posts that people ask to have translated are sent to {url}"));
    }
    Ok(())
}

/// What is set and does less than its name says, as long as that is so: nobody shall rely on it.
fn ahead_of_the_code(config: &Config) -> impl Iterator<Item = String> {
    let is_open = config.registration.mode != RegistrationMode::Closed;
    let notes = [
        (
            config.federation.secure_mode,
            "federation.secure_mode: other servers must sign to read; pages for browsers and the API of apps still show to everybody what is public",
        ),
        (
            is_open && !config.mail.is_configured(),
            "registration.mode: people can sign up, and as no mail is sent ([mail]) their addresses are not confirmed",
        ),
    ];
    notes.into_iter().filter(|(applies, _)| *applies).map(|(_, note)| note.to_owned())
}

/// Loopback, link-local and "this host", in both families and as IPv4-mapped IPv6 (RFC 6890, RFC 4291).
fn forbidden() -> Vec<IpNet> {
    let v4 = [([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16), ([0, 0, 0, 0], 8)].map(|(octets, bits)| (Ipv4Addr::from(octets), bits));
    let v6 = [(Ipv6Addr::LOCALHOST, 128), (Ipv6Addr::UNSPECIFIED, 128), (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10)];
    let plain = v4.iter().map(|(ip, bits)| IpNet::new((*ip).into(), *bits));
    let mapped = v4.iter().map(|(ip, bits)| IpNet::new(ip.to_ipv6_mapped().into(), bits + 96));
    plain.chain(mapped).chain(v6.map(|(ip, bits)| IpNet::new(ip.into(), bits))).flatten().collect()
}

fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(&b.network()) || b.contains(&a.network())
}
