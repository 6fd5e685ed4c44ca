//! RPS by JSON, with signed requests.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::StatusCode;
use md5::{Digest as _, Md5};
use phone_provisioning::Mac;
use ring::hmac;
use serde_json::{Value, json};

use super::{Asked, NAME, Owner, SECRET, Table};

pub(super) fn answer(asked: &Asked, now: DateTime<Utc>, table: &mut Table) -> Response {
    if !is_signed(asked, now, table) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let call = asked.parts.uri.path().strip_prefix("/api/open/v1/");
    let body: Value = serde_json::from_slice(&asked.body).unwrap_or(Value::Null);
    let query = asked.parts.uri.query().unwrap_or_default();
    let data = match (asked.parts.method.as_str(), call.unwrap_or_default()) {
        ("POST", "device/list") => list(&body, table),
        ("GET", "device/checkMac") => check(query, table),
        ("POST", "device/add") => add(&body, table),
        ("POST", "device/edit") => edit(&body, table),
        ("POST", "device/delete") => delete(&body, table),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    Json(match data {
        Ok(data) => json!({"ret": 0, "data": data, "error": null}),
        Err(msg) => json!({"ret": -1, "data": null, "error": {"msg": msg, "fieldErrors": []}}),
    })
    .into_response()
}

type Answer = Result<Value, &'static str>;

/// Finds what has the key in its address: more than is asked for.
fn list(body: &Value, table: &Table) -> Answer {
    let key = body["key"].as_str().unwrap_or_default();
    let number = |name: &str| usize::try_from(body[name].as_u64().unwrap_or(0)).unwrap();
    let ours = table
        .phones
        .iter()
        .filter(|(_, phone)| phone.owner == Owner::Account);
    let found: Vec<Value> = ours
        .map(|(mac, phone)| (mac.plain_upper().to_string(), phone))
        .filter(|(mac, _)| mac.to_lowercase().contains(&key.to_lowercase()))
        .map(|(mac, phone)| {
            json!({
                "id": phone.id, "mac": mac, "serverUrl": null, "uniqueServerUrl": phone.url,
                "enterpriseName": "Example BV", "ipAddress": null,
            })
        })
        .collect();
    let (skip, limit) = (number("skip"), number("limit"));
    let page: Vec<&Value> = found.iter().skip(skip).take(limit).collect();
    Ok(json!({"skip": skip, "limit": limit, "total": found.len(), "data": page}))
}

fn check(query: &str, table: &Table) -> Answer {
    let mac = query.strip_prefix("mac=").and_then(|mac| mac.parse().ok());
    let mac: Mac = mac.ok_or("device.mac.invalid")?;
    let owner = table.owner(mac);
    let is_ours = owner.map(|owner| owner == Owner::Account);
    Ok(json!({"existed": owner.is_some(), "self": is_ours}))
}

fn add(body: &Value, table: &mut Table) -> Answer {
    let macs = body["macs"].as_array().ok_or("device.mac.invalid")?;
    let url = body["uniqueServerUrl"].as_str().unwrap_or_default();
    let macs: Option<Vec<Mac>> = macs.iter().map(|mac| mac.as_str()?.parse().ok()).collect();
    let macs = macs.ok_or("device.mac.invalid")?;
    for mac in &macs {
        match table.owner(*mac) {
            Some(Owner::Account) => return Err("device.mac.existed"),
            Some(Owner::Other) => return Err("device.mac.added.by.other"),
            None => {}
        }
    }
    for mac in macs {
        table.put(mac, Owner::Account, url);
    }
    Ok(Value::Null)
}

fn edit(body: &Value, table: &mut Table) -> Answer {
    let url = body["uniqueServerUrl"].as_str().unwrap_or_default();
    let entry = table
        .phones
        .values_mut()
        .find(|phone| body["id"] == phone.id.as_str())
        .ok_or("device.not.found")?;
    if entry.owner == Owner::Other {
        return Err("device.operate.forbidden");
    }
    url.clone_into(&mut entry.url);
    Ok(Value::Null)
}

fn delete(body: &Value, table: &mut Table) -> Answer {
    let ids = body["ids"].as_array().ok_or("device.not.found")?;
    let before = table.phones.len();
    let is_meant =
        |id: &str, owner: Owner| owner == Owner::Account && ids.iter().any(|meant| meant == id);
    table
        .phones
        .retain(|_, phone| !is_meant(&phone.id, phone.owner));
    match before - table.phones.len() {
        0 => Err("device.not.found"),
        deleted => Ok(deleted.into()),
    }
}

/// The account's key, a time of five minutes around now, a new nonce, and a signature over all of that,
/// the address and the body.
fn is_signed(asked: &Asked, now: DateTime<Utc>, table: &mut Table) -> bool {
    let uri = &asked.parts.uri;
    let (nonce, timestamp) = (asked.header("x-ca-nonce"), asked.header("x-ca-timestamp"));
    let mut signed = format!("{}\n", asked.parts.method);
    if !asked.body.is_empty() {
        let digest = STANDARD.encode(Md5::digest(&asked.body));
        if asked.header("content-md5") != digest
            || asked.header("content-type") != "application/json;charset=UTF-8"
        {
            return false;
        }
        signed += &format!("Content-MD5:{digest}\n");
    }
    signed += &format!("X-Ca-Key:{NAME}\nX-Ca-Nonce:{nonce}\nX-Ca-Timestamp:{timestamp}\n");
    signed += uri.path().trim_start_matches('/');
    if let Some(query) = uri.query() {
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        signed += &format!("\n{}", pairs.join("&"));
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = STANDARD.decode(asked.header("x-ca-signature"));
    let is_now = timestamp.len() == 13
        && timestamp
            .parse::<i64>()
            .is_ok_and(|time| (time - now.timestamp_millis()).abs() <= 300_000);
    asked.header("x-ca-key") == NAME
        && is_now
        && signature.is_ok_and(|tag| hmac::verify(&key, signed.as_bytes(), &tag).is_ok())
        && table.is_fresh(nonce)
}
