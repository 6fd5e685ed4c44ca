//! Programs of others that tests use.

use std::process::Command;

/// Whether a program is there; when it must be and is not, the test fails. The argument is one that it
/// answers at once.
pub(crate) fn is_here(program: &str, argument: &str, package: &str) -> bool {
    if Command::new(program).arg(argument).output().is_ok() {
        return true;
    }
    let required = std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_some();
    assert!(
        !required,
        "PROVISIONING_REQUIRE_TOOLS is set, and {program} is missing"
    );
    eprintln!("SKIPPED: {program} is missing (Debian: {package})");
    false
}
