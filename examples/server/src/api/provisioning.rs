//! What a phone gets, and why.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::explained::Explained;
use super::refusal::{Acting, Looking, Refusal};
use super::request::{Asked, At, Caller, MacText};
use crate::server::Server;
use crate::server::files::{Line, Shown};

/// What a phone gets, without its secrets.
#[derive(Serialize, ToSchema)]
pub(super) struct Provisioning {
    /// Its files, in the order in which it asks for them.
    files: Vec<File>,
    /// What was left out, and why.
    notices: Vec<String>,
}

/// A file.
#[derive(Serialize, ToSchema)]
struct File {
    /// Its name as the phone asks for it.
    name: String,
    /// What it is.
    content_type: &'static str,
    /// Its lines, with `[redacted]` in the place of secrets.
    lines: Vec<FileLine>,
}

/// A line of a file.
#[derive(Serialize, ToSchema)]
struct FileLine {
    /// The line.
    text: String,
    /// The setting in it.
    setting: Option<FileSetting>,
}

/// A setting in a line.
#[derive(Serialize, ToSchema)]
struct FileSetting {
    /// Its name as the file spells it.
    name: String,
    /// The index beside the name.
    index: Option<u32>,
    /// What it takes.
    domain: Option<String>,
    /// The source that says so.
    source: Option<&'static str>,
}

impl From<Shown> for File {
    fn from(file: Shown) -> Self {
        Self {
            name: file.name,
            content_type: file.content_type,
            lines: file.lines.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Line> for FileLine {
    fn from(line: Line) -> Self {
        let setting = line.setting.map(|setting| FileSetting {
            name: setting.name,
            index: setting.index,
            domain: setting.domain,
            source: setting.source,
        });
        let text = line.text;
        Self { text, setting }
    }
}

/// Show what a phone gets.
#[utoipa::path(
    get, path = "/phones/{mac}/provisioning", tag = "files",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 200, description = "Its files", body = Provisioning), Acting),
)]
pub(super) async fn files(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<Json<Provisioning>, Refusal> {
    let provisioning = server.provisioning(&caller.actor, mac)?;
    Ok(Json(Provisioning {
        files: provisioning.files.into_iter().map(Into::into).collect(),
        notices: provisioning.notices,
    }))
}

/// Which setting is explained.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Its name as the file spells it.
    name: String,
    /// The index beside the name.
    index: Option<u32>,
}

/// Explain a setting of a phone.
#[utoipa::path(
    get, path = "/phones/{mac}/explanation", tag = "files",
    params(("mac" = String, Path, description = "The phone"), Wanted),
    responses((status = 200, description = "Why it is told so", body = Explained), Looking),
)]
pub(super) async fn explain(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Explained>, Refusal> {
    let explanation = server.explain(&caller.actor, mac, &wanted.name, wanted.index)?;
    Ok(Json(explanation.into()))
}

/// Have a phone fetch its files now.
///
/// One that has not registered fetches them when it starts next.
#[utoipa::path(
    post, path = "/phones/{mac}/resync", tag = "files",
    params(("mac" = String, Path, description = "The phone")),
    responses((status = 202, description = "It is told in a moment"), Acting),
)]
pub(super) async fn resync(
    State(server): State<Arc<Server>>,
    caller: Caller,
    At(MacText(mac)): At<MacText>,
) -> Result<StatusCode, Refusal> {
    server.resync(&caller.actor, vec![mac]).await?;
    Ok(StatusCode::ACCEPTED)
}
