//! TLS with the certificates of phones. The certificates are made here; the clients are rustls and
//! OpenSSL.

mod support;

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use chrono::TimeDelta;
use provisioning_server::clock::Clock;
use provisioning_server::peer::Peer;
use provisioning_server::tls::{Options, TlsListener};
use rcgen::string::{BmpString, Ia5String, PrintableString, TeletexString, UniversalString};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, DnValue, IsCa,
    KeyPair,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use support::udp::PATIENCE;
use support::{clock, log, tools};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

/// Someone who signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, PEM.
struct Signed {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn sign(&self, params: &CertificateParams) -> Signed {
        let key = KeyPair::generate().unwrap();
        Signed {
            certificate: params.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    /// For a phone whose subject has these attributes.
    fn phone(&self, subject: Vec<(DnType, DnValue)>) -> Signed {
        self.sign(&of(subject))
    }

    /// As makers sign for one phone.
    fn phone_with(&self, mac: &str) -> Signed {
        self.phone(vec![
            (DnType::CountryName, "DE".into()),
            (DnType::OrganizationName, "Maker of phones".into()),
            (DnType::CommonName, mac.into()),
        ])
    }

    fn pem(&self) -> String {
        self.0.pem()
    }
}

fn of(subject: Vec<(DnType, DnValue)>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in subject {
        params.distinguished_name.push(kind, value);
    }
    params
}

/// A server that says who asks, its root and its files.
struct Running {
    address: SocketAddr,
    root: Authority,
    clock: Clock,
    folder: TempDir,
}

impl Running {
    /// With the authorities of these makers; without any it asks for no certificate.
    async fn start(makers: &[&Authority]) -> Self {
        log::keep();
        let folder = tempfile::tempdir().unwrap();
        let root = Authority::new("Root");
        let own = root.sign(&CertificateParams::new(["localhost".to_owned()]).unwrap());
        let makers: String = makers.iter().map(|maker| maker.pem()).collect();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let options = Options {
            chain: write("chain.pem", &own.certificate),
            key: write("key.pem", &own.key),
            client_authority: (!makers.is_empty()).then(|| write("makers.pem", &makers)),
        };
        let clock = clock();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = TlsListener::new(tcp, &options, clock.clone()).unwrap();
        let app = app().into_make_service_with_connect_info::<Peer>();
        tokio::spawn(axum::serve(listener, app).into_future());
        write("root.pem", &root.pem());
        Self {
            address,
            root,
            clock,
            folder,
        }
    }

