//! TLS for axum: encrypted connections, and the certificates of phones.

mod subject;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::{
    NoClientAuth, ServerConfig, WebPkiClientVerifier, danger::ClientCertVerifier,
};
use rustls::time_provider::TimeProvider;
use rustls::version::{TLS12, TLS13};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::clock::Clock;
use crate::peer::Peer;

/// How long the two sides may take to agree.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many connections may be at it; more wait in the queue of the system.
const MOST_HANDSHAKES: usize = 512;

/// The files of the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    /// Its certificate and those between it and a root, PEM, its own first.
    pub chain: PathBuf,
    /// The private key of its certificate, PEM.
    pub key: PathBuf,
    /// The authorities of the makers of phones, PEM. A phone may then show a certificate, and what it
    /// shows must be from one of them.
    pub client_authority: Option<PathBuf>,
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A file that cannot be used.
#[derive(Debug)]
pub struct Error {
    file: PathBuf,
    reason: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.reason)
    }
}

impl std::error::Error for Error {}

/// Takes connections and agrees on TLS 1.2 or 1.3, with many clients at one time: a slow one delays
/// nobody.
pub struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, Peer)>>,
}

impl TlsListener {
    /// With the certificate and the authorities in these files. The clock says which certificates of
    /// phones are valid.
    ///
    /// # Errors
    /// A file that cannot be read or does not hold what it should; the text names it and holds nothing
    /// of a key.
    pub fn new(tcp: TcpListener, options: &Options, clock: Clock) -> Result<Self, Error> {
        Ok(Self {
            tcp,
            acceptor: TlsAcceptor::from(Arc::new(config(options, clock)?)),
            handshakes: JoinSet::new(),
        })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let room = self.handshakes.len() < MOST_HANDSHAKES;
            tokio::select! {
                // axum's own way, which waits when the machine has no more files.
                (stream, address) = Listener::accept(&mut self.tcp), if room => {
                    let peer = Peer::at(address);
                    self.handshakes.spawn(handshake(self.acceptor.clone(), stream, peer));
                }
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr().map(Peer::at)
    }
}

impl fmt::Debug for TlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("TlsListener");
        debug.field("tcp", &self.tcp);
        debug.finish_non_exhaustive()
    }
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: Peer,
) -> Option<(TlsStream<TcpStream>, Peer)> {
    let Peer { address, .. } = peer;
    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            let (_, connection) = stream.get_ref();
            let own = connection.peer_certificates().and_then(<[_]>::first);
            let certificate = own.and_then(|own| subject::subject(own));
            let peer = Peer {
                address,
                certificate,
                is_tls: true,
            };
            Some((stream, peer))
        }
        Ok(Err(error)) => {
            match refused_certificate(&error) {
                true => {
                    tracing::warn!(peer = %address, reason = %error, "TLS: certificate refused")
                }
                false => tracing::debug!(peer = %address, reason = %error, "TLS: no agreement"),
            }
            None
        }
        Err(_) => {
            tracing::debug!(peer = %address, "TLS: no agreement in time");
            None
        }
    }
}

fn refused_certificate(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref());
    matches!(error, Some(rustls::Error::InvalidCertificate(_)))
}

fn config(options: &Options, clock: Clock) -> Result<ServerConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ClientCertVerifier> = match &options.client_authority {
        None => Arc::new(NoClientAuth),
        Some(file) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(file)? {
                roots.add(certificate).map_err(|error| unfit(file, error))?;
            }
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
                .allow_unauthenticated()
                .build()
                .map_err(|error| unfit(file, error))?
        }
    };
    let chain = certificates(&options.chain)?;
    let key = PrivateKeyDer::from_pem_file(&options.key)
        .map_err(|error| unread(&options.key, "a private key in PEM", error))?;
    let mut config = ServerConfig::builder_with_details(provider, Arc::new(Time(clock)))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| unfit(&options.chain, error))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|error| unfit(&options.chain, error))?;
    config.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
    Ok(config)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let expected = "certificates in PEM";
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let found: Vec<_> = read.map_err(|error| unread(file, expected, error))?;
    match found.is_empty() {
        true => Err(unread(file, expected, pem::Error::NoItemsFound)),
        false => Ok(found),
    }
}

/// The reading crate's own texts quote lines, which may be of a key.
fn unread(file: &Path, expected: &str, error: pem::Error) -> Error {
    match error {
        pem::Error::Io(error) => unfit(file, error),
        _ => unfit(file, format!("expected {expected}")),
    }
}

fn unfit(file: &Path, reason: impl fmt::Display) -> Error {
    Error {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// The server's clock for rustls.
#[derive(Debug)]
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
