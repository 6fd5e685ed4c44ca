//! `lifecycle [SCRIPT]`: a walk through the life of phones, event by event.
//!
//! The PBX, the phones and the maker's service are played here; every decision is the library's.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::delivery::admission::{
    Admission, Attempt, Credential, Environment, Policy as Windows, TokenHash,
};
use phone_provisioning::delivery::resync::Recipient;
use phone_provisioning::error::Errors;
use phone_provisioning::fleet::{ExtensionDoc, FirmwareDoc, SecretText, SiteDoc};
use phone_provisioning::inspect::hide_secrets;
use phone_provisioning::inventory::{
    Access, Actor, Applied, Effect, Event, FromPbx, Inventory, Invitation, NewPhone, Policy, Role,
    Until,
};
use phone_provisioning::model::{Handling, Mac, Url};
use phone_provisioning::redirection::life::{Ask, Due, Question};
use phone_provisioning::redirection::{Destination, Done, Outcome, Registered, Retry, RetryCause};
use phone_provisioning::{Document, Provisioner, Secret, Targets};

use crate::Failure;

pub(crate) const LANGUAGE: &str = "\
A script has one event a line; # begins a comment. MAC is an address of a phone, WHEN a time
(2026-11-02T09:00:00Z), SPAN minutes, hours or days (30m, 1h, 2d).

  time WHEN                      wait SPAN                 environment NAME
  as provider [ORGANISATION…]    as customer ORGANISATION…
  organisation ID NAME           add MAC ORGANISATION MODEL
  describe MAC TEXT              move MAC ORGANISATION     remove MAC
  assign MAC SUBSCRIBER          unassign MAC
  open MAC SPAN                  close MAC                 revoke MAC
  certify VERSION MODEL          firmware MAC VERSION|installed
  activate MAC                   check MAC                 due
  service up|down                ask MAC first|long-term   fetch MAC
  register MAC                   login MAC SUBSCRIBER      logout MAC
  view MAC WORD…                 diagnose MAC
";

/// Runs the script of this file, or the built-in one.
pub(crate) fn run(path: Option<&str>) -> Result<String, Failure> {
    let built_in = include_str!("../data/lifecycle.txt").to_owned();
    let (name, text) = match path {
        None => ("the built-in script", built_in),
        Some(path) => (
            path,
            fs::read_to_string(path).map_err(|error| Failure::Io(format!("{path}: {error}")))?,
        ),
    };
    let mut stage = Stage::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split_once('#').map_or(line, |(event, _)| event).trim();
        if line.is_empty() {
            continue;
        }
        stage.say(format_args!("> {line}"));
        let told = stage.step(line);
        told.map_err(|error| Failure::Input(format!("{name}:{number}: {error}")))?;
    }
    Ok(stage.told)
}

/// All environments of the script, and what they share.
struct Stage {
    told: String,
    now: DateTime<Utc>,
    actor: Actor,
    environment: String,
    environments: BTreeMap<String, Pbx>,
    service: Service,
    drawn: u64,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            told: String::new(),
            now: DateTime::UNIX_EPOCH,
            actor: Actor::PROVIDER,
            environment: "production".to_owned(),
            environments: BTreeMap::new(),
            service: Service::default(),
            drawn: 0,
        }
    }
}

/// One environment: its phones, its door, and the tokens that it gave out.
struct Pbx {
    inventory: Inventory,
    door: Admission,
    tokens: BTreeMap<(Mac, Access), Secret>,
}

impl Pbx {
    fn new(name: &str) -> Result<Self, String> {
        let environment = Environment::new(name).map_err(text)?;
        let policy = Policy::new(environment.clone());
        Ok(Self {
            inventory: Inventory::new(policy, Targets::builtin()),
            door: Admission::new(environment, Windows::default(), 0),
            tokens: BTreeMap::new(),
        })
    }
}