    /// What the server says to a client with a certificate or without.
    async fn ask(
        &self,
        version: &'static SupportedProtocolVersion,
        phone: Option<&Signed>,
    ) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(self.root.pem().as_bytes()).unwrap();
        roots.add(root).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots);
        let config = match phone {
            None => config.with_no_client_auth(),
            Some(Signed { certificate, key }) => {
                let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                config
                    .with_client_auth_cert(vec![certificate], key)
                    .unwrap()
            }
        };
        let tcp = TcpStream::connect(self.address).await?;
        let local = tcp.local_addr()?;
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let said = async {
            let mut stream = connector.connect(name, tcp).await?;
            exchange(&mut stream).await
        };
        let said = tokio::time::timeout(PATIENCE, said).await??;
        let (address, certificate) = said.split_once('\n').unwrap();
        assert_eq!(address, local.to_string());
        Ok(certificate.to_owned())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

fn app() -> Router {
    let said = |ConnectInfo(peer): ConnectInfo<Peer>| async move {
        let certificate = peer.certificate.unwrap_or_else(|| "nobody".to_owned());
        format!("{}\n{certificate}", peer.address)
    };
    Router::new().route("/", get(said))
}

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The body of what is answered.
async fn exchange(
    stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin),
) -> std::io::Result<String> {
    stream.write_all(REQUEST.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    Ok(answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

const MAC: &str = "000413A11FA7";

#[tokio::test]
async fn a_phone_is_known_by_its_certificate() {
    let (maker, other) = (Authority::new("Maker"), Authority::new("Other maker"));
    let server = Running::start(&[&maker, &other]).await;
    for version in [&TLS12, &TLS13] {
        for maker in [&maker, &other] {
            let phone = maker.phone_with(MAC);
            let said = server.ask(version, Some(&phone)).await.unwrap();
            assert_eq!(said, "CN=000413A11FA7,O=Maker of phones,C=DE");
        }
        // Nobody must show one.
        assert_eq!(server.ask(version, None).await.unwrap(), "nobody");
    }
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let maker = Authority::new("Maker");
    let server = Running::start(&[&maker]).await;
    // The name of the authority is the same, its key is not.
    let foreign = Authority::new("Maker").phone_with(MAC);
    let unsigned = {
        let key = KeyPair::generate().unwrap();
        let params = of(vec![(DnType::CommonName, MAC.into())]);
        Signed {
            certificate: params.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    };
    for version in [&TLS12, &TLS13] {
        for phone in [&foreign, &unsigned] {
            assert!(server.ask(version, Some(phone)).await.is_err());
        }
    }
    assert!(log::text().contains("TLS: certificate refused"));
    // The others come in still.
    let phone = maker.phone_with(MAC);
    assert!(server.ask(&TLS13, Some(&phone)).await.is_ok());
}

/// By the server's clock.
#[tokio::test]
async fn a_certificate_counts_while_it_is_valid() {
    let maker = Authority::new("Maker");
    let server = Running::start(&[&maker]).await;
    let mut params = of(vec![(DnType::CommonName, MAC.into())]);
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2026, 6, 1);
    let phone = maker.sign(&params);
    assert!(server.ask(&TLS13, Some(&phone)).await.is_ok());
    server.clock.advance(TimeDelta::days(365));
    assert!(server.ask(&TLS13, Some(&phone)).await.is_err());
}

#[tokio::test]
async fn without_makers_nobody_is_asked() {
    let server = Running::start(&[]).await;
    let phone = Authority::new("Maker").phone_with(MAC);
    assert_eq!(server.ask(&TLS13, Some(&phone)).await.unwrap(), "nobody");
    assert_eq!(server.ask(&TLS12, None).await.unwrap(), "nobody");
}

#[tokio::test]
async fn without_tls_there_is_the_same_peer() {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let app = app().into_make_service_with_connect_info::<Peer>();
    tokio::spawn(axum::serve(tcp, app).into_future());
    let mut stream = TcpStream::connect(address).await.unwrap();
    let local = stream.local_addr().unwrap();
    let said = exchange(&mut stream).await.unwrap();
    assert_eq!(said, format!("{local}\nnobody"));
}

/// Clients that say nothing delay nobody, and are sent away after a time.
#[tokio::test]
async fn silent_clients_delay_nobody() {
    let maker = Authority::new("Maker");
    let server = Running::start(&[&maker]).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let phone = maker.phone_with(MAC);
    assert!(server.ask(&TLS13, Some(&phone)).await.is_ok());
    for mut stream in silent {
        let end = tokio::time::timeout(PATIENCE, stream.read_u8()).await;
        assert!(end.unwrap().is_err());
    }
}

#[tokio::test]
async fn files_that_are_not_what_they_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let root = Authority::new("Root");
    let own = root.sign(&CertificateParams::new(["localhost".to_owned()]).unwrap());
    let other = root.sign(&CertificateParams::new(["localhost".to_owned()]).unwrap());
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
    write("chain", &own.certificate);
    write("key", &own.key);
    write("other key", &other.key);
    write("empty", "");
    // All of a key in one line.
    write("line", &own.key.replace('\n', " "));
    write("broken", &own.key.replace("\n-----END", "!\n-----END"));
    for (chain, key, makers, text) in [
        ("missing", "key", None, "/missing: "),
        ("chain", "missing", None, "/missing: "),
        ("chain", "key", Some("missing"), "/missing: "),
        ("empty", "key", None, "/empty: expected certificates in PEM"),
        ("key", "key", None, "/key: expected certificates in PEM"),
        (
            "chain",
            "empty",
            None,
            "/empty: expected a private key in PEM",
        ),
        (
            "chain",
            "chain",
            None,
            "/chain: expected a private key in PEM",
        ),
        (
            "chain",
            "line",
            None,
            "/line: expected a private key in PEM",
        ),
        (
            "chain",
            "broken",
            None,
            "/broken: expected a private key in PEM",
        ),
        ("chain", "other key", None, "/chain: "),
        (
            "chain",
            "key",
            Some("empty"),
            "/empty: expected certificates in PEM",
        ),
    ] {
        let options = Options {
            chain: path(chain),
            key: path(key),
            client_authority: makers.map(path),
        };
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = TlsListener::new(tcp, &options, clock()).unwrap_err();
        let (said, debug) = (error.to_string(), format!("{error:?}"));
        assert!(said.contains(text), "{said}");
        // Also not as numbers of bytes, as a debug text would have it.
        let secret = own.key.lines().nth(1).unwrap();
        let bytes = format!("{:?}", &secret.as_bytes()[..8]);
        for leak in [&secret[..8], bytes.trim_matches(['[', ']'])] {
            assert!(!said.contains(leak) && !debug.contains(leak), "{said}");
        }
    }
}

// ---- OpenSSL ----

fn openssl_is_here() -> bool {
    tools::is_here("openssl", "version", "openssl")
}

/// A request of OpenSSL's client.
fn s_client(server: &Running, arguments: &[&str]) -> Output {
    let root: &Path = &server.folder.path().join("root.pem");
    let mut child = Command::new("openssl")
        .args(["s_client", "-quiet", "-verify_return_error", "-CAfile"])
        .arg(root)
        .args([
            "-connect",
            &server.address.to_string(),
            "-servername",
            "localhost",
        ])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended by then, where it is refused.
    let _ = child.stdin.as_mut().unwrap().write_all(REQUEST.as_bytes());
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_as_a_phone() {
    if !openssl_is_here() {
        return;
    }
    let maker = Authority::new("Maker");
    let server = Running::start(&[&maker]).await;
    let phone = maker.phone_with(MAC);
    let certificate = server.write("phone.pem", &phone.certificate);
    let key = server.write("phone.key", &phone.key);
    let shown = [
        "-cert",
        certificate.to_str().unwrap(),
        "-key",
        key.to_str().unwrap(),
    ];
    for version in ["-tls1_2", "-tls1_3"] {
        let output = s_client(&server, &[&[version][..], &shown].concat());
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.ends_with("\nCN=000413A11FA7,O=Maker of phones,C=DE"),
            "{said}"
        );
        let output = s_client(&server, &[version]);
        assert!(output.stdout.ends_with(b"\nnobody"));
    }
    // What is older than TLS 1.2 is not spoken, also where OpenSSL still does.
    let old = ["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"];
    assert_eq!(s_client(&server, &old).stdout, b"");
}

/// The subject as OpenSSL writes it, which knows RFC 2253, the same but for one thing: it says nothing
/// of NUL in names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subjects_are_written_as_openssl_writes_them() {
    if !openssl_is_here() {
        return;
    }
    let maker = Authority::new("Maker");
    let server = Running::start(&[&maker]).await;
    let hostile = "x,CN=000413A11FA7";
    for subject in [
        vec![
            (DnType::OrganizationName, hostile.into()),
            (DnType::CommonName, "phone".into()),
        ],
        vec![
            (
                DnType::OrganizationalUnitName,
                " a\"b+c;d<e>f\\g=h#i ".into(),
            ),
            (DnType::LocalityName, "#Zürich \u{1}\t".into()),
            (
                DnType::StateOrProvinceName,
                "\u{65e5}\u{672c} \u{1f4de}".into(),
            ),
        ],
        vec![
            (
                DnType::CountryName,
                DnValue::PrintableString(PrintableString::try_from("NL").unwrap()),
            ),
            (
                DnType::OrganizationName,
                DnValue::BmpString(BmpString::try_from("Zü,rich").unwrap()),
            ),
            (
                DnType::CommonName,
                DnValue::TeletexString(TeletexString::try_from("a b").unwrap()),
            ),
            (
                DnType::LocalityName,
                DnValue::UniversalString(UniversalString::try_from("Köln").unwrap()),
            ),
            (
                // DC
                DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 25]),
                DnValue::Ia5String(Ia5String::try_from("example").unwrap()),
            ),
        ],
        // No type with a name.
        vec![
            (DnType::CommonName, MAC.into()),
            (
                DnType::CustomDnType(vec![1, 3, 6, 1, 4, 1, 99_999, 1]),
                "what".into(),
            ),
        ],
    ] {
        let phone = maker.phone(subject);
        let file = server.write("subject.pem", &phone.certificate);
        let output = Command::new("openssl")
            .args([
                "x509",
                "-noout",
                "-subject",
                "-nameopt",
                "RFC2253,-esc_msb",
                "-in",
            ])
            .arg(file)
            .output()
            .unwrap();
        let expected = String::from_utf8(output.stdout).unwrap();
        let expected = expected
            .trim_end_matches('\n')
            .strip_prefix("subject=")
            .unwrap();
        let said = server.ask(&TLS13, Some(&phone)).await.unwrap();
        assert_eq!(said, expected);
    }
    // A certificate without a subject names nobody.
    let phone = maker.phone(Vec::new());
    assert_eq!(server.ask(&TLS13, Some(&phone)).await.unwrap(), "nobody");
}
