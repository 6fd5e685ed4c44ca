//! `pnp FLEET`: answers the phones of a fleet that ask the network for the address of their files.
//!
//! Exit status: 1 = the input is wrong, 2 = usage or I/O. It runs until it is ended.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::pnp::{
    Asked, Datagram, Ended, Exchange, Heard, Limits, Outcome, Phone, Refusal, Route,
};
use phone_provisioning::error::Errors;
use phone_provisioning::model::{Mac, Url, UrlTemplate};
use phone_provisioning::{Document, Fleet, Targets};

const USAGE: &str = "usage: pnp FLEET [--listen ADDR:PORT] [--group 224.0.1.75] [--any]

Answers plug and play: a phone of FLEET (TOML, or JSON by its name) that asks for the address of its
files gets the provisioning URL of the site, filled in for this phone. A phone that is not in FLEET gets
no answer and is printed as unknown. One line per event on standard output; runs until it is ended.

  --listen ADDR:PORT  where to listen (0.0.0.0:5060). With the address of one interface only what is sent
                      there is heard, unless --group is given too
  --group ADDRESS     the multicast group that phones ask (224.0.1.75)
  --any               answers every phone, known or not; the URL must do without {token}
  --help              this text

The port must be free: a PBX on the same machine that holds 5060 hears the phones in its place.
";

/// The group that phones ask, `sip.mcast.net`.
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 1, 75);

/// A datagram of UDP is no longer.
const LONGEST_DATAGRAM: usize = 65_535;

struct Options {
    fleet: PathBuf,
    listen: SocketAddr,
    group: Option<Ipv4Addr>,
    any: bool,
}

enum Failure {
    Input(String),
    Io(String),
    Usage(String),
}

fn main() -> ExitCode {
    let result = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => Err(failure),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(text)) => {
            eprintln!("{text}");
            ExitCode::from(1)
        }
        Err(Failure::Io(text)) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
        Err(Failure::Usage(text)) => {
            eprint!("{text}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, Failure> {
    let usage = |text: String| Failure::Usage(text);
    let mut paths = Vec::new();
    let mut listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060));
    let (mut group, mut any) = (None, false);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--any" => any = true,
            "--listen" => {
                let text = value();
                let expected = || usage(format!("expected --listen ADDRESS:PORT, found `{text}`"));
                listen = text.parse().map_err(|_| expected())?;
            }
            "--group" => {
                let text = value();
                let address = text.parse().ok().filter(Ipv4Addr::is_multicast);
                let expected = || usage(format!("expected a multicast address, found `{text}`"));
                group = Some(address.ok_or_else(expected)?);
            }
            _ if argument.starts_with('-') => {
                return Err(usage(format!("unknown option {argument}")));
            }
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let [fleet] =
        <[PathBuf; 1]>::try_from(paths).map_err(|_| usage("expected one fleet file".to_owned()))?;
    Ok(Some(Options {
        fleet,
        listen,
        group,
        any,
    }))
}

fn run(options: &Options) -> Result<(), Failure> {
    let targets = Targets::builtin();
    let urls = Urls::new(&read(&options.fleet, &targets)?, &targets, options.any)?;
    let listener = Listener::open(options)?;
    let mut exchange = Exchange::new(targets.clone(), Limits::default());
    let mut buffer = vec![0; LONGEST_DATAGRAM];
    loop {
        let polled = exchange.poll(now());
        polled.send.iter().for_each(|again| listener.send(again));
        polled.ended.iter().for_each(print_end);
        let wait = exchange.next_timeout().map(|at| (at - now()).to_std());
        let heard = listener.receive(&mut buffer, wait.map(Result::unwrap_or_default));
        let Some((length, route)) = heard.map_err(|error| listener.failure(&error))? else {
            continue;
        };
        match exchange.feed(&buffer[..length], route, now(), random()?) {
            Ok(Heard::Asked(asked)) => match urls.of(&asked.phone, &targets) {
                Some(url) => answer(&mut exchange, &listener, &asked, &url, route.phone),
                None => {
                    exchange.discover(asked.id, now());
                    print(&format!(
                        "unknown {} at {}",
                        name(&asked.phone),
                        route.phone
                    ));
                }
            },
            Ok(Heard::Repeated(_, Some(again))) => listener.send(&again),
            Ok(Heard::Ended(ended)) => print_end(&ended),
            Ok(_) => {}
            Err(Refusal::OtherMethod | Refusal::Unasked) => {}
            Err(refusal) => eprintln!("from {}: {refusal}", route.phone),
        }
    }
}

fn answer(
    exchange: &mut Exchange,
    listener: &Listener,
    asked: &Asked,
    url: &Url,
    phone: SocketAddr,
) {
    match exchange.answer(asked.id, url, now()) {
        Ok(datagrams) => {
            datagrams
                .iter()
                .for_each(|datagram| listener.send(datagram));
            print(&format!("answered {} at {phone}", name(&asked.phone)));
        }
        Err(error) => eprintln!("{}: {error}", name(&asked.phone)),
    }
}

// ---- who gets which address ----

struct Urls {
    phones: BTreeMap<Mac, PhoneUrl>,
    /// For phones outside the fleet.
    any: Option<UrlTemplate>,
}

impl Urls {
    fn new(fleet: &Fleet, targets: &Targets, any: bool) -> Result<Self, Failure> {
        let of_url = |text: &str| Failure::Input(format!("error: site.provisioning_url: {text}"));
        let template = fleet.site().provisioning_url.as_ref();
        let template = template.ok_or_else(|| of_url("missing: it is what phones are told"))?;
        if any && template.contains("token") {
            return Err(of_url(
                "nobody knows the {token} of phones outside the fleet",
            ));
        }
        let mut phones = BTreeMap::new();
        for device in fleet.devices() {
            let token = device.token().map(|token| token.expose());
            let Ok(model) = targets.model(device.model()) else {
                continue;
            };
            match PhoneUrl::new(template, &**model.target, device.mac(), token) {
                Ok(url) => drop(phones.insert(device.mac(), url)),
                Err(error) => eprintln!("notice: {} gets no answer: {error}", device.mac()),
            }
        }
        let any = any.then(|| template.clone());
        Ok(Self { phones, any })
    }

