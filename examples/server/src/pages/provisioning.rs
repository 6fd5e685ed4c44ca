//! What a phone gets: its files without their secrets, and why each line says what it says.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use phone_provisioning::inspect::Explanation;
use phone_provisioning::model::{Layer, Mac};
use serde::Deserialize;

use super::settings::read_mac;
use super::{Frame, Refused, Section, Visitor, page, segment};
use crate::server::files::{Line, Provisioning, Shown};
use crate::server::{Problem, Server};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/admin/phones/{mac}/provisioning", get(show))
}

/// The line that is to be explained.
#[derive(Deserialize)]
struct Asked {
    file: Option<String>,
    line: Option<usize>,
}

async fn show(
    visitor: Visitor,
    Path(mac): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let mac = read_mac(&mac)?;
    let (server, actor) = (visitor.server.clone(), visitor.actor.clone());
    let made = tokio::task::spawn_blocking(move || {
        let provisioning = server.provisioning(&actor, mac)?;
        let line = asked.line_of(&provisioning);
        let explained = line.map(|(file, number, line)| {
            let setting = line.setting.as_ref();
            let setting = setting.ok_or(Problem::Unknown("setting in this line"))?;
            let explanation = server.explain(&actor, mac, &setting.name, setting.index)?;
            Ok::<_, Problem>(Explained {
                file: file.name.clone(),
                line: number,
                text: line.text.clone(),
                explanation,
            })
        });
        Ok::<_, Problem>((explained.transpose()?, provisioning))
    });
    let failed = |_| Problem::Conflict("the files could not be made".to_owned());
    let (explained, provisioning) = made.await.map_err(failed)??;
    let view = View {
        frame: visitor.frame(Section::Phones),
        mac,
        provisioning: &provisioning,
        explained: explained.as_ref(),
    };
    Ok(page(StatusCode::OK, &view))
}

impl Asked {
    fn line_of<'p>(&self, provisioning: &'p Provisioning) -> Option<(&'p Shown, usize, &'p Line)> {
        let name = self.file.as_deref()?;
        let file = provisioning.files.iter().find(|file| file.name == name)?;
        let number = self.line?;
        let line = file.lines.get(number.checked_sub(1)?)?;
        Some((file, number, line))
    }
}

/// Why a line says what it says.
struct Explained {
    file: String,
    line: usize,
    text: String,
    explanation: Explanation,
}

impl Explained {
    fn is_at(&self, file: &str, line: &usize) -> bool {
        self.file == file && self.line == *line
    }
}

/// A layer in the words of the pages.
fn layer(layer: &Layer) -> &'static str {
    match layer {
        Layer::Default => "default of the phone's maker",
        Layer::Site => "organisation",
        Layer::Profile => "settings of the phone",
        Layer::Device => "settings of its user on this phone",
        Layer::Extension => "account, key or handset",
    }
}

#[derive(Template)]
#[template(path = "provisioning.html")]
struct View<'a> {
    frame: Frame,
    mac: Mac,
    provisioning: &'a Provisioning,
    explained: Option<&'a Explained>,
}

impl View<'_> {
    fn address(&self, file: &str, line: &usize) -> String {
        let mac = self.mac.plain_lower();
        let file = segment(file);
        format!("/admin/phones/{mac}/provisioning?file={file}&line={line}#explanation")
    }

    fn is_open(&self, file: &str) -> bool {
        self.explained
            .is_some_and(|explained| explained.file == file)
    }
}