/// A maker's service: where each phone is sent.
#[derive(Default)]
struct Service {
    is_down: bool,
    registered: BTreeMap<Mac, PhoneUrl>,
}

impl Service {
    fn answer(&mut self, question: &Question) -> Outcome {
        let mac = question.mac;
        if self.is_down {
            return Outcome::Retry(Retry::new(RetryCause::NotSent));
        }
        let registered = self.registered.get(&mac);
        match (&question.ask, registered) {
            (Ask::Register { take_over, .. }, Some(_)) if !take_over => Outcome::OwnedByOther,
            (Ask::Register { to, .. }, _) => {
                if let Destination::Url(url) = to {
                    self.registered.insert(mac, url.clone());
                }
                Outcome::Done(Done::Registered(Registered::new(mac)))
            }
            (_, None) => Outcome::NotFound,
            (Ask::Deregister, Some(_)) => {
                self.registered.remove(&mac);
                Outcome::Done(Done::Removed)
            }
            (_, Some(url)) => {
                let mut found = Registered::new(mac);
                found.url = Some(url.clone());
                Outcome::Done(Done::Found(found))
            }
        }
    }
}

impl Stage {
    fn say(&mut self, line: std::fmt::Arguments<'_>) {
        // Nothing is written that could fail.
        let _ = writeln!(self.told, "{line}");
    }

    fn pbx(&mut self) -> Result<&mut Pbx, String> {
        if !self.environments.contains_key(&self.environment) {
            let pbx = Pbx::new(&self.environment)?;
            self.environments.insert(self.environment.clone(), pbx);
        }
        let pbx = self.environments.get_mut(&self.environment);
        pbx.ok_or_else(|| "no such environment".to_owned())
    }

