//! Links of Markdown pages: `[text](target)` outside of code.

use std::fs;
use std::path::Path;

/// The targets of all links of a page.
pub(crate) fn of(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines()
        .filter(move |line| {
            let is_fence = line.trim_start().starts_with("```");
            in_code ^= is_fence;
            !in_code && !is_fence
        })
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// Whether a link leads somewhere. Addresses of the web and paths of Rust, which rustdoc checks, are
/// let through.
pub(crate) fn check(file: &Path, text: &str, link: &str) -> Result<(), String> {
    if link.starts_with("https://") || link.contains("::") {
        return Ok(());
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let folder = file.parent().unwrap();
    let target = match path {
        "" => text.to_owned(),
        _ if folder.join(path).is_dir() => return Ok(()),
        _ => fs::read_to_string(folder.join(path)).map_err(|error| error.to_string())?,
    };
    if fragment.is_empty() || anchors(&target).any(|anchor| anchor == fragment) {
        return Ok(());
    }
    Err("no such heading".to_owned())
}

/// The names that headings are given: lower case, blanks as dashes, without signs.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
}
