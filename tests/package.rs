//! The crate as a dependency: what `cargo package` makes of it, and a program of somebody else that is
//! built with the unpacked archive.
//!
//! The second takes minutes on a machine that has not built it before, so it runs where the variable
//! `PROVISIONING_CONSUMER` is set: `PROVISIONING_CONSUMER=1 cargo test --test package`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// Bytes that the archive may have: everybody who depends on the crate loads them.
const CEILING: u64 = 1_200_000;

/// What is built alone; `default` is two of them.
const FEATURES: [&str; 7] = [
    "snom",
    "yealink",
    "yealink-encrypt",
    "redirection",
    "schema",
    "parallel",
    "templates",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where everything of this suite is made.
fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("package")
}

/// Cargo as a person runs it: without what the cargo around this test has set for it.
fn cargo(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    let is_of_person = |name: &OsStr| {
        let name = name.to_string_lossy();
        !name.starts_with("CARGO")
            || ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_"]
                .iter()
                .any(|of| name.starts_with(of))
    };
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| !is_of_person(name)) {
        command.env_remove(name);
    }
    command.env_remove("RUSTC_WORKSPACE_WRAPPER");
    command
        .current_dir(directory)
        .env("CARGO_TERM_COLOR", "never");
    command
}

#[track_caller]
fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{stderr}");
    output
}

/// The packaged archive: what cargo said of it, its size, and its files by name.
struct Archive {
    said: String,
    size: u64,
    files: BTreeMap<String, Vec<u8>>,
}

fn archive() -> &'static Archive {
    static ARCHIVE: OnceLock<Archive> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let target = scratch().join("archive");
        let _ = fs::remove_dir_all(&target);
        let arguments = [
            "package",
            "--no-verify",
            "--allow-dirty",
            "--offline",
            "--target-dir",
        ];
        let output = succeeded(cargo(root()).args(arguments).arg(&target));
        let path = target.join("package").join(format!("{}.crate", name()));
        let packed = fs::read(path).unwrap();
        let mut unpacked = tar::Archive::new(flate2::read::GzDecoder::new(&packed[..]));
        let mut files = BTreeMap::new();
        for entry in unpacked.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let (folder, file) = path.split_once('/').unwrap();
            assert_eq!(folder, name());
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(file.to_owned(), bytes);
        }
        Archive {
            said: String::from_utf8(output.stderr).unwrap(),
            size: packed.len() as u64,
            files,
        }
    })
}

fn name() -> String {
    format!("phone-provisioning-{}", env!("CARGO_PKG_VERSION"))
}

fn text(file: &str) -> &'static str {
    let bytes = archive().files.get(file);
    std::str::from_utf8(bytes.unwrap_or_else(|| panic!("{file} is not in the archive"))).unwrap()
}

/// The files below a folder, but for packages of their own, with paths from the root as the archive has
/// them.
fn files_below(root: &Path, folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_file() {
            files.push(path);
        } else if !entry.path().join("Cargo.toml").exists() {
            files.extend(files_below(root, &path));
        }
    }
    files
}

// ---- the archive ----

#[test]
fn the_archive_is_small_and_holds_no_test_data() {
    let archive = archive();
    assert!(archive.size < CEILING, "{} bytes", archive.size);
    for file in archive.files.keys() {
        let first = file.split('/').next().unwrap();
        let is_known = match file.split_once('/') {
            Some(_) => ["examples", "src", "vendors"].contains(&first),
            None => true,
        };
        assert!(is_known, "{file}");
        for other in ["vendors/codegen/", "examples/server/"] {
            assert!(!file.starts_with(other), "{file}");
        }
    }
    let top: Vec<&str> = archive
        .files
        .keys()
        .map(String::as_str)
        .filter(|file| !file.contains('/'))
        .collect();
    // The first is there only where the repository is one.
    let top: Vec<&str> = top
        .into_iter()
        .filter(|file| *file != ".cargo_vcs_info.json")
        .collect();
    let expected = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
    ];
    assert_eq!(top, expected);
}

#[test]
fn the_archive_holds_what_is_needed() {
    for folder in ["src", "examples"] {
        for file in files_below(root(), folder) {
            assert!(archive().files.contains_key(&file), "{file}");
        }
    }
    let is_code = |file: &&String| file.ends_with(".rs");
    let mut included = 0;
    for file in archive().files.keys().filter(is_code) {
        for part in text(file).split("include_str!(\"").skip(1) {
            let path = part.split('"').next().unwrap();
            let mut found: Vec<&str> = file.split('/').collect();
            found.pop();
            for step in path.split('/') {
                match step {
                    ".." => drop(found.pop()),
                    step => found.push(step),
                }
            }
            text(&found.join("/"));
            included += 1;
        }
    }
    assert!(
        included > 0,
        "the search finds nothing where there is something"
    );
    for vendor in ["snom", "yealink", "tzdata", "examples/grandstream"] {
        assert!(!text(&format!("vendors/{vendor}/SOURCES.md")).is_empty());
    }
}

