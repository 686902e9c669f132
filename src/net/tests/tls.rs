//! R29: certificates that are over, for another name, by nobody we trust; old protocols; and a certificate that changes meanwhile.
//!
//! The other side is `openssl s_server`, with certificates that `openssl` makes for the test; without that program nothing is tried.

use super::servers::{OUTSIDE, Table, plain, short};
use crate::net::{Budget, Client, FetchError, Limits, Policy};
use std::{
    net::{IpAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use url::Url;

/// What `openssl` is told, its words parted by spaces; false where it is not there or refuses.
fn openssl(folder: &Path, words: &str) -> bool {
    let run = Command::new("openssl").args(words.split(' ')).current_dir(folder).stdin(Stdio::null()).output();
    run.is_ok_and(|output| {
        assert!(output.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&output.stderr));
        true
    })
}

/// An authority of our own, and what it signed.
struct Certificates(tempfile::TempDir);

impl Certificates {
    /// None without `openssl`.
    fn new() -> Option<Self> {
        let own = Self(tempfile::tempdir().unwrap());
        Self::authority(own.folder(), "ca").then_some(own)
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn authority(folder: &Path, name: &str) -> bool {
        openssl(
            folder,
            &format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {name}.key -out {name}.pem -days 30 -subj /CN={name}"
            ),
        )
    }

    /// A certificate for the host `name` by `authority`, valid as `time` says.
    fn issue(&self, file: &str, (name, authority): (&str, &str), time: &str) {
        let folder = self.folder();
        openssl(
            folder,
            &format!("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {file}.key -out {file}.csr -subj /CN={name}"),
        );
        std::fs::write(folder.join("extensions"), format!("subjectAltName=DNS:{name}\nbasicConstraints=CA:FALSE\n")).unwrap();
        std::fs::write(folder.join("index"), "").unwrap();
        std::fs::write(folder.join("ca.cnf"), CONFIG).unwrap();
        let words = format!(
            "ca -batch -notext -config ca.cnf -name here -rand_serial -cert {authority}.pem -keyfile {authority}.key -in {file}.csr -out {file}.pem {time}"
        );
        openssl(folder, &words);
    }

    fn client(&self, port: u16) -> Client {
        let policy =
            Policy { allow_http: false, allow_addresses: vec!["127.0.0.2/32".parse().unwrap()], allow_ports: [port].into_iter().collect() };
        let outside: [IpAddr; 1] = [OUTSIDE.into()];
        let limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(5), ..short() };
        let names = Table::of(&[("a.test", &[&outside]), ("b.test", &[&outside])]);
        Client::with_limits(policy, names, "intermoot-test/1", Some(&self.folder().join("ca.pem")), limits).unwrap()
    }
}

/// What `openssl ca` wants to know; each certificate is new.
const CONFIG: &str = "[here]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=any\nx509_extensions=ext\nunique_subject=no\n\
    [any]\ncommonName=supplied\n[ext]\n.include extensions\n";

/// A TLS server that answers each GET with a page; ends when dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path, (cert, port): (&str, Option<u16>), more: &[&str]) -> Self {
        let port = port.unwrap_or_else(|| TcpListener::bind((OUTSIDE, 0)).unwrap().local_addr().unwrap().port());
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-www", "-accept", &format!("127.0.0.2:{port}")]);
        command.args(["-cert", &format!("{cert}.pem"), "-key", &format!("{cert}.key")]).args(more);
        let child = command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..500 {
            if TcpStream::connect((OUTSIDE, port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn url(host: &str, port: u16) -> Url {
    format!("https://{host}:{port}/").parse().unwrap()
}

async fn get(client: &Client, url: &Url) -> Result<u16, FetchError> {
    client.get(plain(url), &Budget::default()).await.map(|fetched| fetched.status.as_u16())
}

fn certificates() -> Option<Certificates> {
    let found = Certificates::new();
    if found.is_none() {
        eprintln!("no openssl: faults of TLS were not tried");
    }
    found
}

/// Figure: of seven servers the two that are right are reached; each of the others is refused before anything is sent, as a fault that
/// may pass, so that a delivery waits and is tried again.
#[tokio::test]
async fn r29_only_a_valid_certificate_for_the_name_by_a_trusted_root_is_taken() {
    let Some(certificates) = certificates() else { return };
    let folder = certificates.folder();
    Certificates::authority(folder, "stranger");
    certificates.issue("right", ("a.test", "ca"), "-days 30");
    certificates.issue("other", ("b.test", "ca"), "-days 30");
    certificates.issue("over", ("a.test", "ca"), "-startdate 20200101000000Z -enddate 20210101000000Z");
    certificates.issue("early", ("a.test", "ca"), "-startdate 20490101000000Z -enddate 20491231000000Z");
    certificates.issue("strange", ("a.test", "stranger"), "-days 30");
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout own.key -out own.pem -days 30 -subj /CN=a.test -addext subjectAltName=DNS:a.test",
    );
    let none: &[&str] = &[];
    let old: &[&str] = &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
    for (file, more, is_taken) in [
        ("right", none, true),
        ("right", &["-tls1_2"], true),
        ("other", none, false),
        ("over", none, false),
        ("early", none, false),
        ("strange", none, false),
        ("own", none, false),
        ("right", old, false),
    ] {
        let server = Server::start(folder, (file, None), more);
        match get(&certificates.client(server.port), &url("a.test", server.port)).await {
            Ok(status) => assert!(is_taken && status == 200, "{file} {more:?}: {status}"),
            Err(error) => {
                assert!(!is_taken && matches!(error, FetchError::Unreachable(_)) && error.is_passing(), "{file} {more:?}: {error:?}")
            }
        }
    }
}

/// Figure: a host that changes its certificate between two requests is reached with the new one, by the same client; nothing of the old
/// one is held against it.
#[tokio::test]
async fn r29_a_certificate_that_rotates_meanwhile_changes_nothing() {
    let Some(certificates) = certificates() else { return };
    certificates.issue("first", ("a.test", "ca"), "-days 30");
    certificates.issue("second", ("a.test", "ca"), "-days 30");
    certificates.issue("over", ("a.test", "ca"), "-startdate 20200101000000Z -enddate 20210101000000Z");
    let first = Server::start(certificates.folder(), ("first", None), &[]);
    let (port, client) = (first.port, certificates.client(first.port));
    assert_eq!(get(&client, &url("a.test", port)).await.unwrap(), 200);
    drop(first);
    for (file, is_taken) in [("over", false), ("second", true)] {
        let server = Server::start(certificates.folder(), (file, Some(port)), &[]);
        assert_eq!(get(&client, &url("a.test", port)).await.is_ok(), is_taken, "{file}");
        drop(server);
    }
}
