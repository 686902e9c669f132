use super::*;
use clap::CommandFactory;

/// Exit code, standard output and standard error of `intermoot LINE`, with one variable set.
fn intermoot_with(line: &str, variable: (&str, &str)) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("intermoot").chain(line.split_whitespace()).map(OsString::from);
    let env = [(variable.0.to_owned(), variable.1.to_owned())];
    let code = run(arguments, env, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn intermoot(line: &str) -> (u8, String, String) {
    intermoot_with(line, ("PATH", "/bin"))
}

#[test]
fn the_commands_are_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn wrong_usage_exits_2_and_prints_nothing_on_standard_output() {
    for line in [
        "",
        "serv",
        "serve --cnfig x",
        "serve --config",
        "account",
        "account create ada",
        "account create ada --email a@b.example --role king",
        "account create ada --email a@b.example --password hush",
        "account set-role ada king",
        "account totp ada",
        "account invite --uses 101",
        "token create",
        "community create valves --title T --owner ada",
        "community create valves --title T --purpose P --owner ada --stage everywhere",
        "backup",
        "restore",
        "verify a b",
        "migrate now",
    ] {
        let (code, out, err) = intermoot(line);
        assert_eq!((code, out.as_str()), (2, ""), "intermoot {line}");
        assert!(err.contains("Usage: intermoot") || err.starts_with("error: "), "{err}");
    }
}

#[test]
fn help_and_version_exit_0_on_standard_output() {
    for line in ["--help", "help", "account --help", "account create --help", "--version"] {
        let (code, out, err) = intermoot(line);
        assert!(code == 0 && out.contains("intermoot") && err.is_empty(), "intermoot {line}: {out}{err}");
    }
    assert_eq!(intermoot("--version").1, format!("intermoot {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_of_the_contract_is_understood() {
    for line in [
        "serve --config my.toml --unsafe-for-testing",
        "demo --dir d --json",
        "check-config --json",
        "migrate",
        "account create ada --email a@b.example --role moderator --password-stdin",
        "account list --json",
        "account show ada",
        "account suspend ada",
        "account restore ada",
        "account set-password ada --password-stdin",
        "account set-role ada owner",
        "account delete ada",
        "account login-link ada",
        "account pending --json",
        "account approve ada",
        "account reject ada",
        "account confirm ada",
        "account invite --by ada --uses 5 --days 14",
        "account totp --off ada",
        "token create ada --scopes read",
        "community create valves --title T --purpose P --stage local --join ask --owner ada",
        "community list",
        "community show valves --json --config my.toml",
        "backup b",
        "backup b --without-media",
        "media move --json",
        "media move --from s3://acme-moot/media --remove",
        "restore b",
        "verify",
        "verify b",
        "audit export --after 7",
        "recover status --json",
        "recover confirm",
        "recover agreement bolt.example",
        "host silence loud.example --reason ads",
        "host unsilence loud.example",
        "host import list.csv --dry-run --force",
        "host import -",
        "host export --json",
        "peer list --state failing --limit 5 --before 7",
        "peer list --json",
        "peer show bolt.example",
        "peer retry bolt.example",
        "peer forget bolt.example",
        "federation mode",
        "federation mode off",
        "federation mode default --json",
    ] {
        let arguments = std::iter::once("intermoot").chain(line.split_whitespace());
        assert!(Cli::try_parse_from(arguments).is_ok(), "intermoot {line}");
    }
}

#[test]
fn a_failure_exits_1_with_one_sentence_on_standard_error() {
    for line in
        ["check-config --config /nonexistent.toml", "check-config --config /nonexistent.toml --json", "migrate --config /nonexistent.toml"]
    {
        let (code, out, err) = intermoot(line);
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{err}");
        assert!(err.starts_with("/nonexistent.toml cannot be read: "), "{err}");
    }
    let error = anyhow::anyhow!("first\n  second").context("it failed");
    assert_eq!(print::sentence(&error), "it failed: first second");
}

#[test]
fn check_config_shows_each_setting_with_its_source() {
    let (code, out, err) = intermoot_with("check-config", ("INTERMOOT__SERVER__URL", "https://acme.example"));
    assert!(code == 0 && err.is_empty(), "{err}");
    let line = out.lines().find(|line| line.starts_with("server.url ")).unwrap();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["server.url", "\"https://acme.example\"", "INTERMOOT__SERVER__URL"]);
    assert!(out.ends_with("The settings can be used.\n"));
}

#[test]
fn check_config_as_json_is_one_object() {
    let (code, out, _) = intermoot_with("check-config --json", ("INTERMOOT__SERVER__URL", "http://acme.example"));
    let shown: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &shown["ok"], shown["notes"].as_array().map(Vec::len)), (0, &true.into(), Some(1)));
}

#[test]
fn check_config_refuses_what_serve_would_refuse() {
    let (code, _, err) = intermoot_with("check-config", ("INTERMOOT__LOG__FILTER", "intermoot=loud"));
    assert!(code == 1 && err.starts_with("log.filter cannot be used: is \"intermoot=loud\"; allowed: "), "{err}");
    let (code, _, err) = intermoot_with("serve", ("INTERMOOT__SERVER__METRICS_BIND", "127.0.0.1:3000"));
    assert!(code == 1 && err.contains("server.metrics_bind is the same as server.bind"), "{err}");
}

#[test]
fn tables_are_aligned_for_people_and_keyed_for_programs() {
    let rows = [vec!["ada".to_owned(), "owner".to_owned()], vec!["bo".to_owned(), "member".to_owned()]];
    let table = Outcome::table(&["name", "role here"], &rows);
    assert_eq!(table.text(false), "name  role here\nada   owner\nbo    member");
    assert_eq!(table.text(true), r#"[{"name":"ada","role_here":"owner"},{"name":"bo","role_here":"member"}]"#);
    assert_eq!(Outcome::silent().text(true), "");
}