#[test]
fn its_manifest_is_fit_for_a_registry() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let package = manifest["package"].as_table().unwrap();
    for field in [
        "description",
        "license",
        "repository",
        "readme",
        "keywords",
        "categories",
        "rust-version",
    ] {
        assert!(package.contains_key(field), "{field}");
    }
    // What others cannot have: neither folders of the repository nor its own tools.
    assert!(!text("Cargo.toml").contains("vendor-tables"));
    for table in ["dependencies", "dev-dependencies"] {
        for (name, dependency) in manifest[table].as_table().unwrap() {
            assert!(dependency.get("path").is_none(), "{name}");
            assert!(dependency.get("version").is_some(), "{name}");
        }
    }
    let features = manifest["features"].as_table().unwrap().keys();
    let features: Vec<&str> = features
        .map(String::as_str)
        .filter(|name| *name != "default")
        .collect();
    let mut expected = FEATURES;
    expected.sort_unstable();
    assert_eq!(features, expected, "the consumer below does not try each");
}

#[test]
fn cargo_has_nothing_to_say_of_it_but_what_was_left_out() {
    let warnings = archive()
        .said
        .lines()
        .filter(|line| line.starts_with("warning"));
    let other: Vec<&str> = warnings
        .filter(|line| {
            !line.starts_with("warning: ignoring test `")
                && !line.starts_with("warning: ignoring benchmark `")
        })
        .collect();
    assert!(other.is_empty(), "{other:#?}");
}

/// Clippy sees that the code itself keeps to the oldest compiler; this, that what it is built with does.
/// Crates that state none are left to the compiler.
#[test]
fn no_dependency_needs_a_newer_compiler() {
    let host = String::from_utf8(succeeded(cargo(root()).arg("-vV")).stdout).unwrap();
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let mut command = cargo(root());
    command.args([
        "metadata",
        "--format-version=1",
        "--all-features",
        "--locked",
        "--offline",
    ]);
    let output = command.args(["--filter-platform", host]).output().unwrap();
    if !output.status.success() {
        // Crates of features that nobody has built here are not loaded.
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_none(),
            "{said}"
        );
        return eprintln!("SKIPPED: a dependency is not loaded: {said}");
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = |table: &'static str| metadata.pointer(table).unwrap().as_array().unwrap();
    let packages: BTreeMap<&str, &Value> = rows("/packages")
        .iter()
        .map(|row| (word(&row["id"]), row))
        .collect();
    let nodes: BTreeMap<&str, &Value> = rows("/resolve/nodes")
        .iter()
        .map(|row| (word(&row["id"]), row))
        .collect();

    let own = rows("/packages")
        .iter()
        .find(|row| row["name"] == "phone-provisioning")
        .unwrap();
    let oldest = version(word(&own["rust_version"]));
    let mut seen = BTreeSet::new();
    let mut ahead = vec![word(&own["id"])];
    while let Some(id) = ahead.pop() {
        if !seen.insert(id) {
            continue;
        }
        let package = packages[id];
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(version(needed) <= oldest, "{id} needs Rust {needed}");
        }
        let needs = nodes[id]["deps"].as_array().unwrap().iter();
        let of_users = needs.filter(|need| {
            let mut kinds = need["dep_kinds"].as_array().unwrap().iter();
            kinds.any(|kind| kind["kind"] != "dev")
        });
        ahead.extend(of_users.map(|need| word(&need["pkg"])));
    }
    assert!(seen.len() > 100, "{seen:?}");
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

// ---- a program of somebody else ----

