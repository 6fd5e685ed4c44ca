//! Programs and phones that ask the server over HTTP.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) fields: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// Asks, with whatever fields and body.
pub(crate) fn ask(method: &str, url: &str, fields: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(60)))
        .user_agent(ureq::config::AutoHeaderValue::None)
        .accept(ureq::config::AutoHeaderValue::None)
        .build()
        .into();
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let answer = match body {
        Some(body) => agent.run(request.body(body).unwrap()),
        None => agent.run(request.body(()).unwrap()),
    };
    let mut answer = answer.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
    Answer {
        status: answer.status().as_u16(),
        fields: answer.headers().clone(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

/// What comes back over the wire, byte for byte but for the date, from an address of our own choice.
pub(crate) fn raw(from: Ipv4Addr, to: SocketAddr, method: &str, path: &str, agent: &str) -> String {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let mut stream: TcpStream = socket.into();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let lines = answer.split_inclusive("\r\n");
    lines
        .filter(|line| !line.to_ascii_lowercase().starts_with("date: "))
        .collect()
}

/// Somebody who is logged in to the JSON interface.
pub(crate) struct Api {
    base: Mutex<String>,
    pub(crate) token: String,
    /// All that was refused, to look for secrets in it.
    pub(crate) refusals: Mutex<Vec<String>>,
    /// Each operation that was asked for: method and path.
    asked: Mutex<BTreeSet<(String, String, u16)>>,
}

impl Api {
    pub(crate) fn log_in(server: SocketAddr, name: &str, password: &str) -> Self {
        let api = Self {
            base: Mutex::default(),
            token: String::new(),
            refusals: Mutex::default(),
            asked: Mutex::default(),
        };
        api.moved(server);
        let login = json!({ "name": name, "password": password });
        let (status, session) = api.call("POST", "/login", Some(&login));
        assert_eq!(status, 200, "{session}");
        let token = session["token"].as_str().unwrap().to_owned();
        Self { token, ..api }
    }

    /// The server is somewhere else now.
    pub(crate) fn moved(&self, server: SocketAddr) {
        *self.base.lock().unwrap() = format!("http://{server}/api/v1");
    }

    /// Asks; the status and the JSON of the answer.
    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let answer = self.answer(method, path, body);
        let json = match answer.body.is_empty() {
            true => Value::Null,
            false => answer.json(),
        };
        (answer.status, json)
    }

    /// Asks for something that must go well.
    #[track_caller]
    pub(crate) fn ok(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, json) = self.call(method, path, body);
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {json}"
        );
        json
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ok("GET", path, None)
    }

    pub(crate) fn answer(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("{}{path}", self.base.lock().unwrap());
        let authorization = format!("Bearer {}", self.token);
        let mut fields = vec![("accept", "application/json")];
        if !self.token.is_empty() {
            fields.push(("authorization", &authorization));
        }
        let body = body.map(|body| body.to_string().into_bytes());
        if body.is_some() {
            fields.push(("content-type", "application/json"));
        }
        let answer = ask(method, &url, &fields, body.as_deref());
        if answer.status >= 400 {
            self.refusals.lock().unwrap().push(answer.body.clone());
        }
        let asked = (method.to_owned(), path.to_owned(), answer.status);
        self.asked.lock().unwrap().insert(asked);
        answer
    }

    /// Method, path and status of all that was asked for.
    pub(crate) fn asked(&self) -> BTreeSet<(String, String, u16)> {
        self.asked.lock().unwrap().clone()
    }
}
