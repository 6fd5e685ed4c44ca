//! What the interface says of itself (OpenAPI 3.1), made of its code.

use std::sync::LazyLock;

use axum::Json;
use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};

use super::refusal::ProblemDetails;
use crate::server::documents;

/// What stands above all operations.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Provisioning server",
        description = "Phones, who has them, and what they are told. Log in, then send the token: \
                       `Authorization: Bearer …`. In the place of secrets stands `[redacted]`; sent back, \
                       it leaves them as they are.",
    ),
    servers((url = "/api/v1")),
    components(schemas(ProblemDetails)),
    security(("session" = [])),
    tags(
        (name = "session", description = "Logging in and out"),
        (name = "phones", description = "The list of phones"),
        (name = "assignment", description = "Who has a phone, and when it may come in"),
        (name = "settings", description = "What a phone is set to"),
        (name = "files", description = "What a phone gets, and why"),
        (name = "registration", description = "The makers' redirection services, and the PBX"),
        (name = "organisations", description = "What phones share, and the subscribers"),
        (name = "firmware", description = "What may be run"),
        (name = "people", description = "Who may log in"),
        (name = "preview", description = "What a change would do"),
    ),
)]
struct Frame;

pub(super) fn frame() -> OpenApi {
    let mut frame = Frame::openapi();
    let components = frame.components.get_or_insert_default();
    let session = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("session", session);
    frame
}

/// The whole description.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let api = super::described().into_openapi();
    let mut description = serde_json::to_value(api).expect("a description is plain");
    name_operations(&mut description["paths"]);
    let schemas = &mut description["components"]["schemas"];
    for name in documents::tables() {
        schemas[name] = referring_here(documents::table(name).clone());
    }
    schemas["Handset"] = handset(&schemas["HandsetDoc"]);
    description
});

/// Describes the interface.
#[utoipa::path(
    get, path = "/openapi.json", tag = "session", security(()),
    responses((status = 200, description = "The description", body = Value)),
)]
pub(super) async fn get() -> Json<&'static Value> {
    Json(&DESCRIPTION)
}

/// Programs that are made from the description need a name for each operation: `put-phones-mac-window`.
fn name_operations(paths: &mut Value) {
    for (path, operations) in paths.as_object_mut().into_iter().flatten() {
        let words: String = path.replace('/', "-").replace(['{', '}'], "");
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operation["operationId"] = format!("{method}{words}").into();
        }
    }
}

/// The schema of the fleet's format stands among those of the interface.
fn referring_here(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field.as_str().and_then(|to| to.strip_prefix("#/$defs/")) {
                    Some(name) if key == "$ref" => {
                        *field = format!("#/components/schemas/{name}").into();
                    }
                    _ => *field = referring_here(field.take()),
                }
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                *entry = referring_here(entry.take());
            }
        }
        _ => {}
    }
    schema
}

/// A handset here has a subscriber in the place of accounts.
fn handset(table: &Value) -> Value {
    let mut schema = table.clone();
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.remove("extensions");
        let who = "Who carries it; nothing = nobody";
        let subscriber = json!({ "type": ["string", "null"], "description": who });
        properties.insert("subscriber".to_owned(), subscriber);
    }
    schema
}

/// Stands for a table of the fleet's format, whose schema is put in by [`DESCRIPTION`].
macro_rules! tables {
    ($($name:ident)+) => {$(
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Ref::from_schema_name(stringify!($name)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

tables! { ExtensionDoc FirmwareDoc Handset ProfileDoc SiteDoc }
