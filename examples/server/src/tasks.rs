//! What the server has done in the world: each thing by a task of its own, until the program ends.

use std::sync::Arc;
use std::time::Duration;

use phone_provisioning::delivery::pnp::{DiscoveredPhones, Phone};
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::model::{Firmware, Mac, Url};
use phone_provisioning::target::{CheckSync, Refresh};
use tokio::sync::watch;

use crate::pnp::{Phones, Pnp};
use crate::redirection::{Services, Worker};
use crate::resync::Resync;
use crate::server::{Server, Tasks};

/// Registrations are looked after so often.
const SWEEP: Duration = Duration::from_secs(1);

/// The ways into the world.
pub struct Ways {
    /// Plug and play, where there is a socket for it.
    pub pnp: Option<Pnp>,
    /// Tells phones to fetch.
    pub resync: Resync,
    /// Over how long many phones are spread.
    pub resync_over: Duration,
    /// The makers' redirection services.
    pub services: Services,
}

/// When the program is to end.
#[derive(Clone)]
pub struct Stop(pub watch::Receiver<bool>);

impl Stop {
    /// Waits for it.
    pub async fn asked_for(mut self) {
        // Without anybody who could say so, it is time as well.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// Starts the tasks.
pub fn start(server: &Arc<Server>, tasks: Tasks, ways: Ways, stop: &Stop) {
    let Tasks {
        questions,
        mut resyncs,
        mut invited,
        mut fetched,
        mut forgotten,
    } = tasks;
    let asked = server.clone();
    let worker = Worker::new(ways.services, server.clock().clone(), questions);
    tokio::spawn(worker.run(move |mac, number, answer| {
        let server = asked.clone();
        async move { server.heard(mac, number, answer).await }
    }));

    let (sweeper, ended) = (server.clone(), stop.clone());
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(SWEEP);
        let mut ended = std::pin::pin!(ended.asked_for());
        loop {
            tokio::select! {
                () = &mut ended => break,
                _ = ticks.tick() => drop(sweeper.sweep().await),
            }
        }
    });

    let resync = ways.resync.clone();
    // What became of each is in the log.
    let watch = Arc::new(|_, _| {});
    tokio::spawn(resync.run(watch, stop.clone().asked_for()));
    if let Some(pnp) = ways.pnp.clone() {
        let directory = Arc::new(Directory(server.clone()));
        tokio::spawn(pnp.run(directory, stop.clone().asked_for()));
    }
    let server = server.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(macs) = resyncs.recv() => {
                    let told = macs.into_iter().filter_map(|mac| told(&server, mac));
                    ways.resync.tell(told, ways.resync_over);
                }
                Some(mac) = invited.recv() => {
                    let url = server.address(mac);
                    if let (Some(pnp), Some(url)) = (&ways.pnp, url) {
                        // Why a phone is not told now is in the log; it asks again when it starts.
                        let _ = pnp.assigned(mac, &url);
                    }
                }
                Some(mac) = fetched.recv() => {
                    if let Some(pnp) = &ways.pnp {
                        pnp.fetched(mac);
                    }
                }
                Some(mac) = forgotten.recv() => {
                    if let Some(pnp) = &ways.pnp {
                        pnp.forget(mac);
                    }
                }
                else => break,
            }
        }
    });
}

/// Where a phone is told to fetch, and how.
fn told(server: &Server, mac: Mac) -> Option<(Mac, Recipient, CheckSync)> {
    server.look(|state| {
        let phone = state.inventory.phone(mac)?;
        let contact = phone.contact()?;
        let model = state.targets().model(phone.model()).ok()?;
        let scheme = model.target.firmware_scheme();
        let installed = phone.installed_firmware();
        let firmware = installed.and_then(|version| Firmware::parse(scheme, version).ok());
        match model.target.check_sync(Refresh::Reload, firmware) {
            Ok(told) => Some((mac, contact, told)),
            Err(why) => {
                tracing::info!(%mac, %why, "resync: it fetches when it starts next");
                None
            }
        }
    })
}

/// The phones as the listener for plug and play sees them.
struct Directory(Arc<Server>);

impl Phones for Directory {
    fn address_of(&self, phone: &Phone) -> Option<Url> {
        self.0.address(phone.mac?)
    }

    fn discovered(&self, found: &DiscoveredPhones) {
        self.0.discovered(found);
    }
}