    fn step(&mut self, line: &str) -> Result<(), String> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let words: Vec<&str> = rest.split_whitespace().collect();
        match (verb, words.as_slice()) {
            ("time", [when]) => self.now = parse(when, "a time such as 2026-11-02T09:00:00Z")?,
            ("wait", [span]) => self.now += parse_span(span)?,
            ("environment", [name]) => (*name).clone_into(&mut self.environment),
            ("as", ["provider"]) => self.actor = Actor::PROVIDER,
            ("as", [part @ ("provider" | "customer"), organisations @ ..])
                if !organisations.is_empty() =>
            {
                let ids = organisations.iter().map(|id| id.parse().map_err(text));
                let ids = ids.collect::<Result<Vec<_>, String>>()?;
                self.actor = match *part {
                    "provider" => Actor::provider_of(ids),
                    _ => Actor::customer_of(ids),
                };
            }
            ("service", ["up"]) => self.service.is_down = false,
            ("service", ["down"]) => self.service.is_down = true,
            ("organisation", [id, _, ..]) => {
                let name = rest[id.len()..].trim();
                let site = site(id, name).map_err(text)?;
                let organisation = id.parse().map_err(text)?;
                let site = site.into();
                self.apply(Event::AddOrganisation { organisation, site })?;
            }
            ("certify", [version, _, ..]) => {
                let mut firmware = FirmwareDoc::default();
                firmware.version = Some((*version).to_owned().into());
                self.apply(Event::Certify {
                    model: rest[version.len()..].trim().to_owned(),
                    firmware: vec![firmware],
                })?;
            }
            ("due", []) => self.due()?,
            (_, [address, words @ ..]) if address.contains(':') => {
                let mac = parse(address, "a MAC address")?;
                let rest = rest[address.len()..].trim();
                self.of_phone(verb, mac, words, rest)?;
            }
            _ => return Err(format!("expected an event, found `{line}`; see --help")),
        }
        Ok(())
    }

    /// An event of one phone.
    fn of_phone(&mut self, verb: &str, mac: Mac, words: &[&str], rest: &str) -> Result<(), String> {
        match (verb, words) {
            ("add", [organisation, _, ..]) => {
                let model = rest[organisation.len()..].trim();
                let phone = NewPhone::new(mac, model, organisation.parse().map_err(text)?);
                self.apply(Event::Add(phone.into()))
            }
            ("remove", []) => self.apply(Event::Remove { mac }),
            ("move", [to]) => {
                let to = to.parse().map_err(text)?;
                self.apply(Event::Move { mac, to })
            }
            ("describe", [_, ..]) => {
                let description = Some(rest.parse().map_err(text)?);
                self.apply(Event::Describe { mac, description })
            }
            ("assign", [subscriber]) => {
                let subscriber = subscriber.parse().map_err(text)?;
                self.apply(Event::Assign { mac, subscriber })
            }
            ("unassign", []) => self.apply(Event::Unassign { mac }),
            ("open", [span]) => {
                let until = Until::At(self.now + parse_span(span)?);
                self.apply(Event::OpenWindow { mac, until })
            }
            ("close", []) => self.apply(Event::CloseWindow { mac }),
            ("revoke", []) => self.apply(Event::Revoke { mac }),
            ("firmware", [version]) => {
                let version = (*version != "installed").then(|| (*version).to_owned());
                let phones = mac.into();
                self.apply(Event::ChooseFirmware { phones, version })
            }
            ("activate", []) => {
                let invitation = self.invitation(mac)?;
                self.apply(Event::Activate { mac, invitation })
            }
            ("check", []) => self.apply(Event::CheckRegistration { mac }),
            ("login", [subscriber]) => {
                let subscriber = subscriber.parse().map_err(text)?;
                self.apply(Event::LoggedIn { mac, subscriber })
            }
            ("logout", []) => self.apply(Event::LoggedOut { mac }),
            ("ask", ["first"]) => self.ask(mac, Access::First),
            ("ask", ["long-term"]) => self.ask(mac, Access::LongTerm),
            ("fetch", []) => {
                let phone = self.pbx()?.inventory.phone(mac);
                let edition = phone.map_or(0, |phone| phone.edition());
                self.apply(Event::Fetched { mac, edition })
            }
            ("register", []) => {
                let phone = self.pbx()?.inventory.phone(mac);
                let subscriber = phone.and_then(|phone| phone.subscriber().cloned());
                let contact = Recipient::contact("sip:phone@192.0.2.10:5060").map_err(text)?;
                self.apply(Event::Registered {
                    mac,
                    subscriber,
                    contact,
                })
            }
            ("view", [_, ..]) => self.view(mac, words),
            ("diagnose", []) => self.diagnose(mac),
            _ => Err(format!(
                "expected an event, found `{verb} … {rest}`; see --help"
            )),
        }
    }

    /// Applies an event in the part that it needs, tells what follows, and follows it.
    fn apply(&mut self, event: Event) -> Result<(), String> {
        let actor = match event.role() {
            Role::Platform => Actor::PLATFORM,
            _ => self.actor.clone(),
        };
        let about = match &event {
            Event::Add(phone) => Some(phone.mac),
            _ => None,
        };
        let now = self.now;
        match self.pbx()?.inventory.apply(&actor, event, now) {
            Ok(applied) => self.follow(applied, about),
            Err(refused) => {
                self.say(format_args!("  refused: {refused}"));
                Ok(())
            }
        }
    }

    fn follow(&mut self, applied: Applied, about: Option<Mac>) -> Result<(), String> {
        let mut macs: Vec<Mac> = about.into_iter().collect();
        for key in &applied.changed {
            use phone_provisioning::inventory::Key;
            if let Key::Phone(mac) | Key::Tombstone(mac) = key
                && !macs.contains(mac)
            {
                macs.push(*mac);
            }
        }
        for mac in macs {
            self.tell(mac)?;
        }
        for effect in applied.effects {
            self.say(format_args!("  {}: {effect}", effect.role()));
            match effect {
                Effect::IssueCredential { mac, access } => {
                    let (token, hash) = self.draw()?;
                    let now = self.now;
                    let pbx = self.pbx()?;
                    pbx.tokens.insert((mac, access), token);
                    let event = Event::Credential {
                        mac,
                        access,
                        credential: Credential::token(hash),
                    };
                    // What it leads to is told by the event that asked for it.
                    let applied = pbx.inventory.apply(&Actor::PLATFORM, event, now);
                    drop(applied.map_err(text)?);
                }
                Effect::Ask(question) => {
                    let outcome = self.service.answer(&question);
                    self.say(format_args!(
                        "  the service answers: {}",
                        words_of(&outcome)
                    ));
                    self.apply(Event::Heard {
                        mac: question.mac,
                        number: question.number,
                        answer: Ok(outcome),
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// One line: where a phone stands.
    fn tell(&mut self, mac: Mac) -> Result<(), String> {
        let now = self.now;
        let inventory = &self.pbx()?.inventory;
        let line = match (inventory.phone(mac), inventory.tombstone(mac)) {
            (Some(phone), _) => {
                let user = phone.subscriber().map(|user| format!(", {user}"));
                format!(
                    "{mac}: {}{}; {}; at the service: {}",
                    phone.state(now),
                    user.unwrap_or_default(),
                    phone.organisation(),
                    phone.registration().state()
                )
            }
            (None, Some(left)) => format!("{mac}: removed; at the service: {}", left.state()),
            (None, None) => format!("{mac}: gone"),
        };
        self.say(format_args!("  {line}"));
        Ok(())
    }

    fn draw(&mut self) -> Result<(Secret, TokenHash), String> {
        // A walk without secrets: a real program takes 16 bytes of the operating system.
        self.drawn += 1;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        self.pbx()?
            .door
            .environment()
            .new_token(&bytes)
            .map_err(text)
    }

    fn invitation(&mut self, mac: Mac) -> Result<Invitation, String> {
        let (token, hash) = self.draw()?;
        let url = format!(
            "https://{}.example.net/{}/",
            self.environment,
            token.expose()
        );
        let url: Url = url.parse().map_err(text)?;
        self.pbx()?.tokens.insert((mac, Access::First), token);
        Ok(Invitation::new(Credential::token(hash), url.into()))
    }

    /// The phone asks for its files.
    fn ask(&mut self, mac: Mac, access: Access) -> Result<(), String> {
        let now = self.now;
        let pbx = self.pbx()?;
        let token = pbx.tokens.get(&(mac, access)).cloned();
        let mut attempt = Attempt::new([192, 0, 2, 10].into());
        attempt.mac = Some(mac);
        attempt.token = token.as_ref().map(|token| token.expose().into());
        let (decision, applied) = pbx.inventory.admit(&mut pbx.door, &attempt, now);
        self.say(format_args!("  {}", decision.reason));
        self.follow(applied, None)
    }

    /// What is to be done by now.
    fn due(&mut self) -> Result<(), String> {
        let due: Vec<(Mac, Due)> = self.pbx()?.inventory.due().collect();
        for (mac, due) in due {
            if due.at() > self.now {
                self.say(format_args!("  {mac}: next at {:?}", due.at()));
                continue;
            }
            let invitation = match due {
                Due::Retry(_) => Some(self.invitation(mac)?),
                _ => None,
            };
            self.apply(Event::Due { mac, invitation })?;
        }
        Ok(())
    }

    /// The lines of the phone's files that hold one of the words, as they may be shown.
    fn view(&mut self, mac: Mac, words: &[&str]) -> Result<(), String> {
        let pbx = self.pbx()?;
        let Some(phone) = pbx.inventory.phone(mac) else {
            self.say(format_args!("  {mac}: gone"));
            return Ok(());
        };
        let mut from_pbx = FromPbx::default();
        from_pbx.token = pbx.tokens.get(&(mac, Access::LongTerm)).cloned();
        if let Some(subscriber) = phone.subscriber() {
            let mut account = ExtensionDoc::default();
            account.number = Some(subscriber.to_string().into());
            let password = format!("password-of-{subscriber}");
            account.password = Some(SecretText::from(password).into());
            from_pbx = from_pbx.extension(account);
        }
        let document = pbx
            .inventory
            .document(phone.organisation(), [(mac, from_pbx)]);
        let mut document = document.map_err(text)?;
        document.set_default_handling(Handling::Lenient);
        let targets = pbx.inventory.targets().clone();
        let fleet = document.resolve(&targets).map_err(text)?;
        let provisioner = Provisioner::with_targets(fleet.site().clone(), targets.clone());
        let rendered = provisioner.render(&fleet.devices()[0]).map_err(text)?;
        for file in rendered.files() {
            let shown = hide_secrets(&targets, &fleet, file.bytes());
            for line in String::from_utf8_lossy(&shown).lines() {
                // Accounts but the first are off.
                let is_first = !line.contains("idx=\"") || line.contains("idx=\"1\"");
                if is_first && words.iter().any(|word| line.contains(word)) {
                    self.say(format_args!("  | {}", line.trim()));
                }
            }
        }
        Ok(())
    }

    fn diagnose(&mut self, mac: Mac) -> Result<(), String> {
        let now = self.now;
        let inventory = &self.pbx()?.inventory;
        let Some(phone) = inventory.phone(mac) else {
            self.say(format_args!("  {mac}: gone"));
            return Ok(());
        };
        let model = inventory.targets().model(phone.model()).ok();
        let found = phone
            .registration()
            .diagnose(now, model.map(|model| model.row));
        let mut lines = vec![found.step.to_string()];
        lines.extend(found.cause.map(|cause| format!("because: {cause}")));
        lines.extend(found.repair.iter().map(|repair| format!("to do: {repair}")));
        for line in lines {
            self.say(format_args!("  {line}"));
        }
        Ok(())
    }
}

/// A site whose phones show its name while they are idle.
fn site(id: &str, name: &str) -> Result<SiteDoc, Errors> {
    let document = Document::from_toml(&format!(
        "[site.settings]\n\
         time_zone = \"Europe/Amsterdam\"\n\
         language = \"nl\"\n\
         registrar = {{ host = \"{id}.example.net\" }}\n\
         custom = [{{ target = \"snom-desk\", name = \"user_idle_text\", index = 1, value = {name:?} }}]\n"
    ))?;
    let site = document.site.as_ref().and_then(|site| site.value());
    let mut site = site.cloned().unwrap_or_default();
    site.name = Some(name.to_owned().into());
    site.provisioning_url = Some("https://pbx.example.net/{token}/".to_owned().into());
    site.firmware_base = Some("https://fw.example.net/{file}".to_owned().into());
    Ok(site)
}

fn words_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(Done::Registered(_)) => "registered",
        Outcome::Done(Done::Removed) => "removed",
        Outcome::Done(_) => "found",
        Outcome::NotFound => "not found",
        Outcome::OwnedByOther => "another has it",
        _ => "not now",
    }
}

fn parse<T: std::str::FromStr>(word: &str, expected: &str) -> Result<T, String> {
    word.parse()
        .map_err(|_| format!("expected {expected}, found `{word}`"))
}

fn parse_span(word: &str) -> Result<TimeDelta, String> {
    let wrong = || format!("expected minutes, hours or days such as 1h, found `{word}`");
    let unit = word.chars().last().ok_or_else(wrong)?;
    let number: u16 = word[..word.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    let number = i64::from(number);
    match unit {
        'm' => Ok(TimeDelta::minutes(number)),
        'h' => Ok(TimeDelta::hours(number)),
        'd' => Ok(TimeDelta::days(number)),
        _ => Err(wrong()),
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
