//! Plug and play: phones that start ask the network for the address of their files, and get it here.
//!
//! The conversations are the library's; here are the socket, the clock and the log. No line of the log
//! has an address that a phone is told: it holds a token.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use phone_provisioning::Targets;
use phone_provisioning::delivery::pnp::{
    AnswerError, Asked, Datagram, DiscoveredPhones, Ended, Exchange, Heard, Limits, Phone, Refusal,
    Route,
};
use phone_provisioning::model::{Mac, Url};
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::field::display;

use crate::clock::Clock;
use crate::random;
use crate::udp::{LONGEST_DATAGRAM, Udp};

/// The group that phones ask, `sip.mcast.net`.
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 1, 75);

/// How long the list of discovered phones is left to change before it is told again: whoever floods
/// us with requests shall not make us write it for each of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Where phones are listened for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// Address and port. With the address of one interface, only what is sent there is heard, and what
    /// is sent to the group if one is given.
    pub listen: SocketAddr,
    /// The multicast group that is joined; `None` is 224.0.1.75, and with the address of one interface
    /// none.
    pub group: Option<Ipv4Addr>,
}

impl Default for Options {
    /// 0.0.0.0:5060 and the group 224.0.1.75 on the interface that the system takes for it.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060)),
            group: None,
        }
    }
}

/// The server's side. Both are called by the task of [`Pnp::run`], one after the other, while no lock is
/// held: they may use the [`Pnp`] in turn, and should not take long.
pub trait Phones: Send + Sync {
    /// The address of the files of a phone that may be told. A phone without one gets no answer and
    /// is kept as discovered.
    fn address_of(&self, phone: &Phone) -> Option<Url>;

    /// The list of discovered phones has changed: a phone asked, was told its address, was assigned, or
    /// is too long ago. At once after the first change, then at most once a second, and once more before
    /// the end.
    fn discovered(&self, found: &DiscoveredPhones);
}

/// The listener, for all parts of the server: a clone is the same one.
#[derive(Clone)]
pub struct Pnp(Arc<Shared>);

struct Shared {
    udp: Udp,
    clock: Clock,
    exchange: Mutex<Exchange>,
    /// Whether the list of discovered phones is another than the one that was told.
    changed: AtomicBool,
    /// Something is due at another time than before.
    wake: Notify,
}

impl Pnp {
    /// Takes the port and joins the group; nothing is heard before [`run`](Self::run). To be called
    /// within tokio's runtime.
    ///
    /// # Errors
    /// A port that is taken, an address that the machine does not have, a group that it cannot join.
    pub fn open(
        options: &Options,
        targets: Targets,
        discovered: DiscoveredPhones,
        clock: Clock,
    ) -> io::Result<Self> {
        let exchange = Exchange::new(targets, Limits::default()).with_discovered(discovered);
        Ok(Self(Arc::new(Shared {
            udp: open(options)?,
            clock,
            exchange: Mutex::new(exchange),
            changed: AtomicBool::new(false),
            wake: Notify::new(),
        })))
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.0.udp.local_addr()
    }

    /// The phones that asked and that nobody knows.
    pub fn discovered(&self) -> DiscoveredPhones {
        self.with(|exchange, _| exchange.discovered().clone())
    }

    /// A phone has been assigned and may be told its address: answers what it asked, if that is not
    /// too long ago, and drops it from the discovered ones.
    ///
    /// # Errors
    /// Why the phone hears nothing; mostly it must be rebooted, which the text says.
    pub fn assigned(&self, mac: Mac, url: &Url) -> Result<(), AnswerError> {
        let answer = self.with(|exchange, now| {
            exchange.forget(mac);
            let open = exchange.open_request(mac).ok_or(AnswerError::Gone)?;
            exchange.answer(open, url, now)
        });
        self.0.wake.notify_one();
        let datagrams = answer.inspect_err(|error| {
            tracing::info!(%mac, reason = %error, "plug and play: not told after assignment");
        })?;
        self.send(&datagrams);
        tracing::info!(%mac, "plug and play: answered after assignment");
        Ok(())
    }

    /// A phone has fetched its files with an address that is its own.
    pub fn fetched(&self, mac: Mac) {
        let ended = self.with(|exchange, now| exchange.fetched(mac, now));
        ended.iter().for_each(log_end);
        self.0.wake.notify_one();
    }

    /// Drops a phone from the discovered ones: it is known now, or to be ignored.
    pub fn forget(&self, mac: Mac) {
        self.with(|exchange, _| exchange.forget(mac));
        self.0.wake.notify_one();
    }

    /// Listens and answers until `stop` is over.
    pub async fn run(self, phones: Arc<dyn Phones>, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut buffer = vec![0; LONGEST_DATAGRAM];
        let mut earliest = Instant::now();
        loop {
            let next = self.poll();
            let changed = self.0.changed.load(Ordering::Relaxed);
            tokio::select! {
                () = &mut stop => break,
                (length, phone) = self.0.udp.receive(&mut buffer) => {
                    self.heard(&buffer[..length], phone, &*phones);
                }
                () = self.0.wake.notified() => {}
                () = self.reached(next) => {}
                () = tokio::time::sleep_until(earliest), if changed => {
                    self.tell(&*phones);
                    earliest = Instant::now() + PAUSE;
                }
            }
        }
        if self.0.changed.load(Ordering::Relaxed) {
            self.tell(&*phones);
        }
    }

