//! Files of strangers, looked at as programs do: checked, compared, taken over, shown without secrets. An
//! old file and a new one, divided by NUL.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::fleet::{Fleet, Secrets};
use phone_provisioning::inspect::{
    ImportFile, ImportRequest, LintRequest, RemarkKind, diff, hide_secrets, is_secret, lint,
    target_of,
};
use phone_provisioning::parse::{File, Limits, parse};
use phone_provisioning::target::ProvisioningTarget;
use phone_provisioning::{Document, Targets};

/// Stands for a password: whatever has it in a setting that is secret, must not show it.
const MARK: &str = "s3cr3t-mark";

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

static FLEET: LazyLock<Fleet> = LazyLock::new(|| fleet(MARK));

/// A fleet that does not know the mark.
static OTHER_FLEET: LazyLock<Fleet> = LazyLock::new(|| fleet("0ther-passw0rd"));

fn fleet(password: &str) -> Fleet {
    let document = format!(
        "site = {{ name = 'Example', settings = {{ time_zone = 'Europe/Berlin', language = 'de',\n\
         registrar = {{ host = 'sip.example.net' }} }} }}\n\
         [[devices]]\nmac = '80:5e:0c:12:34:56'\nmodel = 'yealink T46S'\n\
         extensions = [{{ number = '1001', password = '{password}' }}]\n"
    );
    Document::from_toml(&document)
        .unwrap()
        .resolve(&TARGETS)
        .unwrap()
}

fuzz_target!(|bytes: &[u8]| {
    let mut files = bytes.splitn(2, |byte| *byte == 0);
    let old = files.next().unwrap_or_default();
    let new = files.next().unwrap_or_default();
    let limits = Limits::default();
    let (old_file, new_file) = (parse(old, &limits), parse(new, &limits));
    for target in TARGETS.iter() {
        check_lint(&**target, &old_file);
        check_diff(&**target, &old_file, &new_file);
        check_import(&**target, &[&old_file, &new_file]);
    }
    let shown = hide_secrets(&TARGETS, &FLEET, bytes);
    assert!(!contains(&shown, MARK));
    check_hidden(&old_file);
});

/// What a setting makes secret is not shown either, whether or not the fleet has it.
fn check_hidden(file: &File<'_>) {
    let target = target_of(&TARGETS, file);
    if target.is_some_and(|target| is_marked(&**target, &[file])) {
        let shown = hide_secrets(&TARGETS, &OTHER_FLEET, file.input());
        assert!(!contains(&shown, MARK), "{shown:?}");
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

/// Whether the mark is in these files, and nowhere but in values of settings that are secret.
fn is_marked(target: &dyn ProvisioningTarget, files: &[&File<'_>]) -> bool {
    let mut count = 0;
    for file in files {
        for setting in file.settings() {
            let found = target.setting(setting.name(), setting.index());
            let row = found.as_ref().map(|found| found.row);
            if is_secret(row, setting.name()) && setting.value().contains(MARK) {
                count += setting.value().matches(MARK).count();
            }
        }
    }
    let all: usize = files.iter().map(|file| count_in(file.input(), MARK)).sum();
    count > 0 && count == all
}

fn count_in(bytes: &[u8], text: &str) -> usize {
    bytes
        .windows(text.len())
        .filter(|part| *part == text.as_bytes())
        .count()
}

/// Findings lie in the file, in its order, and never show what is secret.
fn check_lint(target: &dyn ProvisioningTarget, file: &File<'_>) {
    let is_marked = is_marked(target, &[file]);
    let mut last = 0;
    for finding in lint(&LintRequest::new(file, target)) {
        let span = finding.span();
        assert!(last <= span.start && span.start <= span.end && span.end <= file.input().len());
        last = span.start;
        let place = file.position(span.start);
        assert_eq!(
            (finding.position().line, finding.position().column),
            (place.line, place.column)
        );
        let shown = format!("{finding:?}");
        assert!(!is_marked || !shown.contains(MARK), "{shown}");
    }
}

/// What did not change is not told, and going there and back tells as much.
fn check_diff(target: &dyn ProvisioningTarget, old: &File<'_>, new: &File<'_>) {
    let target = Some(target);
    assert!(diff(target, &[old], &[old]).is_empty());
    let there = diff(target, &[old], &[new]);
    let back = diff(target, &[new], &[old]);
    assert_eq!(there.is_empty(), back.is_empty());
    let shown = format!("{there:?} {:?}", there.effects());
    let is_marked = target.is_some_and(|target| is_marked(target, &[old, new]));
    assert!(!is_marked || !shown.contains(MARK), "{shown}");
    for change in there.changes() {
        let _ = change.to_string();
    }
}

/// What is taken over is a document that resolves unless it says what is missing, and is shown without
/// secrets.
fn check_import(target: &dyn ProvisioningTarget, files: &[&File<'_>]) {
    let is_marked = is_marked(target, files);
    let files: Vec<ImportFile<'_>> = files.iter().map(|file| ImportFile::new(file)).collect();
    let mut request = ImportRequest::new(&files);
    // As the names of files tell them: without, nothing would ever be whole.
    request.mac = Some(FLEET.devices()[0].mac());
    request.model = target.models().first();
    let imported = target.import(request);
    for remark in imported.remarks() {
        let shown = remark.to_string();
        assert!(!is_marked || !shown.contains(MARK), "{shown}");
    }
    let shown = format!(
        "{imported:?} {}",
        imported.document(Secrets::Redact).to_toml()
    );
    assert!(!is_marked || !shown.contains(MARK), "{shown}");

    let document = imported.document(Secrets::Expose);
    let written = document.to_toml();
    let again = Document::from_toml(&written).expect("a document as we write it");
    assert_eq!(again.to_toml(), written);
    let is_whole = imported
        .remarks()
        .iter()
        .all(|remark| remark.kind() != RemarkKind::Missing);
    match again.resolve(&TARGETS) {
        Ok(_) => {}
        Err(errors) => assert!(!is_whole, "{errors}\n{written}"),
    }
}
