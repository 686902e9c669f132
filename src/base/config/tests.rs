use super::*;
use std::fs;

/// Settings from the text of a file and from variables.
fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("my.toml");
    fs::write(&file, text).unwrap();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&file), env).map_err(|e| e.to_string().replace(&*dir.path().to_string_lossy(), "config"))
}

fn refused(text: &str) -> String {
    load(text, &[]).unwrap_err()
}

fn default_file() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/default.toml")).unwrap()
}

#[test]
fn the_default_file_holds_the_defaults() {
    let mut config = load(&default_file(), &[]).unwrap();
    config.sources.clear();
    assert_eq!(config, Config::default());
}

#[test]
fn the_default_file_names_and_explains_every_setting() {
    let text = default_file();
    let mut section = "";
    let mut explained = std::collections::BTreeSet::new();
    let mut comment = false;
    for line in text.lines() {
        let setting = line.trim_start_matches('#').split_once(" = ").filter(|_| !line.starts_with("# "));
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, _)) = setting.filter(|_| comment) {
            explained.insert(format!("{section}.{key}"));
        }
        comment = line.starts_with("# ");
    }
    let all: std::collections::BTreeSet<_> = layers::flatten(&Config::default()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(explained, all);
}

#[test]
fn the_examples_in_the_default_file_are_allowed() {
    let uncommented: Vec<String> = default_file()
        .lines()
        .filter(|line| !line.starts_with("#url_file")) // not together with url
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned())
        .collect();
    let config = load(&uncommented.join("\n"), &[]).unwrap();
    assert_eq!(config.organisation_name(), "Acme Works");
}

#[test]
fn the_production_example_is_allowed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/production.example.toml");
    let config = Config::load(Some(&file), []).unwrap();
    assert_eq!(config.check(false).unwrap(), Vec::<String>::new());
    assert_eq!(config.origin(), "https://acme.example");
}

#[test]
fn a_wrong_word_is_named_with_its_line_and_what_is_allowed() {
    let text = "# mine\n[server]\nurl = \"https://acme.example\"\n\n\n[registration]\nmode = \"opne\"\n";
    assert_eq!(refused(text), "config/my.toml line 7: registration.mode is \"opne\"; allowed: open, approval, invite, closed");
}

#[test]
fn a_wrong_variable_is_named() {
    let sentence = load("", &[("INTERMOOT__FEDERATION__MODE", "closed")]).unwrap_err();
    assert_eq!(sentence, "INTERMOOT__FEDERATION__MODE: federation.mode is \"closed\"; allowed: open, partners, off");
    let sentence = load("", &[("INTERMOOT__SERVER", "x")]).unwrap_err();
    assert_eq!(sentence, "INTERMOOT__SERVER names no setting; allowed: INTERMOOT__SECTION__KEY");
}

#[test]
fn an_unknown_setting_is_met_with_the_one_that_was_meant() {
    assert_eq!(refused("[server]\nbnd = 1"), "config/my.toml line 2: server.bnd is not a setting; did you mean server.bind?");
    assert_eq!(refused("[severs]\nbind = 1"), "config/my.toml line 2: severs.bind is not a setting; did you mean the section [server]?");
    assert_eq!(
        refused("[server]\nallow_http = true"),
        "config/my.toml line 2: server.allow_http is not a setting; did you mean federation.allow_http?"
    );
    assert!(refused("[log]\nsomething = 1").contains("log.something is not a setting; [log] has f"));
    assert!(refused("mode = \"open\"").starts_with("config/my.toml line 1: mode stands outside a section; allowed: settings under ["));
}

