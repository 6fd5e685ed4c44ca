//! From the command line to a server that runs until it is ended.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use phone_provisioning::{Document, Errors, Secret};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::args::{Args, Switch};
use crate::clock::Clock;
use crate::peer::Peer;
use crate::pnp::{self, Pnp};
use crate::redirection::Services;
use crate::resync::Resync;
use crate::server::start::StartError;
use crate::server::{Options, Server};
use crate::tasks::{self, Stop, Ways};
use crate::tls::{self, TlsListener};
use crate::web;

/// Why the program ends.
#[derive(Debug)]
pub enum Failure {
    /// The fleet is wrong.
    Input(String),
    /// Files, sockets, the database.
    Io(String),
}

impl Failure {
    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Input(_) => 1,
            Self::Io(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Input(text) | Self::Io(text)) = self;
        f.write_str(text)
    }
}

/// So long may requests under way take when the program is asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Runs the server until it is asked to end.
///
/// # Errors
/// A fleet with faults; a file, socket or database that cannot be used.
pub async fn run(args: Args) -> Result<(), Failure> {
    let fleet = read(&args.fleet)?;
    let started = Server::start(Options {
        database: &args.db,
        fleet: &fleet,
        password: password()?,
        expected: args.expected.iter().map(|ip| (*ip).into()).collect(),
        clock: Clock::system(),
    });
    let started = started.await.map_err(|error| match error {
        StartError::Fleet(_) | StartError::Password(_) => Failure::Input(error.to_string()),
        _ => Failure::Io(format!("{}: {error}", args.db.display())),
    })?;
    if let Some(count) = started.imported {
        println!("took in {count} phones of {}", args.fleet.display());
    }
    if let Some(password) = started.password {
        // Once, to whoever started it; the log never has it.
        println!("log in as admin with the password {}", password.expose());
    }

    let server = started.server;
    let (stop, stopped) = watch::channel(false);
    let stopped = Stop(stopped);
    let ways = Ways {
        pnp: pnp(&args, &server),
        resync: Resync::open(None, server.clock().clone())
            .map_err(|error| Failure::Io(format!("resync: {error}")))?,
        resync_over: Duration::from_secs(args.resync_over),
        services: services(&args)?,
    };
    tasks::start(&server, started.tasks, ways, &stopped);

    let mut serving = JoinSet::new();
    let listener = bind(args.listen).await?;
    println!("listening on http://{}", address(&listener)?);
    let app = web::router(server.clone()).into_make_service_with_connect_info::<Peer>();
    let plain = axum::serve(listener, app.clone());
    serving.spawn(
        plain
            .with_graceful_shutdown(stopped.clone().asked_for())
            .into_future(),
    );
    if let (Some(listen), Some(options)) = (args.tls_listen, tls_options(&args)) {
        let listener = bind(listen).await?;
        println!("listening on https://{}", address(&listener)?);
        let listener = TlsListener::new(listener, &options, server.clock().clone());
        let listener = listener.map_err(|error| Failure::Input(error.to_string()))?;
        let encrypted = axum::serve(listener, app);
        serving.spawn(
            encrypted
                .with_graceful_shutdown(stopped.asked_for())
                .into_future(),
        );
    }
    wait_for_signal().await;
    tracing::info!("ending");
    let _ = stop.send(true);
    if tokio::time::timeout(GRACE, serving.join_all())
        .await
        .is_err()
    {
        tracing::warn!("requests under way were cut off");
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failure::Io(format!("{address}: {error}")))
}

fn address(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    let address = listener.local_addr();
    address.map_err(|error| Failure::Io(error.to_string()))
}

/// A port that a PBX on the same machine holds is no reason not to serve files.
fn pnp(args: &Args, server: &Server) -> Option<Pnp> {
    let Switch::On(listen) = args.pnp else {
        return None;
    };
    let options = pnp::Options {
        listen,
        group: None,
    };
    let (targets, discovered) =
        server.look(|state| (state.targets().clone(), state.discovered.clone()));
    match Pnp::open(&options, targets, discovered, server.clock().clone()) {
        Ok(pnp) => {
            println!("listening for plug and play on {}", pnp.local_addr());
            Some(pnp)
        }
        Err(error) => {
            tracing::warn!(%listen, %error, "no plug and play");
            None
        }
    }
}

fn services(args: &Args) -> Result<Services, Failure> {
    let bases = args.redirection_base.iter().map(|text| {
        let (service, url) = text.split_once('=')?;
        Some((service.to_owned(), url.parse().ok()?))
    });
    let bases: Option<Vec<_>> = bases.collect();
    let expected = || Failure::Io("expected --redirection-base SERVICE=URL".to_owned());
    let variable = |name: &str| std::env::var(name).ok();
    let services = Services::from_environment(variable, &bases.ok_or_else(expected)?);
    let services = services.map_err(|error| Failure::Io(error.to_string()))?;
    for (maker, service) in services.iter() {
        tracing::info!(maker, service, "redirection");
    }
    Ok(services)
}

fn tls_options(args: &Args) -> Option<tls::Options> {
    Some(tls::Options {
        chain: args.tls_cert.clone()?,
        key: args.tls_key.clone()?,
        client_authority: args.tls_client_ca.clone(),
    })
}

async fn wait_for_signal() {
    let terminate = signal(SignalKind::terminate());
    let Ok(mut terminate) = terminate else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// The first password of `admin`, where the environment gives one.
fn password() -> Result<Option<Secret>, Failure> {
    let variable = "PROVISIONING_ADMIN_PASSWORD";
    let Ok(text) = std::env::var(variable) else {
        return Ok(None);
    };
    let password = Secret::new(text);
    let wrong = |error| Failure::Input(format!("{variable}: {error}"));
    password.map(Some).map_err(wrong)
}

fn read(path: &Path) -> Result<Document, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Io(format!("{}: {error}", path.display())))?;
    let is_json = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let document = match is_json {
        true => Document::from_json(&text),
        false => Document::from_toml(&text),
    };
    document.map_err(|errors| Failure::Input(listed(&errors)))
}

fn listed(errors: &Errors) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("error: {error}"))
        .collect();
    lines.join("\n")
}
