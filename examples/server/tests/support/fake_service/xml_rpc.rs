//! The older services of both makers, by XML-RPC with basic authentication.

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, header};
use phone_provisioning::Mac;

use super::{Asked, NAME, Owner, SECRET, Table};

/// The name of the method that is called.
pub(super) fn method(asked: &Asked) -> &str {
    between(asked.text(), "<methodName>", "</methodName>").map_or("", |(method, _)| method)
}

/// RPS: a truth value and a text, which is no `<string>`.
pub(super) fn yealink(asked: &Asked, table: &mut Table) -> Response {
    if !is_of_account(asked) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let params = params(asked.text());
    let params: Vec<&str> = params.iter().map(String::as_str).collect();
    let says = |truth: bool, text: &str| {
        let truth = u8::from(truth);
        response(&format!(
            "<value><boolean>{truth}</boolean></value><value>{text}</value>"
        ))
    };
    let mac = params.first().and_then(|mac| mac.parse::<Mac>().ok());
    let Some(mac) = mac else {
        return says(false, "Error:Invalid MAC");
    };
    let owner = table.owner(mac);
    match (method(asked), &params[1..], owner) {
        ("redirect.checkDevice", [], None) => says(true, "Unregistered"),
        ("redirect.checkDevice", [], Some(Owner::Account)) => says(true, "Registered"),
        ("redirect.checkDevice", [], Some(Owner::Other)) => says(true, "Registered Elsewhere"),
        ("redirect.registerDeviceWithUniqueUrl", [_, _, "0"], Some(Owner::Other)) => says(
            false,
            &format!("Are you sure you want to override MAC addresses {mac}?"),
        ),
        ("redirect.registerDeviceWithUniqueUrl", [_, _, "0"], Some(Owner::Account)) => {
            says(false, &format!("Existing MAC(s):{mac}"))
        }
        ("redirect.registerDeviceWithUniqueUrl", [_, url, _], _) => {
            table.put(mac, Owner::Account, url);
            says(true, "OK")
        }
        ("redirect.deRegisterDevice", [], Some(Owner::Account)) => {
            table.phones.remove(&mac);
            says(true, "OK")
        }
        ("redirect.deRegisterDevice", [], _) => says(false, &format!("Error:Invalid MAC(s):{mac}")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Snom's service: a truth value and texts.
pub(super) fn snom(asked: &Asked, table: &mut Table) -> Response {
    if !is_of_account(asked) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let params = params(asked.text());
    let params: Vec<&str> = params.iter().map(String::as_str).collect();
    let says = |truth: bool, texts: &[&str]| {
        let truth = u8::from(truth);
        let texts: String = texts
            .iter()
            .map(|text| format!("<value><string>{}</string></value>", escape(text)))
            .collect();
        response(&format!("<value><boolean>{truth}</boolean></value>{texts}"))
    };
    let mac = params.first().and_then(|mac| mac.parse::<Mac>().ok());
    let Some(mac) = mac else {
        return says(false, &["Error:malformed_mac"]);
    };
    let owner = table.owner(mac);
    match (method(asked), &params[1..], owner) {
        (_, _, Some(Owner::Other)) => says(false, &["Error:owned_by_other_user"]),
        ("redirect.getPhoneRedirection", [], Some(Owner::Account)) => {
            says(true, &["Example BV", &table.phones[&mac].url])
        }
        ("redirect.registerPhone", [url], _) => {
            table.put(mac, Owner::Account, url);
            says(true, &["Ok"])
        }
        ("redirect.deregisterPhone", [], Some(Owner::Account)) => {
            table.phones.remove(&mac);
            says(true, &["Ok"])
        }
        ("redirect.getPhoneRedirection" | "redirect.deregisterPhone", [], None) => {
            says(false, &["Error:no_such_mac"])
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn is_of_account(asked: &Asked) -> bool {
    let coded = asked.header("authorization").strip_prefix("Basic ");
    let pair = coded.and_then(|coded| STANDARD.decode(coded).ok());
    pair.as_deref() == Some(format!("{NAME}:{SECRET}").as_bytes())
        && asked.header("content-type") == "text/xml"
}

fn response(values: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param><value><array>\
         <data>\n{values}</data></array></value></param></params></methodResponse>"
    );
    ([(header::CONTENT_TYPE, "text/xml")], body).into_response()
}

/// The texts of a call, in order.
fn params(mut call: &str) -> Vec<String> {
    let mut params = Vec::new();
    while let Some((text, rest)) = between(call, "<string>", "</string>") {
        params.push(unescape(text));
        call = rest;
    }
    params
}

/// What stands between two tags, and what follows.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let (_, inner) = text.split_once(begin)?;
    inner.split_once(end)
}

const ENTITIES: [(&str, &str); 5] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&amp;", "&"),
];

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in ENTITIES {
        text = text.replace(entity, character);
    }
    text
}

fn escape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in ENTITIES.into_iter().rev() {
        text = text.replace(character, entity);
    }
    text
}
