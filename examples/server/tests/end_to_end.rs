//! Phones from the list to service and back: a program puts them there, they ask as such phones do, and
//! nobody else gets anything. The program runs as a child process; the URLs are real.

#[path = "support/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "every suite uses a part of this")]
mod client;
#[path = "support/program.rs"]
#[allow(dead_code, unreachable_pub, reason = "every suite uses a part of this")]
mod program;
#[path = "end_to_end/strangers.rs"]
mod strangers;
#[path = "end_to_end/way.rs"]
mod way;

use std::collections::BTreeSet;

use client::{Answer, Api, ask};
use phone_provisioning::parse::{Limits, parse};
use program::{ADMIN, Program};
use serde_json::{Value, json};

/// An organisation without phones; where its phones fetch is said when the port is known.
const FLEET: &str = r#"
    devices = []
    [site]
    name = "Acme"
    [site.settings]
    time_zone = "Europe/Amsterdam"
    language = "nl"
    registrar = { host = "sip.example.net" }
    admin = { username = "admin", password = "s1te-admin-pass" }
"#;

const SITE_SECRET: &str = "s1te-admin-pass";

/// A program, somebody who manages its phones, and the PBX.
struct Pbx {
    program: Program,
    admin: Api,
    platform: Api,
    /// All that must never be shown.
    secrets: BTreeSet<String>,
}

impl Pbx {
    fn start() -> Self {
        let program = Program::start(FLEET, &["--pnp", "127.0.0.1:0"]);
        let admin = Api::log_in(program.address(), "admin", ADMIN);
        let password = "a password of the pbx";
        let person = json!({ "part": "platform", "password": password });
        admin.ok("PUT", "/people/pbx", Some(&person));
        let platform = Api::log_in(program.address(), "pbx", password);
        let mut site = admin.get("/organisations/acme");
        site["provisioning_url"] = json!(format!("http://{}/p/{{token}}/", program.address()));
        admin.ok("PUT", "/organisations/acme", Some(&site));
        let secrets = [ADMIN, password, SITE_SECRET, &admin.token, &platform.token];
        let secrets = secrets.map(str::to_owned).into();
        Self {
            program,
            admin,
            platform,
            secrets,
        }
    }

    /// Puts a phone on the list and gives it to a subscriber.
    fn assign(&mut self, phone: &Phone) {
        let password = format!("ext-pass-{}", phone.number);
        let accounts = json!([{
            "number": phone.number, "display_name": "Reception", "password": password,
        }]);
        let subscriber = format!("/organisations/acme/subscribers/{}", phone.number);
        self.admin.ok("PUT", &subscriber, Some(&accounts));
        let new = json!({ "mac": phone.mac, "model": phone.model, "organisation": "acme" });
        self.admin.ok("POST", "/phones", Some(&new));
        let (path, body) = match phone.is_base {
            true => (
                "handsets",
                json!([{ "slot": 1, "subscriber": phone.number }]),
            ),
            false => ("subscriber", json!({ "subscriber": phone.number })),
        };
        let path = format!("/phones/{}/{path}", phone.mac);
        self.admin.ok("PUT", &path, Some(&body));
        self.secrets.insert(password);
    }

    fn unassign(&self, phone: &Phone) {
        match phone.is_base {
            true => self
                .admin
                .ok("PUT", &self.path(phone, "/handsets"), Some(&json!([]))),
            false => self
                .admin
                .ok("DELETE", &self.path(phone, "/subscriber"), None),
        };
    }

    /// Lets a phone come in; where.
    fn open(&mut self, phone: &Phone) -> String {
        let until = json!({ "until": "an-hour" });
        self.admin
            .ok("PUT", &self.path(phone, "/window"), Some(&until));
        let link = self.admin.get(&self.path(phone, "/link"));
        let link = link["url"].as_str().unwrap().to_owned();
        self.keep_secret(&link);
        link
    }

    fn state(&self, phone: &Phone) -> Value {
        self.admin.get(&self.path(phone, ""))["state"].clone()
    }

    fn path(&self, phone: &Phone, end: &str) -> String {
        format!("/phones/{}{end}", phone.mac)
    }

