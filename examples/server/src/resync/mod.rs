//! Tells phones to fetch their files again: when, over the network, and what became of it.

mod timed;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::resync::{
    Answer, Due, Place, Recipient, Spread, Transaction, subnet,
};
use phone_provisioning::model::{Host, Mac, Transport};
use phone_provisioning::target::CheckSync;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::random;
use crate::udp::{LONGEST_DATAGRAM, Udp};
use timed::Timed;

/// How long a name is looked up.
const LOOK_UP: Duration = Duration::from_secs(5);

/// How many names are looked up at one time: each holds a thread.
const LOOK_UPS: usize = 8;

/// Who hears what became of each phone.
pub type Watch = Arc<dyn Fn(Mac, End) + Send + Sync>;

/// What became of a phone that was to be told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// It answered with this status: below 300 it does as it is told.
    Answered(u16),
    /// It has not answered for 32 seconds.
    Unanswered,
    /// It was not told.
    NotSent(NotSent),
}

/// Why a phone was not told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotSent {
    /// Its contact leads nowhere.
    Contact,
    /// It listens on TCP or TLS only, and nothing is sent there from here.
    Transport,
    /// The name in its contact has no address.
    Name,
    /// The system refuses to send there.
    Network(io::ErrorKind),
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contact => f.write_str("the contact names no place that can be reached"),
            Self::Transport => f.write_str("the contact asks for another transport than UDP"),
            Self::Name => f.write_str("the name in the contact has no address"),
            Self::Network(kind) => write!(f, "cannot send: {kind}"),
        }
    }
}

/// The sender, for all parts of the server: a clone is the same one.
#[derive(Clone)]
pub struct Resync(Arc<Shared>);

struct Shared {
    udp: Udp,
    clock: Clock,
    state: Mutex<State>,
    /// Something is due at another time than before.
    wake: Notify,
}

#[derive(Default)]
struct State {
    /// Phones that are told later.
    waiting: Timed<Call>,
    /// Phones that have not answered yet.
    called: Timed<Called>,
    /// Whose answer has which branch.
    branches: HashMap<String, Mac>,
}

/// What a phone is to be told.
#[derive(Clone)]
struct Call {
    recipient: Recipient,
    told: CheckSync,
}

struct Called {
    transaction: Transaction,
    to: SocketAddr,
}

impl Resync {
    /// Takes a port, at an address of its own or at all; nothing is sent before [`run`](Self::run). To be
    /// called within tokio's runtime.
    ///
    /// # Errors
    /// A port that is taken, or an address that the machine does not have.
    pub fn open(listen: Option<SocketAddr>, clock: Clock) -> io::Result<Self> {
        let udp = match listen {
            Some(listen) => Udp::bind(listen)?,
            // A machine may be without IPv6.
            None => Udp::bind((Ipv6Addr::UNSPECIFIED, 0).into())
                .or_else(|_| Udp::bind((Ipv4Addr::UNSPECIFIED, 0).into()))?,
        };
        Ok(Self(Arc::new(Shared {
            udp,
            clock,
            state: Mutex::default(),
            wake: Notify::new(),
        })))
    }

    /// Where answers come to.
    pub fn local_addr(&self) -> SocketAddr {
        self.0.udp.local_addr()
    }

    /// Tells phones within a period, those of one subnet as far apart as can be; one phone at once.
    ///
    /// Each phone is told once: one that waits for an earlier call is told what this one says, at the
    /// earlier of both instants, and one that has not answered an earlier call gets no more of that. The
    /// number is that of the phones that did not wait already.
    pub fn tell(
        &self,
        phones: impl IntoIterator<Item = (Mac, Recipient, CheckSync)>,
        period: Duration,
    ) -> usize {
        let phones = phones.into_iter();
        let calls: BTreeMap<Mac, Call> = phones
            .map(|(mac, recipient, told)| (mac, Call { recipient, told }))
            .collect();
        let period = match calls.len() {
            1 => Duration::ZERO,
            _ => period,
        };
        let seed = u64::from_be_bytes(random::bytes());
        let spread = Spread::over(period, self.0.clock.now(), seed);
        let plan = spread.plan(calls, |(_, call)| group(&call.recipient));

        let mut state = self.state();
        let before = state.waiting.len();
        for (at, (mac, call)) in plan {
            let earlier = state.waiting.remove(mac).map_or(at, |(earlier, _)| earlier);
            state.waiting.insert(mac, at.min(earlier), call);
        }
        let added = state.waiting.len() - before;
        drop(state);
        self.0.wake.notify_one();
        added
    }