#[test]
fn what_is_no_toml_is_refused_with_its_line() {
    for text in ["[server]\nurl = \"https://a.example\nx", "[server]\nurl 3\n", "[log]\n[log]", "[log]\nformat ="] {
        let sentence = refused(text);
        assert!(sentence.starts_with("config/my.toml line 2 is not TOML: "), "{sentence}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let sentence = Config::load(Some(Path::new("/nonexistent/my.toml")), []).unwrap_err().to_string();
    assert!(sentence.starts_with("/nonexistent/my.toml cannot be read: "), "{sentence}");
}

#[test]
fn wrong_types_say_which_type_is_right() {
    for (text, end) in [
        ("[limits]\nenabled = \"yes\"", "limits.enabled is \"yes\"; allowed: true or false"),
        ("[limits]\nbody_bytes = 0", "limits.body_bytes is 0; allowed: a whole number from 1 to 4294967295"),
        ("[limits]\nbody_bytes = -1", "limits.body_bytes is -1; allowed: a whole number from 1 to 4294967295"),
        ("[limits]\nbody_bytes = 5000000000", "limits.body_bytes is 5000000000; allowed: a whole number from 1 to 4294967295"),
        ("[server]\ntrusted_proxies = \"10.0.0.0/8\"", "server.trusted_proxies is \"10.0.0.0/8\"; allowed: a list"),
        ("[data]\ndir = 5", "data.dir is 5; allowed: a text in quotation marks"),
        ("[server]\nbind = \"localhost\"", "server.bind is \"localhost\"; allowed: address:port such as 127.0.0.1:3000 or [::]:3000"),
        (
            "[federation]\nallow_ports = [70000]",
            "is not a list of ports: 70000; allowed: whole numbers from 1 to 65535 and ranges such as \"4001-4003\"",
        ),
        ("[federation]\nallow_ports = [\"9-8\"]", "and ranges such as \"4001-4003\""),
        ("[federation]\nallow_ports = [0]", "and ranges such as \"4001-4003\""),
        ("[federation]\nallow_addresses = [\"10/8\"]", "\"10/8\"; allowed: such as 10.0.0.0/8, fd00::/8 or 192.0.2.7"),
        ("[media]\nurl = \"ftp:bucket\"", "allowed: a path such as /srv/intermoot/media, or s3://BUCKET/PREFIX"),
        ("[media]\nurl = \"s3://Bucket\"", "allowed: s3://BUCKET or s3://BUCKET/PREFIX, such as s3://acme-moot/media"),
        ("[limits]\nposts = \"5/0h\"", "allowed: a rate such as 300/5m (count / time in s, m, h or d), both at least 1"),
    ] {
        let sentence = refused(text);
        assert!(sentence.starts_with("config/my.toml line 2: ") && sentence.ends_with(end), "{sentence}");
    }
}

#[test]
fn variables_win_over_the_file_and_take_lists_with_commas() {
    let file = "[federation]\nallow_ports = [1]\nallow_http = true";
    let env = [
        ("INTERMOOT__FEDERATION__ALLOW_PORTS", "4001, 5000-5002"),
        ("INTERMOOT__FEDERATION__ALLOW_ADDRESSES", "10.0.0.0/8,192.0.2.7"),
        ("INTERMOOT__LIMITS__ENABLED", "false"),
        ("INTERMOOT__LIMITS__BODY_BYTES", "4096"),
        ("INTERMOOT__DATABASE__URL", "sqlite:x.db"),
        ("UNRELATED__SERVER__URL", "nonsense"),
        ("INTERMOOT_TEST_POSTGRES", "nonsense"),
    ];
    let config = load(file, &env).unwrap();
    assert_eq!(config.federation.allow_ports.iter().collect::<Vec<_>>(), [4001, 5000, 5001, 5002]);
    assert!(config.federation.allow_ports.contains(5001) && !config.federation.allow_ports.contains(1));
    let addresses: Vec<String> = config.federation.allow_addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.0/8", "192.0.2.7/32"]);
    assert!(config.federation.allow_http && !config.limits.enabled);
    assert_eq!(config.limits.body_bytes, 4096);
    assert_eq!(config.database(), DatabaseUrl::Sqlite("x.db".into()));
}

#[test]
fn the_public_address_is_an_origin_and_nothing_more() {
    for (url, origin, authority) in [
        ("https://Acme.Example/", "https://acme.example", "acme.example"),
        ("https://acme.example:443", "https://acme.example", "acme.example"),
        ("http://acme.localhost:4001", "http://acme.localhost:4001", "acme.localhost:4001"),
        ("http://[::1]:3000", "http://[::1]:3000", "[::1]:3000"),
    ] {
        let config = load(&format!("[server]\nurl = \"{url}\""), &[]).unwrap();
        assert_eq!((config.origin(), config.authority()), (origin, authority));
    }
    for url in
        ["https://a.example/path", "https://a.example/?q", "https://a.example/#f", "ftp://a.example", "a.example", "https://a.example."]
    {
        let sentence = refused(&format!("[server]\nurl = \"{url}\""));
        assert!(sentence.contains("server.url is") && sentence.contains("; allowed: an origin such as"), "{sentence}");
    }
    assert!(!refused("[server]\nurl = \"https://me:hush@a.example\"").contains("hush"));
}

#[test]
fn the_source_is_offered_on_a_web_page() {
    let config = load("[server]\nsource_url = \"https://code.acme.example/moot\"", &[]).unwrap();
    assert_eq!(config.server.source_url.unwrap().as_str(), "https://code.acme.example/moot");
    for wrong in ["git@code.acme.example:moot", "file:///srv/moot", "https://me:secret@code.acme.example/moot"] {
        assert!(refused(&format!("[server]\nsource_url = \"{wrong}\"")).contains("allowed: the address of a page"), "{wrong}");
    }
}

#[test]
fn an_https_node_keeps_the_doors_of_its_client_shut() {
    let https = "[server]\nurl = \"https://acme.example\"\n[federation]\n";
    for line in [
        "allow_http = true",
        "allow_addresses = [\"127.0.0.0/8\"]",
        "allow_addresses = [\"127.3.2.1\"]",
        "allow_addresses = [\"10.0.0.0/8\", \"169.254.169.254\"]",
        "allow_addresses = [\"0.0.0.0/0\"]",
        "allow_addresses = [\"::1\"]",
        "allow_addresses = [\"fe80::/16\"]",
        "allow_addresses = [\"::ffff:127.0.0.1\"]",
    ] {
        let config = load(&format!("{https}{line}"), &[]).unwrap();
        let sentence = config.check(false).unwrap_err().to_string();
        assert!(sentence.contains("my.toml line 4: federation.allow_") && sentence.contains("; allowed: "), "{sentence}");
        assert!(config.check(true).unwrap().iter().any(|note| note.starts_with("unsafe, for testing only: ")));
        let http = load(&format!("[federation]\n{line}"), &[]).unwrap();
        assert!(http.check(false).is_ok());
    }
}

#[test]
fn private_networks_are_allowed_and_noted() {
    let text = "[server]\nurl = \"https://acme.example\"\n[federation]\nallow_addresses = [\"10.8.0.0/16\", \"fd00::/8\"]";
    let notes = load(text, &[]).unwrap().check(false).unwrap();
    assert_eq!(
        notes,
        [
            "federation.allow_addresses lets outgoing requests reach 10.8.0.0/16",
            "federation.allow_addresses lets outgoing requests reach fd00::/8"
        ]
    );
}

#[test]
fn signing_up_without_mail_is_noted() {
    let notes = load("[registration]\nmode = \"invite\"", &[]).unwrap().check(false).unwrap();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("not confirmed"), "{notes:?}");
    let notes = load("[registration]\nmode = \"invite\"\n[mail]\nurl = \"smtps://me@mail.example\"", &[]).unwrap().check(false).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn metrics_need_a_listener_of_their_own() {
    let config = load("[server]\nmetrics_bind = \"127.0.0.1:3000\"", &[]).unwrap();
    assert!(
        config.check(false).unwrap_err().to_string().ends_with("server.metrics_bind is the same as server.bind; allowed: another port")
    );
}

#[test]
fn a_named_file_must_be_readable() {
    let config = load("[federation]\nca_file = \"/nonexistent.pem\"", &[]).unwrap();
    assert!(config.check(false).unwrap_err().to_string().contains("line 2: federation.ca_file cannot be read: "));
}

#[test]
fn a_bucket_needs_a_key_and_plain_http_its_own_word() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    let key = format!("s3_key_id = \"moot\"\ns3_secret_file = {:?}\n", secret.path());
    let bucket = "[media]\nurl = \"s3://acme.moot/files\"\n";
    let said = |lines: &str| load(&format!("{bucket}{lines}"), &[]).unwrap().check(false).map_err(|error| error.to_string());
    assert!(said("").unwrap_err().contains("media.s3_key_id is not set"));
    assert!(said("s3_key_id = \"moot\"").unwrap_err().contains("media.s3_secret_file is not set"));
    assert!(said("s3_key_id = \"moot\"\ns3_secret_file = \"/nonexistent\"").unwrap_err().contains("s3_secret_file cannot be read"));
    assert_eq!(said(&key).unwrap(), Vec::<String>::new());
    assert!(said(&format!("{key}s3_region = \"eu/west\"")).unwrap_err().contains("s3_region is"));
    assert!(said(&format!("{key}s3_path_style = false")).unwrap_err().contains("line 5: media.s3_path_style is false"));
    let http = format!("{key}s3_endpoint = \"http://127.0.0.1:9000\"\n");
    assert!(said(&http).unwrap_err().contains("line 5: media.s3_endpoint is plain http; allowed: https, or media.s3_allow_http"));
    assert!(said(&format!("{http}s3_allow_http = true")).unwrap()[0].contains("unprotected"));
    let config = load(&format!("{bucket}{key}"), &[("INTERMOOT__DATA__DIR", "/srv")]).unwrap();
    assert_eq!(config.media_dir(), Path::new("/srv/media"), "where what is not in the bucket yet lies");
    let shown = config.summary().into_iter().find(|line| line.setting == "media.url").unwrap();
    assert_eq!(shown.value, "s3://acme.moot/files");
}

#[test]
fn a_password_shows_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("url");
    fs::write(&secret, "postgres://me:hush@db.example:5433/moot?password=hush\n").unwrap();
    let env = [("INTERMOOT__DATABASE__URL_FILE".to_owned(), secret.to_string_lossy().into_owned())];
    let config = Config::load(None, env).unwrap();
    assert!(matches!(config.database(), DatabaseUrl::Postgres(url) if url.password() == Some("hush")));
    let shown = format!("{config:?} {}", serde_json::to_string(&config.summary()).unwrap());
    assert!(shown.contains("postgres://db.example:5433/moot") && !shown.contains("hush"), "{shown}");
    assert!(!refused("[database]\nurl = \"mysql://me:hush@db.example\"").contains("hush"));
}

