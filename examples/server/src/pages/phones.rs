//! The list of phones.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::inventory::Phone;
use serde::Deserialize;

use super::organisations::{Choice, choices};
use super::summary::{Summary, User};
use super::{Frame, Refused, Section, Visitor, page, segment};
use crate::server::{Problem, Server, State};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/", get(show))
}

/// Phones on one page.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    page: String,
}

async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let number = asked.page.parse().unwrap_or(1_usize).max(1);
    let (organisations, found) = visitor.server.look(|state| {
        let organisations = choices(state, &visitor.actor);
        let found = find(state, &visitor, &organisations, &asked, number);
        found.map(|found| (organisations, found))
    })?;
    let view = View {
        frame: visitor.frame(Section::Phones),
        organisations,
        number,
        pages: found.count.div_ceil(PAGE).max(1),
        count: found.count,
        rows: found.rows,
        asked,
    };
    Ok(page(StatusCode::OK, &view))
}

struct Found {
    count: usize,
    rows: Vec<Summary>,
}

fn find(
    state: &State,
    visitor: &Visitor,
    organisations: &[Choice],
    asked: &Asked,
    number: usize,
) -> Result<Found, Problem> {
    let wanted = asked.q.trim().to_lowercase();
    let mut phones: Vec<&Phone> = Vec::new();
    for choice in organisations {
        let is_asked = asked.organisation.is_empty() || asked.organisation == choice.id.as_str();
        if is_asked {
            phones.extend(state.inventory.list(&visitor.actor, &choice.id)?);
        }
    }
    if !wanted.is_empty() {
        phones.retain(|phone| Summary::matches(state, phone, &wanted));
    }
    let now = visitor.now();
    let start = (number - 1).saturating_mul(PAGE);
    let shown = phones.iter().skip(start).take(PAGE);
    Ok(Found {
        count: phones.len(),
        rows: shown.map(|phone| Summary::of(state, phone, now)).collect(),
    })
}

#[derive(Template)]
#[template(path = "phones.html")]
struct View {
    frame: Frame,
    organisations: Vec<Choice>,
    asked: Asked,
    number: usize,
    pages: usize,
    count: usize,
    rows: Vec<Summary>,
}

impl View {
    /// Another page of the same list.
    fn page(&self, number: usize) -> String {
        let (q, organisation) = (segment(&self.asked.q), segment(&self.asked.organisation));
        format!("/admin/?q={q}&organisation={organisation}&page={number}")
    }
}
