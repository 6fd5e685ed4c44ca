//! The description is complete, and sound by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::client::ask;
use super::program;

/// What the interface says of itself.
pub(super) struct Description(Value);

impl Description {
    pub(super) fn of(address: std::net::SocketAddr) -> Self {
        let answer = ask(
            "GET",
            &format!("http://{address}/api/v1/openapi.json"),
            &[],
            None,
        );
        assert_eq!(answer.status, 200);
        Self(answer.json())
    }

    /// Each operation with its method and path.
    pub(super) fn operations(&self) -> Vec<(String, String, &Value)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let operations = paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
        });
        operations.collect()
    }

    /// The operation that a request is for.
    pub(super) fn operation(&self, method: &str, path: &str) -> (String, &Value) {
        let path = path.split('?').next().unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &str| {
            let places: Vec<&str> = pattern.split('/').collect();
            let mut pairs = places.iter().zip(&parts);
            places.len() == parts.len()
                && pairs.all(|(place, part)| place == part || place.starts_with('{'))
        };
        let mut fitting: Vec<_> = self.operations();
        fitting.retain(|(known, pattern, _)| known == method && fits(pattern));
        // `/phones/{mac}/firmware/preview` has no variable in the place of `preview`.
        fitting.sort_by_key(|(_, pattern, _)| pattern.matches('{').count());
        let (_, pattern, operation) = fitting
            .first()
            .unwrap_or_else(|| panic!("{method} {path} is not described"));
        (pattern.clone(), operation)
    }

    /// What is wrong with a value, held against a schema of the description.
    pub(super) fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut schema = schema.clone();
        schema["components"] = self.0["components"].clone();
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema);
        let validator = validator.unwrap_or_else(|error| panic!("{error}: {schema:#}"));
        let faults = validator.iter_errors(value);
        faults
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect()
    }

    /// Holds an answer against what is described for the request.
    #[track_caller]
    pub(super) fn check(&self, method: &str, path: &str, status: u16, body: &Value) {
        let (_, operation) = self.operation(method, path);
        let response = &operation["responses"][status.to_string()];
        assert!(
            response.is_object(),
            "{method} {path}: {status} is not described: {body}"
        );
        let content = response["content"].as_object();
        let Some((_, media)) = content.and_then(|content| content.iter().next()) else {
            assert_eq!(*body, Value::Null, "{method} {path}: {status} has no body");
            return;
        };
        let faults = self.faults(&media["schema"], body);
        assert!(faults.is_empty(), "{method} {path}: {faults:#?}\n{body:#}");
    }
}

#[test]
fn every_operation_is_described_as_a_whole() {
    let program = program();
    let description = Description::of(program.address());
    let version = description.0["openapi"].as_str().unwrap();
    assert!(version.starts_with("3.1."), "{version}");
    let mut ids = BTreeSet::new();
    for (method, path, operation) in description.operations() {
        let name = format!("{method} {path}");
        let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!(text(&operation["summary"]), "{name}");
        assert!(
            ids.insert(operation["operationId"].to_string()),
            "{name}: its id is another's"
        );
        let is_open = matches!(path.as_str(), "/login" | "/openapi.json");
        let responses = operation["responses"].as_object().unwrap();
        assert_eq!(operation.get("security").is_some(), is_open, "{name}");
        assert!(is_open || responses.contains_key("401"), "{name}");
        for (status, response) in responses {
            assert!(text(&response["description"]), "{name} {status}");
            let content = response["content"].as_object().into_iter().flatten();
            for (kind, media) in content {
                let is_problem = status.starts_with('4');
                let expected = if is_problem {
                    "application/problem+json"
                } else {
                    "application/json"
                };
                assert_eq!(kind, expected, "{name} {status}");
                assert!(media["schema"].is_object(), "{name} {status}");
            }
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let declared: BTreeSet<&str> = parameters
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let places = path.split('/').filter_map(|part| part.strip_prefix('{'));
        let places: BTreeSet<&str> = places.map(|part| part.trim_end_matches('}')).collect();
        assert_eq!(declared, places, "{name}");
        if let Some(body) = operation.get("requestBody") {
            assert!(
                body["content"]["application/json"]["schema"].is_object(),
                "{name}"
            );
            assert!(
                responses.contains_key("415") && responses.contains_key("413"),
                "{name}"
            );
        }
    }
    assert_eq!(description.0["security"], json!([{ "session": [] }]));
    let session = &description.0["components"]["securitySchemes"]["session"];
    assert_eq!(*session, json!({ "type": "http", "scheme": "bearer" }));
}

#[test]
fn references_lead_somewhere_and_examples_are_what_they_show() {
    let program = program();
    let description = Description::of(program.address());
    let mut references = BTreeSet::new();
    collect(&description.0, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        let target = description.0.pointer(pointer);
        assert!(
            target.is_some_and(|target| target.get("$ref").is_none()),
            "{reference}"
        );
    }
    let schemas = description.0["components"]["schemas"].as_object().unwrap();
    let mut examples = 0;
    for (name, schema) in schemas {
        for example in schema
            .get("example")
            .into_iter()
            .chain(schema["examples"].as_array().into_iter().flatten())
        {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            let faults = description.faults(&reference, example);
            assert!(faults.is_empty(), "{name}: {faults:#?}");
            examples += 1;
        }
    }
    assert!(examples >= 12, "{examples}");
}

#[test]
fn every_described_route_exists_and_no_other() {
    let program = program();
    let description = Description::of(program.address());
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (method, path, _) in description.operations() {
        methods.entry(path).or_default().insert(method);
    }
    // Nobody is logged in: what exists asks for it, before it looks at anything else.
    for (path, described) in methods {
        let filled = path.replace("{mac}", "80:5e:0c:10:00:01");
        let filled = filled
            .replace("{model}", "yealink%20T54W")
            .replace(['{', '}'], "");
        let url = format!("http://{}/api/v1{filled}", program.address());
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
            let status = ask(method, &url, &[], None).status;
            let expected = match (described.contains(method), path.as_str()) {
                (true, "/openapi.json") => 200,
                (true, "/login") => 415,
                (true, _) => 401,
                (false, _) => 405,
            };
            assert_eq!(status, expected, "{method} {path}");
        }
    }
}

/// The routes are collected from handlers with their descriptions; this is whether one was forgotten.
#[test]
fn every_handler_is_a_route() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let sources: Vec<String> = files
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let handlers: usize = sources
        .iter()
        .map(|text| text.matches("#[utoipa::path(").count())
        .sum();
    let program = program();
    assert_eq!(
        Description::of(program.address()).operations().len(),
        handlers
    );
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field.as_str() {
                    Some(to) if key == "$ref" => drop(references.insert(to.to_owned())),
                    _ => collect(field, references),
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, references)),
        _ => {}
    }
}
