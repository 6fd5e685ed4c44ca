//! SRAPS: links from one place to the next, and requests signed by Hawk.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use phone_provisioning::Mac;
use ring::{digest, hmac};
use serde_json::{Value, json};

use super::{Asked, NAME, Owner, SECRET, Table};

/// The setting that holds the address of a phone.
const SETTING: &str = "7f2c";
const COMPANY: &str = "/api/v1/companies/acme";

pub(super) fn answer(asked: &Asked, now: DateTime<Utc>, table: &mut Table) -> Response {
    match check(asked, now, table) {
        Ok(()) => {}
        Err(Refused::Signature) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(Refused::Time) => {
            let ts = now.timestamp();
            let tsm = hmac::sign(&key(), format!("hawk.1.ts\n{ts}\n").as_bytes());
            let tsm = STANDARD.encode(tsm);
            let told = format!(r#"Hawk ts="{ts}", tsm="{tsm}", error="Stale timestamp""#);
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, told)]).into_response();
        }
    }
    let path = asked.parts.uri.path();
    if let Some(mac) = path.strip_prefix("/api/v1/companies/acme/endpoints/") {
        return match mac.parse() {
            Ok(mac) if mac_text(mac) == *path.rsplit('/').next().unwrap() => {
                entry(mac, asked, table)
            }
            _ => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let origin = format!("http://{}", asked.header("host"));
    let found = match (asked.parts.method.as_str(), path) {
        ("GET", "/api/v1/settings/") => json!([
            {"uuid": "0", "param_name": "language"},
            {"uuid": SETTING, "param_name": "setting_server"},
        ]),
        ("GET", "/api/v1/tokens/reseller-17") => {
            json!({"uuid": NAME, "links": {"company": format!("{origin}{COMPANY}")}})
        }
        ("GET", COMPANY) => {
            json!({"links": {"endpoints": format!("{origin}{COMPANY}/endpoints/")}})
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    Json(found).into_response()
}

/// The entry of a phone: read, written, removed.
fn entry(mac: Mac, asked: &Asked, table: &mut Table) -> Response {
    let forbidden = |message: &str| {
        let message = json!({"message": message});
        (StatusCode::FORBIDDEN, Json(message)).into_response()
    };
    let shown = |url: &str| {
        Json(json!({
            "mac": mac_text(mac), "autoprovisioning_enabled": true,
            "settings_manager": {SETTING: {"value": url, "attrs": {"perm": "RW"}}},
        }))
        .into_response()
    };
    match (asked.parts.method.as_str(), table.owner(mac)) {
        ("PUT", Some(Owner::Other)) => forbidden("taken_mac_or_forbidden"),
        (_, Some(Owner::Other)) => forbidden("User lacks permission to endpoint"),
        ("PUT", _) => {
            let body: Value = serde_json::from_slice(&asked.body).unwrap_or(Value::Null);
            let setting = &body["settings_manager"][SETTING];
            let (url, perm) = (setting["value"].as_str(), setting["attrs"]["perm"].as_str());
            let is_whole = body["mac"] == mac_text(mac).as_str()
                && body["autoprovisioning_enabled"] == true
                && perm == Some("RW");
            let Some(url) = url.filter(|_| is_whole) else {
                return StatusCode::UNPROCESSABLE_ENTITY.into_response();
            };
            table.put(mac, Owner::Account, url);
            shown(url)
        }
        ("GET", Some(Owner::Account)) => shown(&table.phones[&mac].url),
        ("DELETE", Some(Owner::Account)) => {
            table.phones.remove(&mac);
            StatusCode::NO_CONTENT.into_response()
        }
        (_, None) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn mac_text(mac: Mac) -> String {
    mac.plain_lower().to_string()
}

enum Refused {
    Signature,
    Time,
}

fn key() -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes())
}

/// A signature over time, nonce, method, address, host, port and body; a new nonce; a time of a minute
/// around now.
fn check(asked: &Asked, now: DateTime<Utc>, table: &mut Table) -> Result<(), Refused> {
    let header = asked.header("authorization").strip_prefix("Hawk ");
    let header = header.ok_or(Refused::Signature)?;
    let field = |name: &str| {
        let mut fields = header.split(", ").filter_map(|field| {
            let (key, value) = field.split_once('=')?;
            (key == name).then(|| value.trim_matches('"'))
        });
        fields.next().unwrap_or_default()
    };
    let (ts, nonce, hash) = (field("ts"), field("nonce"), field("hash"));
    let (host, port) = asked.header("host").split_once(':').unwrap_or_default();
    let resource = asked.parts.uri.path_and_query().unwrap();
    let method = &asked.parts.method;
    let signed =
        format!("hawk.1.header\n{ts}\n{nonce}\n{method}\n{resource}\n{host}\n{port}\n{hash}\n\n");
    let mac = STANDARD.decode(field("mac"));
    let is_signed = mac.is_ok_and(|tag| hmac::verify(&key(), signed.as_bytes(), &tag).is_ok());
    if field("id") != NAME || !is_signed || hash != payload(asked) {
        return Err(Refused::Signature);
    }
    let is_now = ts
        .parse::<i64>()
        .is_ok_and(|ts| (ts - now.timestamp()).abs() <= 60);
    match (is_now, table.is_fresh(nonce)) {
        (false, _) => Err(Refused::Time),
        (true, true) => Ok(()),
        (true, false) => Err(Refused::Signature),
    }
}

fn payload(asked: &Asked) -> String {
    let content_type = asked.header("content-type").split(';').next();
    let content_type = content_type.unwrap_or_default().trim().to_lowercase();
    let mut hashed = format!("hawk.1.payload\n{content_type}\n").into_bytes();
    hashed.extend_from_slice(&asked.body);
    hashed.push(b'\n');
    STANDARD.encode(digest::digest(&digest::SHA256, &hashed))
}
