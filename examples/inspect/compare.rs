//! `diff`: what changes on the phones.

use std::io::Write;
use std::process::ExitCode;

use phone_provisioning::Targets;
use phone_provisioning::inspect::{
    DeviceChange, DeviceDiff, FleetDiff, diff, diff_fleets, target_of,
};
use phone_provisioning::model::Mac;
use serde_json::json;

use super::Failure;
use super::input::{Options, bytes, file, fleet, is_fleet};

pub(super) fn run(options: &Options, out: &mut Vec<u8>) -> Result<ExitCode, Failure> {
    let [old, new] = options.words(["OLD", "NEW"])?;
    match (is_fleet(old), is_fleet(new)) {
        (true, true) => fleets(options, old, new, out)?,
        (false, false) => files(options, old, new, out)?,
        _ => {
            let text = "expected two fleet files or two files of phones";
            return Err(Failure::Usage(text.to_owned()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn files(options: &Options, old: &str, new: &str, out: &mut Vec<u8>) -> Result<(), Failure> {
    let (old_bytes, new_bytes) = (bytes(options, old)?, bytes(options, new)?);
    let (old, new) = (file(old, &old_bytes)?, file(new, &new_bytes)?);
    let targets = Targets::builtin();
    let target = target_of(&targets, &new).or_else(|| target_of(&targets, &old));
    let diff = diff(target.map(|target| &**target), &[&old], &[&new]);
    if options.has("json") {
        writeln!(out, "{}", json!(diff))?;
        return Ok(());
    }
    for change in diff.changes() {
        writeln!(out, "{change}")?;
    }
    let count = counted(diff.changes().len(), "change");
    match diff.is_empty() {
        true => writeln!(out, "{count}")?,
        false => writeln!(out, "{count}: {}", diff.effects())?,
    }
    Ok(())
}

fn fleets(options: &Options, old: &str, new: &str, out: &mut Vec<u8>) -> Result<(), Failure> {
    let targets = Targets::builtin();
    let (old, new) = (
        fleet(old)?.resolve(&targets)?,
        fleet(new)?.resolve(&targets)?,
    );
    let diff = diff_fleets(&targets, &old, &new)?;
    if options.has("json") {
        writeln!(out, "{}", json!(diff))?;
        return Ok(());
    }
    for (change, macs) in diff.by_change() {
        match macs.as_slice() {
            [mac] => writeln!(out, "{}: {change}", named(&diff, *mac))?,
            many => writeln!(out, "{} devices: {change}", many.len())?,
        }
    }
    for device in diff.devices() {
        let name = named(&diff, device.mac);
        match &device.change {
            DeviceChange::Added { files } => {
                writeln!(out, "{name}: added, {}", counted(files.len(), "file"))?;
            }
            DeviceChange::Removed => writeln!(out, "{name}: removed")?,
            DeviceChange::Replaced { was, files } => {
                let files = counted(files.len(), "file");
                writeln!(out, "{name}: replaces {was}, {files}")?;
            }
            _ => {}
        }
    }
    writeln!(out, "{}", summary(&diff))?;
    Ok(())
}

/// `12 changes on 3 of 400 devices, 3 files: 2 register again, 1 reboots, 3 with unknown effects`
fn summary(diff: &FleetDiff) -> String {
    let all = diff.devices();
    let how_many = |is: fn(&DeviceDiff) -> bool| all.iter().filter(|device| is(device)).count();
    let changed = how_many(|device| !device.changes().is_empty());
    let files = all.iter().map(|device| match &device.change {
        DeviceChange::Changed(state) => state.files.len(),
        _ => 0,
    });
    let mut summary = format!(
        "{} on {changed} of {}, {}",
        counted(diff.count(), "change"),
        counted(all.len(), "device"),
        counted(files.sum(), "file")
    );
    if changed > 0 {
        summary += &format!(
            ": {} register again, {} reboot, {} with unknown effects",
            how_many(|device| device.effects().registers),
            how_many(|device| device.effects().reboots),
            how_many(|device| device.effects().unknown),
        );
    }
    summary
}

fn named(diff: &FleetDiff, mac: Mac) -> String {
    let device = diff.devices().iter().find(|device| device.mac == mac);
    let model = device.map_or("", |device| device.model.as_str());
    let label = device.and_then(|device| device.label.as_deref());
    let label = label.map_or(String::new(), |label| format!(" {label:?}"));
    format!("{} {model}{label}", mac.plain_lower())
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
