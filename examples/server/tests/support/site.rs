//! A server with pages, and people who look at them as browsers do: over HTTP, with cookies.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use phone_provisioning::inventory::{Actor, OrganisationId};
use phone_provisioning::model::percent_encode_segment;
use phone_provisioning::{Document, Secret};
use provisioning_server::clock::Clock;
use provisioning_server::peer::Peer;
use provisioning_server::server::people::Part;
use provisioning_server::server::{Options, Server};
use provisioning_server::web;
use scraper::{Html, Selector};

/// What everybody logs in with.
pub const PASSWORD: &str = "correct horse battery";

/// A server that runs until the test ends. Its clock stands still.
pub struct Site {
    pub server: Arc<Server>,
    pub clock: Clock,
    pub address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    _folder: tempfile::TempDir,
}

impl Site {
    pub async fn start(fleet: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-07-01T10:00:00Z".parse().unwrap();
        let clock = Clock::stopped_at(now);
        let database = folder.path().join("db.sqlite");
        let document = Document::from_toml(fleet).unwrap();
        let started = Server::start(Options {
            database: &database,
            fleet: &document,
            password: Some(Secret::new(PASSWORD.to_owned()).unwrap()),
            expected: Vec::new(),
            clock: clock.clone(),
        });
        let server = started.await.unwrap().server;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = web::router(server.clone());
        let app = app.into_make_service_with_connect_info::<Peer>();
        tokio::spawn(axum::serve(listener, app).into_future());
        Self {
            server,
            clock,
            address,
            client: Client::builder(TokioExecutor::new()).build_http(),
            _folder: folder,
        }
    }

    /// Adds a login for one organisation.
    pub async fn customer(&self, name: &str, organisation: &str) {
        let organisation: OrganisationId = organisation.parse().unwrap();
        let of = Some([organisation].into());
        let password = Secret::new(PASSWORD.to_owned()).unwrap();
        let (actor, part) = (&Actor::PROVIDER, Part::Customer);
        let added = self.server.put_person(actor, name, part, of, &password);
        added.await.unwrap();
    }

    /// Somebody who has logged in.
    pub async fn log_in(&self, name: &str) -> Person<'_> {
        let fields = [("name", name), ("password", PASSWORD)];
        let page = self
            .send(Method::POST, "/admin/login", &[], Some(&fields))
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{name}");
        let cookie = page.cookie.expect("a login sets a cookie");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let mut person = Person {
            site: self,
            cookie,
            form_token: String::new(),
        };
        let own = person.get("/admin/password").await;
        person.form_token = own.values("form_token").remove(0);
        person
    }

    /// A request as it is.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        fields: Option<&[(&str, &str)]>,
    ) -> Page {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut body = String::new();
        if let Some(fields) = fields {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            body = encoded(fields);
        }
        let request = request.body(Full::from(body)).unwrap();
        let response = self.client.request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = |name| Some(parts.headers.get(name)?.to_str().unwrap().to_owned());
        let body = body.collect().await.unwrap().to_bytes();
        Page {
            path: path.to_owned(),
            status: parts.status,
            location: text(header::LOCATION),
            cookie: text(header::SET_COOKIE),
            policy: text(header::CONTENT_SECURITY_POLICY),
            html: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// Somebody who has logged in.
pub struct Person<'s> {
    pub site: &'s Site,
    pub cookie: String,
    pub form_token: String,
}

impl Person<'_> {
    pub async fn get(&self, path: &str) -> Page {
        let headers = [("cookie", self.cookie.as_str())];
        self.site.send(Method::GET, path, &headers, None).await
    }

    /// Sends a form as its page would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let own = [("form_token", self.form_token.as_str())];
        let fields: Vec<_> = own.iter().chain(fields).copied().collect();
        let origin = format!("http://{}", self.site.address);
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.site
            .send(Method::POST, path, &headers, Some(&fields))
            .await
    }

    /// Sends a form that must be accepted: the page that it leads to.
    pub async fn done(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(path, fields).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            answer.text()
        );
        let page = self.get(answer.location.as_deref().unwrap()).await;
        assert_eq!(page.select("p.done").len(), 1, "{path} says nothing");
        page
    }
}

/// An answer.
pub struct Page {
    pub path: String,
    pub status: StatusCode,
    pub location: Option<String>,
    pub cookie: Option<String>,
    pub policy: Option<String>,
    pub html: String,
}

impl Page {
    pub fn parsed(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// The texts of all elements that a selector finds.
    pub fn select(&self, selector: &str) -> Vec<String> {
        let parsed = self.parsed();
        let selector = Selector::parse(selector).unwrap();
        let texts = parsed
            .select(&selector)
            .map(|found| found.text().collect::<String>());
        texts.map(|text| text.trim().to_owned()).collect()
    }

    /// The values of all fields of a name.
    pub fn values(&self, name: &str) -> Vec<String> {
        let parsed = self.parsed();
        let selector = Selector::parse(&format!("[name=\"{name}\"]")).unwrap();
        let values = parsed
            .select(&selector)
            .filter_map(|field| field.value().attr("value"));
        values.map(str::to_owned).collect()
    }

    /// What a reader sees.
    pub fn text(&self) -> String {
        self.select("body").join(" ")
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let mut body = Vec::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push(b'&');
        }
        percent_encode_segment(name, &mut body);
        body.push(b'=');
        percent_encode_segment(value, &mut body);
    }
    String::from_utf8(body).unwrap()
}
