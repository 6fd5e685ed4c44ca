//! From the command line to a server that runs until it is ended.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use phone_provisioning::{Document, Errors, Secret};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::args::Args;
use crate::clock::Clock;
use crate::peer::Peer;
use crate::server::start::StartError;
use crate::server::{Options, Server, Tasks};
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
    start_tasks(&server, started.tasks);
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.map_err(|error| Failure::Io(format!("{}: {error}", args.listen)))?;
    let address = listener.local_addr();
    println!(
        "listening on http://{}",
        address.map_err(|error| Failure::Io(error.to_string()))?
    );
    let app = web::router(server.clone()).into_make_service_with_connect_info::<Peer>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(ended(stopped));
    let serving = tokio::spawn(serving.into_future());
    wait_for_signal().await;
    tracing::info!("ending");
    let _ = stop.send(true);
    if tokio::time::timeout(GRACE, serving).await.is_err() {
        tracing::warn!("requests under way were cut off");
    }
    Ok(())
}

fn start_tasks(server: &Arc<Server>, _tasks: Tasks) {
    let sweeper = server.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        loop {
            ticks.tick().await;
            sweeper.sweep().await;
        }
    });
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
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