#[test]
fn two_database_addresses_are_one_too_many() {
    let sentence = refused("[database]\nurl = \"sqlite:a\"\nurl_file = \"b\"");
    assert_eq!(sentence, "config/my.toml line 3: database.url_file and database.url are both set; keep one");
}

#[test]
fn a_database_is_a_file_or_postgres() {
    for (url, shown) in [("sqlite:a/b.db", "sqlite:a/b.db"), ("sqlite:///a.db", "sqlite:/a.db"), ("postgresql://u@h/d", "postgres://h/d")] {
        assert_eq!(url.parse::<DatabaseUrl>().unwrap().to_string(), shown);
    }
    for url in ["sqlite:", "sqlite::memory:", "sqlite:a?mode=memory", "mysql://a/b", "postgres:", ""] {
        assert!(url.parse::<DatabaseUrl>().is_err(), "{url}");
    }
}

#[test]
fn what_follows_from_other_settings() {
    let config = Config::default();
    assert_eq!(config.database(), DatabaseUrl::Sqlite("./data/intermoot.sqlite".into()));
    assert_eq!(config.media_dir(), Path::new("./data/media"));
    assert_eq!(config.organisation_name(), "localhost");
    assert_eq!(config.widest_outside_communities(), Widest::Public);
    assert_eq!(load("[federation]\nmode = \"partners\"", &[]).unwrap().widest_outside_communities(), Widest::Local);
}

