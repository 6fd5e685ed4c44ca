//! What JSON Schema (feature `schema`) says of the types of the tables' fields. Each stands for the type
//! of [`lax`](super::lax) with its name: a lax value has the schema of what belongs there, which
//! refuses what `resolve` refuses.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::model::Words;

pub(super) type Lax<T> = T;
pub(super) type List<T> = Vec<T>;
pub(super) type Names<T> = BTreeMap<String, T>;
pub(super) enum SecretText {}
pub(super) enum Number<const MIN: i64, const MAX: i64> {}
pub(super) struct Word<T>(PhantomData<T>);

/// Whoever shows a document knows by this which texts to hide.
impl JsonSchema for SecretText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SecretText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password" })
    }
}

impl<const MIN: i64, const MAX: i64> JsonSchema for Number<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Number_{MIN}_{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl<T: Words> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Word_{}", std::any::type_name::<T>()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = T::ALL.iter().map(|value| value.as_str()).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}
