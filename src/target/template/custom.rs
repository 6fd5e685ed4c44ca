//! Raw settings of the shipped targets whose value a template makes.

use std::sync::{Arc, LazyLock};

use serde_json::Value as Json;

use super::super::context::Context;
use super::super::custom::Sent;
use super::super::job::Job;
use super::data::Data;
use super::engine::{Compiled, Engine, Escape, Secrets, compile};
use super::scan::Fault;
use crate::error::{Error, ErrorKind};
use crate::model::{CustomSetting, CustomValue, Device, Layer, Template};
use crate::text::Secret;

/// Nothing is escaped: the result goes through the place of the setting as a literal value does.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Escape::None, Arc::default()));

/// The templates of the raw settings of site and profile, compiled when a target is prepared.
#[derive(Debug, Default)]
pub(crate) struct CustomTemplates(Vec<(Layer, usize, Result<Compiled, Fault>)>);

impl CustomTemplates {
    pub(crate) fn compile(context: &Context) -> Self {
        let layers = context.layers(&super::super::context::NOTHING);
        let found = layers.custom(|custom| context.is_for(custom));
        let compiled = found.into_iter().filter_map(|(found, index)| {
            let template = template_of(found.value)?;
            Some((found.layer, index, compile(template.expose())))
        });
        Self(compiled.collect())
    }

    /// Whether any raw setting of site or profile is made by a template.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    fn get(&self, layer: Layer, index: usize) -> Option<&Result<Compiled, Fault>> {
        let found = |entry: &&(Layer, usize, _)| entry.0 == layer && entry.1 == index;
        self.0.iter().find(found).map(|(_, _, compiled)| compiled)
    }
}

fn template_of(setting: &CustomSetting) -> Option<&Template> {
    match &setting.value {
        CustomValue::Template(template) => Some(template),
        CustomValue::Literal(_) | CustomValue::Empty => None,
    }
}

/// Checks that a template of the value of a raw setting is well formed.
///
/// # Errors
/// [`ErrorKind::Template`] with the place in the template.
pub(crate) fn check_value(template: &Template) -> Result<(), ErrorKind> {
    compile(template.expose()).map(drop).map_err(kind)
}

/// Fills in the templates of the raw settings for a device.
pub(crate) fn fill_custom<'a>(context: &'a Context, device: &'a Device, job: &mut Job<'a>) {
    let layers = job.layers;
    let any = layers.custom(|custom| context.is_for(custom) && template_of(custom).is_some());
    if any.is_empty() {
        return;
    }
    let notices = job.notices.len();
    let mut data = Data::new(job);
    let json = Json::Object(data.of_device(context, device));
    let mut secrets = data.secrets;
    // What is not applicable is told where it is written.
    job.notices.truncate(notices);
    let mut errors = Vec::new();
    let custom = context.custom(&layers, |setting, layer, index| {
        let template = template_of(setting)?;
        let sent = match context.templates.get(layer, index) {
            Some(Ok(compiled)) => sent(compiled, &json, &mut secrets),
            Some(Err(fault)) => Err(kind(fault.clone())),
            None => match compile(template.expose()) {
                Ok(compiled) => sent(&compiled, &json, &mut secrets),
                Err(fault) => Err(kind(fault)),
            },
        };
        let path = || job.path(layer, "custom").index(index).key("template");
        sent.map_err(|kind| errors.push(Error::new(path(), kind)))
            .ok()
    });
    job.custom = custom;
    job.errors.extend(errors);
}

/// What a template makes of a device.
fn sent<'a>(
    compiled: &Compiled,
    data: &Json,
    secrets: &mut Secrets,
) -> Result<Sent<'a>, ErrorKind> {
    secrets.begin();
    let sink = ENGINE.fill(compiled, data.clone(), secrets).map_err(kind)?;
    let text = match sink.text.as_str() {
        "" => None,
        text => Some(Secret::new(text)?),
    };
    Ok(Sent {
        text: text.map(std::borrow::Cow::Owned),
        key: "template",
        secret: secrets.used(),
    })
}

fn kind(fault: Fault) -> ErrorKind {
    ErrorKind::Template {
        what: "the template".to_owned(),
        line: fault.line,
        column: fault.column,
        reason: fault.reason,
    }
}
