//! What must hold of every reading.

use phone_provisioning::parse::File;

/// Fails where a reading tells of something that is not in the file.
pub fn check(file: &File<'_>, bytes: &[u8]) {
    let mut end = 0;
    for setting in file.settings() {
        let (span, value) = (setting.span(), setting.value_span());
        assert!(end <= span.start && span.start < span.end && span.end <= bytes.len());
        assert!(span.start <= value.start && value.start <= value.end && value.end <= span.end);
        end = span.end;
        assert!(!setting.name().is_empty());
        let _ = (
            setting.value(),
            setting.section(),
            setting.models(),
            setting.perm(),
        );
        assert!(setting.attributes().count() <= span.len());
    }
    let mut last = 0;
    for finding in file.findings() {
        let span = finding.span();
        assert!(last <= span.start && span.start <= span.end && span.end <= bytes.len());
        last = span.start;
    }
    for include in file.includes() {
        assert!(include.span().end <= bytes.len());
    }
    if let Some(finding) = file.findings().last() {
        let place = file.position(finding.span().start);
        assert!(place.line >= 1 && place.column >= 1);
    }
}