    /// The address of the files of a phone that is to get an answer.
    fn of(&self, phone: &Phone, targets: &Targets) -> Option<Url> {
        if let Some(known) = phone.mac.and_then(|mac| self.phones.get(&mac)) {
            return Some(known.expose().clone());
        }
        let template = self.any.as_ref()?;
        let mac = match phone.mac {
            Some(mac) => {
                let mut makers = targets.iter();
                let maker = makers.find(|target| phone.vendor.as_deref() == Some(target.vendor()));
                let text = maker.map_or(mac.plain_lower(), |target| target.mac_in_url(mac));
                text.to_string()
            }
            None if template.contains("mac") => return None,
            None => String::new(),
        };
        template.fill(|_| &mac).parse().ok()
    }
}

fn read(path: &Path, targets: &Targets) -> Result<Fleet, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Io(format!("{}: {error}", path.display())))?;
    let json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let document = match json {
        true => Document::from_json(&text),
        false => Document::from_toml(&text),
    };
    document
        .and_then(|document| document.resolve(targets))
        .map_err(|errors| Failure::Input(listed(&errors)))
}

fn listed(errors: &Errors) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("error: {error}"))
        .collect();
    lines.join("\n")
}

// ---- the network ----

struct Listener {
    socket: UdpSocket,
    bound: SocketAddr,
    /// The one address that phones reach us at; where there are several, the way to the phone decides.
    own: Option<IpAddr>,
}

impl Listener {
    fn open(options: &Options) -> Result<Self, Failure> {
        let listen = options.listen;
        let own = Some(listen.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_multicast());
        let group = match listen.ip() {
            IpAddr::V4(address) if address.is_multicast() => Some(address),
            // What is sent to a group does not reach a socket that is bound to an address.
            IpAddr::V4(_) if own.is_some() => options.group,
            IpAddr::V4(_) => Some(options.group.unwrap_or(GROUP)),
            IpAddr::V6(_) => None,
        };
        let bind = match group {
            Some(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, listen.port())),
            None => listen,
        };
        let failed = |error: io::Error| Failure::Io(format!("{listen}: {error}"));
        let socket = UdpSocket::bind(bind).map_err(failed)?;
        if let Some(group) = group {
            let interface = match own {
                Some(IpAddr::V4(own)) => own,
                _ => Ipv4Addr::UNSPECIFIED,
            };
            let joined = socket.join_multicast_v4(&group, &interface);
            joined.map_err(|error| Failure::Io(format!("group {group}: {error}")))?;
            eprintln!("joined {group}");
        }
        let bound = socket.local_addr().map_err(failed)?;
        eprintln!("listening on {bound}");
        Ok(Self { socket, bound, own })
    }

    /// The next datagram, or `None` when the time is over.
    fn receive(
        &self,
        buffer: &mut [u8],
        wait: Option<Duration>,
    ) -> io::Result<Option<(usize, Route)>> {
        // No time at all would mean for ever.
        let wait = wait.map(|wait| wait.max(Duration::from_millis(1)));
        self.socket.set_read_timeout(wait)?;
        match self.socket.recv_from(buffer) {
            Ok((length, phone)) => {
                let local = SocketAddr::new(self.towards(phone)?, self.bound.port());
                Ok(Some((length, Route { phone, local })))
            }
            Err(error) => match error.kind() {
                // The last is what an earlier datagram met, where the system tells.
                ErrorKind::WouldBlock
                | ErrorKind::TimedOut
                | ErrorKind::Interrupted
                | ErrorKind::ConnectionReset => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Our address on the way to a phone.
    fn towards(&self, phone: SocketAddr) -> io::Result<IpAddr> {
        if let Some(own) = self.own {
            return Ok(own);
        }
        // Connecting a UDP socket sends nothing: it asks the system for the way.
        let probe = UdpSocket::bind(SocketAddr::new(self.bound.ip(), 0))?;
        match probe.connect(phone) {
            Ok(()) => Ok(probe.local_addr()?.ip()),
            Err(_) => Ok(self.bound.ip()),
        }
    }

    fn send(&self, datagram: &Datagram) {
        if let Err(error) = self.socket.send_to(datagram.bytes(), datagram.to()) {
            eprintln!("to {}: {error}", datagram.to());
        }
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::Io(format!("{}: {error}", self.bound))
    }
}

fn now() -> DateTime<Utc> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, since.subsec_nanos()).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn random() -> Result<[u8; 16], Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Io(format!("the system has no randomness: {error}")))?;
    Ok(bytes)
}

// ---- what happened ----

fn print_end(ended: &Ended) {
    let name = name(&ended.phone);
    print(&match ended.outcome {
        Outcome::Delivered => format!("delivered {name}"),
        outcome => format!(
            "failed {name}: {}",
            outcome.advice().unwrap_or("the phone refuses")
        ),
    });
}

fn name(phone: &Phone) -> String {
    let mac = phone
        .mac
        .map_or_else(|| "without-mac".to_owned(), |mac| mac.to_string());
    let model = phone.model.as_ref().or(phone.reported_model.as_ref());
    match model {
        Some(model) => format!("{mac} {model}"),
        None => mac,
    }
}

/// A line on standard output. Nobody may be reading any more; the phones still are.
fn print(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
