//! Requests and outcomes, for people and for programs.

use http::Request;
use phone_provisioning::redirection::{Body, Done, Outcome, Page, Registered, ServerObject};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// A request, credentials and all.
pub(crate) fn request(request: &Request<Body>, json: bool) -> Zeroizing<Vec<u8>> {
    let (method, uri) = (request.method(), request.uri());
    let fields = request.headers().iter();
    let body = request.body().as_bytes();
    if json {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields: Vec<_> = fields
            .map(|(name, value)| json!([name.as_str(), text(value.as_bytes())]))
            .collect();
        let request = json!({
            "method": method.as_str(),
            "url": uri.to_string(),
            "headers": fields,
            "body": text(body),
        });
        return lines(&json!({ "request": request }));
    }
    let mut out = Zeroizing::new(format!("{method} {uri}\n").into_bytes());
    for (name, value) in fields {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(body);
    out
}

/// An outcome: its name, and what is known besides.
pub(crate) fn outcome(outcome: &Outcome, json: bool) -> Zeroizing<Vec<u8>> {
    let value = value(outcome);
    if json {
        return lines(&json!({ "outcome": value }));
    }
    let mut out = String::new();
    write(&value, "", &mut out);
    Zeroizing::new(out.into_bytes())
}

fn lines(value: &Value) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(format!("{value:#}\n").into_bytes())
}

/// `name: value`, the names of what is inside others joined by dots.
fn write(value: &Value, name: &str, out: &mut String) {
    let inner = |part: &str| match name {
        "" => part.to_owned(),
        name => format!("{name}.{part}"),
    };
    match value {
        Value::Object(parts) => parts
            .iter()
            .for_each(|(part, value)| write(value, &inner(part), out)),
        Value::Array(parts) => {
            let parts = parts.iter().enumerate();
            parts.for_each(|(at, value)| write(value, &inner(&(at + 1).to_string()), out));
        }
        Value::Null => {}
        Value::String(text) => *out += &format!("{name}: {text}\n"),
        other => *out += &format!("{name}: {other}\n"),
    }
}

fn value(outcome: &Outcome) -> Value {
    let named = |name: &str| json!({ "is": name });
    match outcome {
        Outcome::Done(done) => {
            let (name, value) = match done {
                Done::Access => ("access", Value::Null),
                Done::Registered(entry) => ("phone", phone(entry)),
                Done::Removed => ("removed", json!(true)),
                Done::Found(entry) => ("phone", phone(entry)),
                Done::Phones(page) => ("phones", entries(page, phone)),
                Done::Server(object) => ("server", server(object)),
                Done::Servers(page) => ("servers", entries(page, server)),
                Done::Pins(pins) => {
                    let pins = pins.iter().map(|(mac, pin)| {
                        let pin = pin.as_ref().map(|pin| pin.expose());
                        json!({ "mac": mac.plain_lower().to_string(), "pin": pin })
                    });
                    ("pins", pins.collect())
                }
                _ => ("more", Value::Null),
            };
            json!({ "is": "done", name: value })
        }
        Outcome::AlreadyOurs(entry) => json!({ "is": "already ours", "phone": phone(entry) }),
        Outcome::OwnedByOther => named("owned by another"),
        Outcome::NotFound => named("not found"),
        Outcome::Refused(refusal) => json!({ "is": "refused", "reason": refusal.to_string() }),
        Outcome::RateLimited { until } => {
            json!({ "is": "rate limited", "until": until.map(|until| until.to_rfc3339()) })
        }
        Outcome::Retry(retry) => json!({
            "is": "retry",
            "reason": retry.cause.to_string(),
            "after_seconds": retry.after.map(|after| after.as_secs()),
        }),
        Outcome::Broken(broken) => json!({ "is": "broken", "reason": broken.to_string() }),
        Outcome::Each(outcomes) => {
            let outcomes = outcomes.iter().map(|(mac, outcome)| {
                json!({ "mac": mac.plain_lower().to_string(), "outcome": value(outcome) })
            });
            json!({ "is": "each", "phones": outcomes.collect::<Vec<_>>() })
        }
        _ => named("something that this program does not know"),
    }
}

fn entries<T>(page: &Page<T>, shown: fn(&T) -> Value) -> Value {
    json!({
        "entries": page.entries.iter().map(shown).collect::<Vec<_>>(),
        "next": page.next.as_ref().map(|next| next.as_str()),
    })
}

fn phone(entry: &Registered) -> Value {
    json!({
        "mac": entry.mac.plain_lower().to_string(),
        "url": entry.url.as_ref().map(|url| url.expose().as_str()),
        "server": entry.server.as_ref().map(|server| server.as_str()),
        "id": entry.id,
        "serial": entry.serial.as_ref().map(|serial| serial.as_str()),
        "since": entry.since.map(|since| since.to_rfc3339()),
        "last_visit": entry.last_visit.map(|visit| visit.to_rfc3339()),
    })
}

fn server(object: &ServerObject) -> Value {
    json!({
        "name": object.name.as_str(),
        "id": object.id,
        "url": object.url.as_ref().map(|url| url.expose().as_str()),
    })
}