    /// How many phones wait to be told.
    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Sends, repeats and listens until `stop` is over. Who waits then is not told.
    pub async fn run(self, watch: Watch, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut buffer = vec![0; LONGEST_DATAGRAM];
        let mut found = JoinSet::new();
        let look_ups = Arc::new(Semaphore::new(LOOK_UPS));
        loop {
            for (mac, call) in self.due() {
                match self.place(&call) {
                    Ok(Place { host, port, .. }) => match host.ip() {
                        Some(ip) => self.call(mac, &call, SocketAddr::new(ip, port.get()), &watch),
                        None => {
                            let look_ups = look_ups.clone();
                            found.spawn(async move {
                                let _one_of_few = look_ups.acquire().await;
                                (mac, call, look_up(&host, port.get()).await)
                            });
                        }
                    },
                    Err(reason) => end(&watch, mac, None, End::NotSent(reason)),
                }
            }
            self.repeat(&watch);
            let next = self.next();
            tokio::select! {
                () = &mut stop => break,
                (length, from) = self.0.udp.receive(&mut buffer) => {
                    self.heard(&buffer[..length], from, &watch);
                }
                Some(Ok((mac, call, address))) = found.join_next() => match address {
                    Some(to) => self.call(mac, &call, to, &watch),
                    None => end(&watch, mac, None, End::NotSent(NotSent::Name)),
                },
                () = self.0.wake.notified() => {}
                () = self.reached(next) => {}
            }
        }
        let waiting = self.waiting();
        if waiting > 0 {
            tracing::warn!(phones = waiting, "resync: ended before all were told");
        }
    }

    /// The phones whose time has come.
    fn due(&self) -> Vec<(Mac, Call)> {
        let now = self.0.clock.now();
        let mut state = self.state();
        std::iter::from_fn(|| state.waiting.pop(now)).collect()
    }

    fn place(&self, call: &Call) -> Result<Place, NotSent> {
        let place = call.recipient.place().map_err(|_| NotSent::Contact)?;
        match place.transport {
            Transport::Udp => Ok(place),
            _ => Err(NotSent::Transport),
        }
    }

    fn call(&self, mac: Mac, call: &Call, to: SocketAddr, watch: &Watch) {
        let Call { recipient, told } = call;
        let local = self.0.udp.towards(to);
        let now = self.0.clock.now();
        let transaction = Transaction::new(told, recipient, local, random::bytes(), now);
        if let Err(error) = self.0.udp.send(transaction.message(), to) {
            let reason = NotSent::Network(error.kind());
            return end(watch, mac, Some(to), End::NotSent(reason));
        }
        tracing::debug!(%mac, %to, event = told.event, "resync: sent");
        let mut state = self.state();
        // What it was told before is out of date.
        if let Some((_, before)) = state.called.remove(mac) {
            state.branches.remove(before.transaction.branch());
        }
        let branch = transaction.branch().to_owned();
        state.branches.insert(branch, mac);
        let next = transaction.next_timeout();
        state.called.insert(mac, next, Called { transaction, to });
    }

    /// Sends again what is due, and gives up what is over.
    fn repeat(&self, watch: &Watch) {
        let now = self.0.clock.now();
        let mut over = Vec::new();
        let mut state = self.state();
        while let Some((mac, mut called)) = state.called.pop(now) {
            let Called { transaction, to } = &mut called;
            match transaction.poll(now) {
                Due::Unanswered => {
                    state.branches.remove(transaction.branch());
                    over.push((mac, *to));
                    continue;
                }
                Due::Send => {
                    if let Err(error) = self.0.udp.send(transaction.message(), *to) {
                        tracing::debug!(%mac, %to, %error, "resync: not sent again");
                    }
                }
                Due::Nothing => {}
            }
            let next = transaction.next_timeout();
            state.called.insert(mac, next, called);
        }
        drop(state);
        for (mac, to) in over {
            end(watch, mac, Some(to), End::Unanswered);
        }
    }

    fn heard(&self, datagram: &[u8], from: SocketAddr, watch: &Watch) {
        let Some(answer) = Answer::parse(datagram) else {
            tracing::debug!(peer = %from, "resync: not taken");
            return;
        };
        let mut state = self.state();
        let Some(&mac) = state.branches.get(answer.branch()) else {
            return;
        };
        let status = state
            .called
            .get_mut(mac)
            .and_then(|called| called.transaction.answered(&answer));
        let Some(status) = status else {
            return;
        };
        state.branches.remove(answer.branch());
        state.called.remove(mac);
        drop(state);
        end(watch, mac, Some(from), End::Answered(status));
    }

    fn next(&self) -> Option<DateTime<Utc>> {
        let state = self.state();
        let both = [state.waiting.next(), state.called.next()];
        both.into_iter().flatten().min()
    }

    async fn reached(&self, instant: Option<DateTime<Utc>>) {
        match instant {
            Some(instant) => self.0.clock.reached(instant).await,
            None => std::future::pending().await,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Resync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Resync");
        debug.field("local_addr", &self.local_addr());
        debug.finish_non_exhaustive()
    }
}

/// The phones that are told far apart. What has a name may be anywhere.
fn group(recipient: &Recipient) -> Option<IpAddr> {
    Some(subnet(recipient.place().ok()?.host.ip()?))
}

async fn look_up(name: &Host, port: u16) -> Option<SocketAddr> {
    let found = tokio::net::lookup_host((name.as_str(), port));
    let mut found = tokio::time::timeout(LOOK_UP, found).await.ok()?.ok()?;
    found.next()
}

fn end(watch: &Watch, mac: Mac, to: Option<SocketAddr>, end: End) {
    let to = to.map(tracing::field::display);
    match end {
        End::Answered(status) => tracing::info!(%mac, to, status, "resync: answered"),
        End::Unanswered => tracing::warn!(%mac, to, "resync: unanswered"),
        End::NotSent(reason) => tracing::warn!(%mac, to, %reason, "resync: not sent"),
    }
    watch(mac, end);
}