    /// Does what is due, and says when there is something again.
    fn poll(&self) -> Option<DateTime<Utc>> {
        let (polled, next) =
            self.with(|exchange, now| (exchange.poll(now), exchange.next_timeout()));
        self.send(&polled.send);
        polled.ended.iter().for_each(log_end);
        next
    }

    async fn reached(&self, instant: Option<DateTime<Utc>>) {
        match instant {
            Some(instant) => self.0.clock.reached(instant).await,
            None => std::future::pending().await,
        }
    }

    fn heard(&self, datagram: &[u8], from: SocketAddr, phones: &dyn Phones) {
        let route = Route {
            phone: from,
            local: self.0.udp.towards(from),
        };
        match self.with(|exchange, now| exchange.feed(datagram, route, now, random::bytes())) {
            Ok(Heard::Asked(asked)) => match phones.address_of(&asked.phone) {
                Some(url) => self.answer(&asked, &url, from),
                None => self.discover(&asked, from),
            },
            Ok(Heard::Repeated(_, Some(again))) => self.send(&[again]),
            Ok(Heard::Ended(ended)) => log_end(&ended),
            Ok(_) | Err(Refusal::OtherMethod | Refusal::Unasked) => {}
            Err(refusal) => {
                tracing::debug!(peer = %from, reason = %refusal, "plug and play: not taken");
            }
        }
    }

    fn answer(&self, asked: &Asked, url: &Url, from: SocketAddr) {
        let (mac, model) = named(&asked.phone);
        match self.with(|exchange, now| exchange.answer(asked.id, url, now)) {
            Ok(datagrams) => {
                self.send(&datagrams);
                tracing::info!(mac, model, peer = %from, "plug and play: answered");
            }
            // It was assigned in the same moment.
            Err(AnswerError::Answered) => {}
            Err(error) => {
                tracing::warn!(mac, model, peer = %from, reason = %error, "plug and play: not answered");
            }
        }
    }

    fn discover(&self, asked: &Asked, from: SocketAddr) {
        let (mac, model) = named(&asked.phone);
        let count = self.with(|exchange, now| {
            let found = exchange.discover(asked.id, now);
            found.map(|found| found.count)
        });
        if count.is_some() {
            self.0.changed.store(true, Ordering::Relaxed);
        }
        match count {
            Some(1) => tracing::info!(mac, model, peer = %from, "plug and play: discovered"),
            _ => tracing::debug!(mac, model, peer = %from, "plug and play: unknown phone"),
        }
    }

    fn tell(&self, phones: &dyn Phones) {
        // First the mark, then the list: what changes in between is told again.
        self.0.changed.store(false, Ordering::Relaxed);
        phones.discovered(&self.discovered());
    }

    fn send(&self, datagrams: &[Datagram]) {
        for datagram in datagrams {
            if let Err(error) = self.0.udp.send(datagram.bytes(), datagram.to()) {
                tracing::warn!(peer = %datagram.to(), %error, "plug and play: not sent");
            }
        }
    }

    /// Works on the conversations, and notices when a discovered phone goes.
    fn with<R>(&self, work: impl FnOnce(&mut Exchange, DateTime<Utc>) -> R) -> R {
        let now = self.0.clock.now();
        let mut exchange = self
            .0
            .exchange
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = exchange.discovered().len();
        let result = work(&mut exchange, now);
        if exchange.discovered().len() != before {
            self.0.changed.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl fmt::Debug for Pnp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Pnp");
        debug.field("local_addr", &self.local_addr());
        debug.finish_non_exhaustive()
    }
}

fn open(options: &Options) -> io::Result<Udp> {
    let listen = options.listen;
    let own = Some(listen.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_multicast());
    let group = match listen.ip() {
        IpAddr::V4(address) if address.is_multicast() => Some(address),
        IpAddr::V4(_) if own.is_some() => options.group,
        IpAddr::V4(_) => Some(options.group.unwrap_or(GROUP)),
        IpAddr::V6(_) => None,
    };
    let Some(group) = group else {
        return Udp::bind(listen);
    };
    let interface = match own {
        Some(IpAddr::V4(own)) => own,
        _ => Ipv4Addr::UNSPECIFIED,
    };
    // What is sent to a group does not reach a socket that is bound to an address.
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, listen.port()));
    Udp::with(any, own, |socket| {
        // Others on this machine may listen to the group as well.
        socket.set_reuse_address(true)?;
        let joined = socket.join_multicast_v4(&group, &interface);
        joined.map_err(|error| io::Error::new(error.kind(), format!("group {group}: {error}")))
    })
}

/// What a phone says of itself, for the log. Not proven, and safe to show.
fn named(phone: &Phone) -> (Option<impl tracing::Value>, Option<&str>) {
    let model = phone.model.as_ref().or(phone.reported_model.as_ref());
    (phone.mac.map(display), model.map(String::as_str))
}

fn log_end(ended: &Ended) {
    let (mac, model) = named(&ended.phone);
    let outcome = ended.outcome;
    match outcome.is_delivered() {
        true => tracing::info!(mac, model, ?outcome, "plug and play: delivered"),
        false => {
            let advice = outcome.advice();
            tracing::warn!(mac, model, ?outcome, advice, "plug and play: not delivered");
        }
    }
}