/// Writes a file where it differs, so that cargo builds again only what has changed.
fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Puts the unpacked archive and the consumer beside it; gives both folders.
fn unpacked() -> (PathBuf, PathBuf) {
    let folder = scratch().join(name());
    for (file, bytes) in &archive().files {
        write(&folder.join(file), bytes);
    }
    // What an earlier archive had must not stand in for what is missing now.
    for below in ["examples", "src", "vendors"] {
        let files = files_below(&folder, below).into_iter();
        for gone in files.filter(|file| !archive().files.contains_key(file)) {
            fs::remove_file(folder.join(gone)).unwrap();
        }
    }
    let consumer = scratch().join("consumer");
    let mut manifest =
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n[workspace]\n[features]\n".to_owned();
    for feature in FEATURES {
        manifest += &format!("{feature} = [\"phone-provisioning/{feature}\"]\n");
    }
    // A feature that needs another says so in the crate's manifest; the program must know it as well.
    manifest = manifest.replace("yealink-encrypt = [", "yealink-encrypt = [\"yealink\", ");
    manifest += &format!(
        "[dependencies]\nphone-provisioning = {{ path = \"../{}\", default-features = false }}\n\
         [profile.dev]\ndebug = false\nincremental = false\n",
        name(),
    );
    // The programs of the archive, with what they name besides the crate.
    manifest += "[dev-dependencies]\n";
    for used in [
        "chrono",
        "getrandom",
        "http",
        "rayon",
        "serde_json",
        "zeroize",
    ] {
        manifest += &format!("{used} = {}\n", required(used));
    }
    for (program, path) in programs() {
        manifest += &format!(
            "[[example]]\nname = \"{program}\"\npath = \"../{}/{path}\"\n",
            name()
        );
    }
    write(&consumer.join("Cargo.toml"), manifest.as_bytes());
    write(
        &consumer.join("src/main.rs"),
        include_bytes!("package/consumer.rs"),
    );
    // The versions that everything else here is tested with, loaded already. Cargo takes out the rest.
    fs::copy(root().join("Cargo.lock"), consumer.join("Cargo.lock")).unwrap();
    (folder, consumer)
}

/// How the crate asks for a dependency.
fn required(name: &str) -> String {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let tables = ["dev-dependencies", "dependencies"];
    let mut found = tables.iter().filter_map(|table| manifest[*table].get(name));
    let mut found = found.next().unwrap().as_table().unwrap().clone();
    found.remove("optional");
    toml::Value::Table(found).to_string()
}

/// The programs under `examples/` of the archive, and their first file.
fn programs() -> Vec<(String, String)> {
    let files = archive().files.keys().filter_map(|file| {
        let path = file.strip_prefix("examples/")?;
        let program = path.strip_suffix("/main.rs").or(path.strip_suffix(".rs"))?;
        (!program.contains('/')).then(|| (program.to_owned(), file.clone()))
    });
    files.collect()
}

fn build(consumer: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(consumer);
    command
        .args(arguments)
        .arg("--target-dir")
        .arg(scratch().join("target"));
    command
}

/// What the consumer prints, built with these features.
#[track_caller]
fn printed(features: &str) -> String {
    let (archive, consumer) = unpacked();
    let mut command = build(&consumer, &["run", "--quiet", "--features", features]);
    let output = succeeded(command.arg("--").arg(archive.join("vendors")));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "",
        "{features}: it builds without warnings"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What the consumer prints for each feature.
fn expected(feature: &str) -> &'static str {
    match feature {
        "snom" => {
            "snomD785-000413A11FA7.htm\nsnom: <user_pass idx=\"1\" perm=\"R\">s&amp;cret</user_pass>\n"
        }
        "yealink" => "805e0c123456.cfg\nyealink: account.1.password = s&cret\n",
        "yealink-encrypt" => "805e0c123456.cfg\nyealink-encrypt: there and back\n",
        "redirection" => "redirection: GET /api/v1/settings/\n",
        "schema" => "schema: true\n",
        "parallel" => "parallel: 3\n",
        "templates" => "cfg000b82123456.xml\ntemplates: <P34>s&amp;cret</P34>\n",
        other => unreachable!("{other}"),
    }
}

#[test]
fn it_works_for_others_with_no_feature_each_and_all() {
    if std::env::var_os("PROVISIONING_CONSUMER").is_none() {
        return eprintln!(
            "SKIPPED: the consumer of the archive; PROVISIONING_CONSUMER=1 builds it in minutes"
        );
    }
    assert_eq!(printed(""), "core: 0 targets\n");
    for feature in FEATURES {
        let targets = match feature {
            "snom" => 2,
            "yealink" => 1,
            "yealink-encrypt" => 1,
            _ => 0,
        };
        let below = match feature {
            "yealink-encrypt" => expected("yealink"),
            _ => "",
        };
        let expected = format!("core: {targets} targets\n{below}{}", expected(feature));
        assert_eq!(printed(feature), expected, "{feature}");
    }
    let all: String = FEATURES.iter().map(|feature| expected(feature)).collect();
    assert_eq!(
        printed(&FEATURES.join(",")),
        format!("core: 3 targets\n{all}")
    );

    // The programs of the archive build with it, and one does its work with the data that lies there.
    let (archive, consumer) = unpacked();
    succeeded(&mut build(
        &consumer,
        &["build", "--quiet", "--examples", "--all-features"],
    ));
    let out = scratch().join("out");
    let mut render = build(
        &consumer,
        &["run", "--quiet", "--all-features", "--example", "render"],
    );
    succeeded(
        render
            .arg("--")
            .arg(archive.join("examples/data/fleet.toml"))
            .arg(&out),
    );
    assert!(fs::read_dir(&out).unwrap().count() > 10);
    fs::remove_dir_all(&out).unwrap();
}
