//! The arguments.

use std::collections::BTreeMap;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::{
    Action, Cursor, Destination, Enrolment, Nonce, PageRequest, ServerName,
};

use crate::Failure;

/// What the arguments say.
pub(crate) struct Asked {
    pub(crate) feed: bool,
    pub(crate) service: String,
    pub(crate) action: Action,
    pub(crate) base: Option<Url>,
    pub(crate) models: Vec<String>,
    pub(crate) nonce: Nonce,
    pub(crate) at: DateTime<Utc>,
    pub(crate) json: bool,
}

/// Options with a value.
const VALUES: &[&str] = &[
    "--url", "--server", "--serial", "--remark", "--size", "--after", "--base", "--nonce", "--at",
];

impl Asked {
    pub(crate) fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut words = Vec::new();
        let mut options = Options::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let text = format!("expected a value behind {argument}");
                arguments.next().ok_or(Failure::Usage(text))
            };
            match argument.as_str() {
                "--json" => options.json = true,
                "--take-over" => options.take_over = true,
                "--model" => options.models.push(value()?.clone()),
                name if VALUES.contains(&name) => {
                    let value = value()?;
                    if options.values.insert(argument, value).is_some() {
                        return usage(format!("{name} stands there twice"));
                    }
                }
                name if name.starts_with('-') => return usage(format!("unknown option {name}")),
                word => words.push(word),
            }
        }
        let feed = words.first() == Some(&"feed");
        let [service, action, macs @ ..] = &words[usize::from(feed)..] else {
            return usage("expected a service and an action".to_owned());
        };
        Ok(Self {
            feed,
            service: (*service).to_owned(),
            action: options.action(action, macs)?,
            base: options.parsed("--base")?,
            nonce: options.nonce()?,
            at: options.at()?,
            models: options.models,
            json: options.json,
        })
    }
}

#[derive(Default)]
struct Options<'a> {
    values: BTreeMap<&'a str, &'a str>,
    models: Vec<String>,
    take_over: bool,
    json: bool,
}

impl Options<'_> {
    fn action(&self, action: &str, macs: &[&str]) -> Result<Action, Failure> {
        let macs = macs.iter().map(|mac| mac.parse::<Mac>());
        let macs = macs.collect::<Result<Vec<_>, _>>().map_err(input)?;
        let takes_phones = match action {
            "look-up" | "register" | "deregister" | "pins" => true,
            "check" | "list" | "list-servers" | "put-server" | "remove-server" => false,
            _ => return usage(format!("unknown action {action}")),
        };
        if takes_phones == macs.is_empty() || action == "look-up" && macs.len() > 1 {
            let count = match action {
                "look-up" => "one MAC address",
                _ if takes_phones => "MAC addresses",
                _ => "no MAC address",
            };
            return usage(format!("{action}: expected {count}"));
        }
        Ok(match (action, &macs[..]) {
            ("check", _) => Action::Check,
            ("list", _) => Action::List(self.page()?),
            ("list-servers", _) => Action::ListServers(self.page()?),
            ("look-up", [mac, ..]) => Action::LookUp(*mac),
            ("register", [mac]) => Action::Register(self.enrolment(*mac)?),
            ("register", _) if self.values.contains_key("--serial") => {
                return usage("--serial is of one phone".to_owned());
            }
            ("register", _) => {
                let enrolments = macs.iter().map(|mac| self.enrolment(*mac));
                Action::RegisterAll(enrolments.collect::<Result<_, _>>()?)
            }
            ("deregister", [mac]) => Action::Deregister(*mac),
            ("deregister", _) => Action::DeregisterAll(macs),
            ("put-server", _) => Action::PutServer {
                name: self.server()?,
                url: self.needed::<Url>("--url")?.into(),
                login: login("REDIRECTION_PHONE_USER", "REDIRECTION_PHONE_PASSWORD")?,
            },
            ("remove-server", _) => Action::RemoveServer(self.server()?),
            _ => Action::Pins(macs),
        })
    }

    fn enrolment(&self, mac: Mac) -> Result<Enrolment, Failure> {
        let url = self.parsed::<Url>("--url")?.map(PhoneUrl::from);
        let to: Destination = match (url, self.parsed::<ServerName>("--server")?) {
            (Some(url), None) => url.into(),
            (None, Some(server)) => server.into(),
            _ => return usage("register: expected --url or --server".to_owned()),
        };
        let mut enrolment = Enrolment::new(mac, to);
        enrolment.serial = self.parsed("--serial")?;
        enrolment.remark = self.parsed("--remark")?;
        enrolment.take_over = self.take_over;
        enrolment.login = login("REDIRECTION_PHONE_USER", "REDIRECTION_PHONE_PASSWORD")?;
        Ok(enrolment)
    }

    fn page(&self) -> Result<PageRequest, Failure> {
        let page = self
            .parsed("--size")?
            .map_or_else(PageRequest::default, PageRequest::first);
        let Some(after) = self.values.get("--after") else {
            return Ok(page);
        };
        Ok(page.after(Cursor::new(after).map_err(input)?))
    }

    fn server(&self) -> Result<ServerName, Failure> {
        self.needed("--server")
    }

    fn nonce(&self) -> Result<Nonce, Failure> {
        if let Some(nonce) = self.values.get("--nonce") {
            return Nonce::new(nonce).map_err(input);
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Failure::Usage(format!("the system has no randomness: {error}")))?;
        Ok(Nonce::from_random(random))
    }

    fn at(&self) -> Result<DateTime<Utc>, Failure> {
        if let Some(at) = self.values.get("--at") {
            let at = DateTime::parse_from_rfc3339(at).ok().map(|at| at.to_utc());
            let expected = "expected a time such as 2027-01-15T08:00:00Z behind --at";
            return at.ok_or_else(|| Failure::Input(expected.to_owned()));
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since
            .ok()
            .and_then(|since| i64::try_from(since.as_millis()).ok());
        let now = millis.and_then(DateTime::from_timestamp_millis);
        now.ok_or_else(|| Failure::Usage("the system's clock is wrong".to_owned()))
    }

    fn needed<T>(&self, name: &str) -> Result<T, Failure>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let value = self.parsed(name)?;
        value.ok_or_else(|| Failure::Usage(format!("expected {name}")))
    }

    fn parsed<T>(&self, name: &str) -> Result<Option<T>, Failure>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let value = self.values.get(name).map(|value| value.parse());
        value
            .transpose()
            .map_err(|error| Failure::Input(format!("{name}: {error}")))
    }
}

/// A name and a password from the environment; nothing where neither is set.
pub(crate) fn login(user: &str, password: &str) -> Result<Option<Login>, Failure> {
    match (variable(user)?, variable(password)?) {
        (None, None) => Ok(None),
        (Some(name), Some(secret)) => {
            let username = name
                .parse()
                .map_err(|error| Failure::Input(format!("{user}: {error}")));
            let secret = secret
                .parse()
                .map_err(|error| Failure::Input(format!("{password}: {error}")));
            Ok(Some(Login {
                username: username?,
                password: secret?,
            }))
        }
        _ => usage(format!(
            "expected both {user} and {password} in the environment"
        )),
    }
}

/// An environment variable; nothing when it is empty or not there.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => usage(format!("{name} is not UTF-8")),
    }
}

fn input(error: impl std::fmt::Display) -> Failure {
    Failure::Input(error.to_string())
}

fn usage<T>(text: String) -> Result<T, Failure> {
    Err(Failure::Usage(text))
}