#[test]
fn the_summary_names_each_setting_once_with_its_source() {
    let config = load("[log]\nformat = \"json\"", &[("INTERMOOT__DATA__DIR", "/srv")]).unwrap();
    let summary = config.summary();
    let of = |name: &str| summary.iter().find(|line| line.setting == name).unwrap().clone();
    assert!(of("log.format").source.ends_with("my.toml line 2"));
    assert_eq!((of("data.dir").source.as_str(), of("data.dir").value), ("INTERMOOT__DATA__DIR", "/srv".into()));
    assert_eq!(of("server.url").source, "default");
    assert_eq!(of("database.url").value, "sqlite:/srv/intermoot.sqlite");
    assert_eq!(of("posting.widest_outside_communities").value, "public");
    assert_eq!(summary.len(), layers::flatten(&Config::default()).len());
}

proptest::proptest! {
    #[test]
    fn a_rate_reads_back_as_it_was_written(count in 1_u32.., seconds in 1_u32..) {
        let rate = Rate::new(count, seconds);
        proptest::prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
    }

    #[test]
    fn no_text_upsets_the_reader(text in "\\PC{0,40}", key in "[a-z_]{1,12}") {
        let _ = load(&text, &[]);
        let _ = load(&format!("[server]\n{key} = 1"), &[("INTERMOOT__LIMITS__POSTS", &text), ("INTERMOOT__DATABASE__URL", &text)]);
    }
}