    /// The token in an address is a secret.
    fn keep_secret(&mut self, url: &str) {
        let token = url.split("/p/").nth(1).unwrap().split('/').next().unwrap();
        assert!(token.len() >= 22, "128 bits: {token}");
        self.secrets.insert(token.to_owned());
    }

    /// Nothing that is secret stands in what the program has written or refused.
    fn tells_nothing(&self) {
        let refusals =
            [&self.admin, &self.platform].map(|api| api.refusals.lock().unwrap().join("\n"));
        let shown = self.program.written() + &refusals.join("\n");
        assert!(shown.contains("\"phone\""), "requests are logged");
        for secret in &self.secrets {
            let line = shown.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "{}", line.unwrap_or_default());
        }
    }
}

/// A phone, and what it says.
struct Phone {
    mac: &'static str,
    model: &'static str,
    number: &'static str,
    is_base: bool,
    agent: &'static str,
    /// What it asks for below its folder, and whether there is such a file.
    asks: &'static [(&'static str, bool)],
    /// The setting that holds its address.
    address: &'static str,
    /// The scenario with which it asks the network, and what differs there.
    scenario: &'static str,
    differs: &'static [(&'static str, &'static str)],
}

/// User-Agents as such phones were seen to send them, with the address of the phone.
const PHONES: [Phone; 3] = [
    Phone {
        mac: "80:5e:0c:10:00:01",
        model: "yealink T46S",
        number: "201",
        is_base: false,
        agent: "Yealink SIP-T46S 66.86.0.15 80:5e:0c:10:00:01",
        // Boot files first; where there is none, the mechanism from before.
        asks: &[
            ("805e0c100001.boot", false),
            ("y000000000000.boot", false),
            ("y000000000066.cfg", true),
            ("805e0c100001.cfg", true),
        ],
        address: "static.auto_provision.server.url",
        scenario: "yealink",
        differs: &[
            ("001565f4f9e1", "805e0c100001"),
            ("Yealink W52P 25.81.0.10", "Yealink SIP-T46S 66.86.0.15"),
            ("W52P", "T46S"),
            ("25.81.0.10", "66.86.0.15"),
        ],
    },
    Phone {
        mac: "00:04:13:a1:1f:a7",
        model: "snom D785",
        number: "202",
        is_base: false,
        agent: "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43) 000413A11FA7 SXM:0 UXM:0 UXMC:0)",
        asks: &[("snomD785.htm", true), ("snomD785-000413A11FA7.htm", true)],
        address: "setting_server",
        scenario: "snom_desk",
        differs: &[],
    },
    Phone {
        mac: "00:04:13:61:a0:b1",
        model: "snom M700",
        number: "203",
        is_base: true,
        agent: "Mozilla/4.0 (compatible; Snom M700 05.20.0001 00041361a0b1)",
        asks: &[("snomM700.htm", true), ("snomM700-00041361A0B1.htm", true)],
        address: "setting_server",
        scenario: "snom_dect",
        differs: &[],
    },
];

impl Phone {
    fn get(&self, url: &str) -> Answer {
        ask("GET", url, &[("user-agent", self.agent)], None)
    }

    /// Fetches its files in its own order, each that it is sent to as well: those with settings, with
    /// their addresses.
    fn start(&self, folder: &str) -> Vec<(String, String)> {
        let mut left: Vec<(String, bool)> = self
            .asks
            .iter()
            .rev()
            .map(|(name, is_there)| (format!("{folder}{name}"), *is_there))
            .collect();
        let mut files = Vec::new();
        while let Some((url, is_there)) = left.pop() {
            let answer = self.get(&url);
            assert_eq!(answer.status == 200, is_there, "{url}: {answer:?}");
            let file = parse(answer.body.as_bytes(), &Limits::default());
            let includes = file.includes().iter().rev();
            left.extend(includes.map(|include| (include.target().to_owned(), true)));
            if !file.settings().is_empty() {
                files.push((url, answer.body.clone()));
            }
        }
        files
    }

    /// The folder that its files send it to from now on.
    fn folder_in(&self, files: &[(String, String)]) -> String {
        let found = files.iter().find_map(|(_, text)| {
            let file = parse(text.as_bytes(), &Limits::default());
            let mut settings = file.settings().iter();
            let address = settings.find(|setting| setting.name() == self.address)?;
            Some(address.value().to_owned())
        });
        found.expect("its files say where they are")
    }
}
