//! Prints what a run came to.

use std::io::{self, Write};

use super::run::Found;
use super::{Failure, Options};

/// Prints the result: a few lines, or one JSON object.
pub(crate) fn print(options: &Options, found: &Found) -> Result<(), Failure> {
    let text = if options.json {
        json(options, found).to_string()
    } else {
        lines(options, found)
    };
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Io(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

fn json(options: &Options, found: &Found) -> serde_json::Value {
    serde_json::json!({
        "devices": options.devices,
        "files": found.files,
        "bytes": found.bytes,
        "ns_per_file": rounded(ns_per_file(found), 10.0),
        "copy_ratio": copy_ratio(found).map(|ratio| rounded(ratio, 1000.0)),
        "peak_rss_kib": peak_rss_kib(),
        "threads": options.threads,
    })
}

fn lines(options: &Options, found: &Found) -> String {
    let seconds = found.rendering.as_secs_f64().max(1e-9);
    let (files, bytes) = (found.files as f64 / seconds, found.bytes as f64 / seconds);
    let threads = match options.threads {
        1 => "one thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    let ratio = match copy_ratio(found) {
        Some(ratio) => format!("{ratio:.2} times the time of copying the same bytes"),
        None => "copying the same bytes took no time".to_owned(),
    };
    let memory = match peak_rss_kib() {
        Some(kib) => format!("{:.1} MiB of memory at most", kib as f64 / 1024.0),
        None => "how much memory that took is not told here".to_owned(),
    };
    format!(
        "{} devices, {} files, {} bytes on {threads}\n\
         {files:.0} files/s, {:.1} MB/s, {:.0} ns per file\n\
         {ratio}\n\
         {memory}",
        options.devices,
        found.files,
        found.bytes,
        bytes / 1e6,
        ns_per_file(found),
    )
}

/// Every phone has a file, and there is a phone at least.
fn ns_per_file(found: &Found) -> f64 {
    found.rendering.as_nanos() as f64 / found.files.max(1) as f64
}

fn copy_ratio(found: &Found) -> Option<f64> {
    let copying = found.copying.as_secs_f64();
    (copying > 0.0).then(|| found.rendering.as_secs_f64() / copying)
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// The most memory that the process had at once, where the system says so.
fn peak_rss_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
