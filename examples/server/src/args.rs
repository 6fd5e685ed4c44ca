//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// A small provisioning server for desk and DECT phones.
///
/// The fleet file fills a new database; after that the database counts, and people and programs change it.
/// Phones ask below the provisioning URL of their organisation, people below /admin/, programs below
/// /api/. The log is on standard error, one JSON object a line; RUST_LOG chooses how much of it.
///
/// Accounts at the makers' redirection services come from the environment, as the program `redirection`
/// reads them. PROVISIONING_ADMIN_PASSWORD is the first password of `admin`; without it one is drawn and
/// printed once.
#[derive(Debug, Parser)]
#[command(name = "provisioning-server", version)]
pub struct Args {
    /// The fleet: TOML, or JSON by its name.
    pub fleet: PathBuf,
    /// Where to listen for HTTP.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The database; made where there is none.
    #[arg(long, value_name = "FILE", default_value = "provisioning.sqlite")]
    pub db: PathBuf,
    /// Where to listen for HTTPS.
    #[arg(long, value_name = "ADDR", requires = "tls_cert", requires = "tls_key")]
    pub tls_listen: Option<SocketAddr>,
    /// The server's certificate and those above it (PEM).
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// The makers' authorities (PEM): a phone may then prove by its certificate who it is.
    #[arg(long, value_name = "FILE")]
    pub tls_client_ca: Option<PathBuf>,
    /// Where to listen for plug and play, or `off`. A port that is taken is told in the log.
    #[arg(long, value_name = "ADDR|off", default_value = "0.0.0.0:5060", value_parser = address_or_off)]
    pub pnp: Switch,
    /// A network from which many phones come at once, by any address in it: it is never blocked.
    #[arg(long, value_name = "IP")]
    pub expected: Vec<std::net::IpAddr>,
    /// Another address of a redirection service: `yealink-rps-json=http://127.0.0.1:9000/`.
    #[arg(long, value_name = "SERVICE=URL")]
    pub redirection_base: Vec<String>,
    /// Seconds over which phones are spread that are told to fetch at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub resync_over: u64,
}

/// An address, or nothing on purpose.
#[derive(Clone, Copy, Debug)]
pub enum Switch {
    /// Listen there.
    On(SocketAddr),
    /// Do not listen.
    Off,
}

fn address_or_off(text: &str) -> Result<Switch, String> {
    match text {
        "off" => Ok(Switch::Off),
        text => match text.parse() {
            Ok(address) => Ok(Switch::On(address)),
            Err(_) => Err("expected ADDRESS:PORT or off".to_owned()),
        },
    }
}
