//! The JSON Schema of the fleet document: every key of the format, and nothing beside them.
#![cfg(feature = "schema")]

use std::collections::{BTreeMap, BTreeSet};

use phone_provisioning::fleet::Document;
use serde_json::{Value, json};

/// All keys of the format, table by table: the ones that must be there first.
const TABLES: &[(&str, &str, &str)] = &[
    ("", "site devices", "profiles"),
    (
        "SiteDoc",
        "name",
        "provisioning_url firmware_base firmware settings",
    ),
    ("ProfileDoc", "", "settings keys"),
    (
        "SettingsDoc",
        "",
        "time_zone language tone_country time_format date_format ntp_servers registrar \
         outbound_proxy backup_registrar codecs dtmf admin user maintenance download logged_out \
         nat tls language_pack call_waiting caller_id volumes vlan emergency_numbers \
         feature_codes ring_tones ldap phonebook resync custom",
    ),
    ("RegistrarDoc", "host", "port transport expires srtp"),
    ("OutboundProxyDoc", "host", "port transport"),
    ("BackupRegistrarDoc", "host", "port"),
    ("LoginDoc", "username password", ""),
    ("LoggedOutDoc", "number password", "username auth_username"),
    ("NatDoc", "", "keep_alive_seconds rport stun"),
    ("TlsDoc", "", "verify ca_url"),
    ("LanguagePackDoc", "url", ""),
    (
        "VolumesDoc",
        "",
        "ringer speaker handset headset microphone",
    ),
    ("VlanDoc", "id", "priority pc_id pc_priority"),
    (
        "FeatureCodesDoc",
        "",
        "pickup group_pickup park park_retrieve dnd_on dnd_off forward_always_on \
         forward_always_off forward_busy_on forward_busy_off forward_no_answer_on \
         forward_no_answer_off voicemail login",
    ),
    ("RingTonesDoc", "", "internal external"),
    (
        "LdapDoc",
        "host base",
        "port tls bind_dn password name_filter number_filter name_attributes number_attributes \
         display_name",
    ),
    ("PhonebookDoc", "url", "name"),
    ("ResyncDoc", "", "every_minutes daily_at"),
    (
        "CustomDoc",
        "target name",
        "index value template models unchecked",
    ),
    ("FirmwareDoc", "version", "url"),
    (
        "DeviceDoc",
        "mac model",
        "label profile installed_firmware firmware token modules redirect handling settings \
         extensions keys handsets multicell",
    ),
    (
        "ExtensionDoc",
        "number password",
        "display_name username auth_username label voicemail registrar outbound_proxy codecs dtmf \
         ring_tones forward dnd call_waiting auto_answer",
    ),
    ("ForwardDoc", "", "always busy no_answer no_answer_seconds"),
    ("KeyDoc", "position kind", "module value label extension"),
    (
        "HandsetDoc",
        "slot",
        "name ipei access_code model firmware extensions",
    ),
    ("HandsetFirmwareDoc", "version", ""),
    ("MulticellDoc", "role", "chain_id primary"),
];

#[test]
fn the_schema_has_every_key_of_the_format_and_refuses_others() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().unwrap();
    let mut tables: BTreeMap<&str, &Value> = definitions
        .iter()
        .map(|(name, table)| (name.as_str(), table))
        .collect();
    tables.insert("", &schema);
    // A required table stands where it is required.
    tables.insert("SiteDoc", &schema["properties"]["site"]);
    assert_eq!(tables.len(), TABLES.len(), "{:?}", tables.keys());
    for (name, required, optional) in TABLES {
        let table = tables[name];
        let keys: BTreeSet<&str> = table["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let required: BTreeSet<&str> = required.split_whitespace().collect();
        let expected: BTreeSet<&str> = optional
            .split_whitespace()
            .chain(required.iter().copied())
            .collect();
        assert_eq!(keys, expected, "{name}");
        let found: BTreeSet<&str> = table["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(found, required, "{name}");
        assert_eq!(table["additionalProperties"], json!(false), "{name}");
        assert!(
            table["properties"]
                .as_object()
                .unwrap()
                .values()
                .all(described),
            "{name}"
        );
    }
}

#[test]
fn limits_and_words_are_in_the_schema() {
    let schema = schema();
    assert_eq!(schema["title"], json!("Document"));
    let registrar = &schema["$defs"]["RegistrarDoc"]["properties"];
    assert_eq!(registrar["port"]["minimum"], json!(1));
    assert_eq!(registrar["port"]["maximum"], json!(65535));
    let words = registrar["transport"].to_string();
    for word in ["udp", "tcp", "tls", "dns_srv"] {
        assert!(words.contains(&format!("\"{word}\"")), "{words}");
    }
    let kind = &schema["$defs"]["KeyDoc"]["properties"]["kind"];
    assert_eq!(kind["type"], json!("string"));
    assert_eq!(kind["enum"].as_array().unwrap().len(), 29);
}

#[test]
fn secrets_are_marked_in_the_schema() {
    let schema = schema();
    let mut marked = BTreeSet::new();
    for (table, _, _) in TABLES.iter().filter(|(name, _, _)| name.ends_with("Doc")) {
        let properties = schema["$defs"][table]["properties"].as_object();
        for (key, property) in properties.into_iter().flatten() {
            if property["format"] == "password" {
                marked.insert(format!("{table}.{key}"));
            }
        }
    }
    let expected = [
        "CustomDoc.template",
        "CustomDoc.value",
        "DeviceDoc.token",
        "ExtensionDoc.password",
        "HandsetDoc.access_code",
        "LdapDoc.password",
        "LoggedOutDoc.password",
        "LoginDoc.password",
    ];
    assert_eq!(
        marked.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
}

fn schema() -> Value {
    serde_json::from_str(&Document::json_schema()).unwrap()
}

fn described(property: &Value) -> bool {
    property["description"]
        .as_str()
        .is_some_and(|text| !text.is_empty())
}
