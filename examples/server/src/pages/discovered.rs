//! Phones that asked the network for their files, and that are not on the list.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::delivery::pnp::DiscoveredPhone;
use phone_provisioning::inventory::Role;

use super::local_time::ago;
use super::picture::Picture;
use super::{Frame, Refused, Section, Visitor, page, segment};
use crate::server::{Problem, Server, State};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/discovered", get(show))
}

async fn show(visitor: Visitor) -> Result<Response, Refused> {
    // Nobody knows whose they are: only who adds phones may look at them.
    if visitor.actor.role() != Role::Provider {
        return Err(Problem::Forbidden.into());
    }
    let now = visitor.now();
    let rows = visitor.server.look(|state| {
        let row = |phone: &DiscoveredPhone| Row {
            mac: phone.mac.to_string(),
            picture: picture(state, phone),
            model: words(phone),
            firmware: phone.firmware.clone().unwrap_or_default(),
            source: phone.source.to_string(),
            last_seen: (phone.last_seen.to_rfc3339(), ago(now - phone.last_seen)),
            count: phone.count,
            add: format!(
                "/admin/phones/add?mac={}&model={}",
                phone.mac.plain_lower(),
                segment(phone.model.as_deref().unwrap_or(""))
            ),
        };
        state.discovered.iter().map(row).collect()
    });
    let frame = visitor.frame(Section::Discovered);
    Ok(page(StatusCode::OK, &View { frame, rows }))
}

fn picture(state: &State, phone: &DiscoveredPhone) -> Picture {
    let model = phone.model.as_deref();
    let model = model.and_then(|model| state.targets().model(model).ok());
    Picture::of(model.map(|model| model.row))
}

/// The model as the list has it, or as the phone says it.
fn words(phone: &DiscoveredPhone) -> String {
    let said = phone.model.clone().or_else(|| phone.reported_model.clone());
    said.unwrap_or_else(|| "unknown".to_owned())
}

#[derive(Template)]
#[template(path = "discovered.html")]
struct View {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    mac: String,
    picture: Picture,
    model: String,
    firmware: String,
    source: String,
    last_seen: (String, String),
    count: u32,
    add: String,
}
