//! What callers rely on without saying so: types cross threads, nothing prints a secret, and no argument
//! makes the library panic.

mod support;

use std::collections::{BTreeMap, HashMap};
use std::error::Error as StdError;
use std::fmt::Debug;

use chrono::{DateTime, Utc};
use phone_provisioning::clock::{self, ClockRule, Law, PosixTz, Precision};
use phone_provisioning::error::{Invalid, Path};
use phone_provisioning::inspect::{
    Diff, Explanation, FleetDiff, ImportFile, Imported, LintFinding, LintRequest, Remark,
};
use phone_provisioning::model::{
    CodecList, Country, Firmware, FunctionKey, Handset, Host, Ipei, Language, Layers, Percent,
    Port, Settings, TimeOfDay, TimeZone, Url, UrlTemplate, Vlan,
};
use phone_provisioning::parse::{self, File, Finding, Limits, Setting};
use phone_provisioning::target::{
    ConfigFile, EtagKey, ModelRow, Output, Prepared, ProvisioningTarget, Rendered, SettingRow,
};
use phone_provisioning::{
    Device, Document, Error, ErrorKind, Errors, Extension, Fleet, Mac, Notice, Provisioner, Secret,
    Site, Targets, Text,
};

fn crosses_threads<T: Debug + Send + Sync + 'static>() {}
fn is_an_error<T: StdError + Send + Sync + 'static>() {}

#[test]
fn types_cross_threads() {
    crosses_threads::<ConfigFile>();
    crosses_threads::<Device>();
    crosses_threads::<Document>();
    crosses_threads::<Error>();
    crosses_threads::<Errors>();
    crosses_threads::<EtagKey>();
    crosses_threads::<Extension>();
    crosses_threads::<Firmware>();
    crosses_threads::<Fleet>();
    crosses_threads::<Layers<'static>>();
    crosses_threads::<Mac>();
    crosses_threads::<ModelRow>();
    crosses_threads::<Notice>();
    crosses_threads::<Output>();
    crosses_threads::<Provisioner>();
    crosses_threads::<Rendered>();
    crosses_threads::<Secret>();
    crosses_threads::<SettingRow>();
    crosses_threads::<Settings>();
    crosses_threads::<Site>();
    crosses_threads::<Targets>();
    crosses_threads::<Text>();
    crosses_threads::<ClockRule>();
    crosses_threads::<CodecList>();
    crosses_threads::<Country>();
    crosses_threads::<Diff>();
    crosses_threads::<Explanation>();
    crosses_threads::<File<'static>>();
    crosses_threads::<Finding>();
    crosses_threads::<FleetDiff>();
    crosses_threads::<FunctionKey>();
    crosses_threads::<Handset>();
    crosses_threads::<Host>();
    crosses_threads::<ImportFile<'static>>();
    crosses_threads::<Imported>();
    crosses_threads::<Ipei>();
    crosses_threads::<Language>();
    crosses_threads::<Law>();
    crosses_threads::<LintFinding>();
    crosses_threads::<LintRequest<'static>>();
    crosses_threads::<Path>();
    crosses_threads::<PosixTz>();
    crosses_threads::<Remark>();
    crosses_threads::<Setting<'static>>();
    crosses_threads::<TimeZone>();
    crosses_threads::<Url>();
    crosses_threads::<UrlTemplate>();
    crosses_threads::<Box<dyn Prepared>>();
    crosses_threads::<Box<dyn ProvisioningTarget>>();
    is_an_error::<Error>();
    is_an_error::<ErrorKind>();
    is_an_error::<Errors>();
    is_an_error::<Invalid>();
}

#[test]
fn one_provisioner_serves_many_threads() {
    let Some(target) = Targets::builtin().iter().next().cloned() else {
        return;
    };
    let model = format!("{} {}", target.vendor(), target.models()[10].name);
    let site = support::site_with(|_| {});
    let provisioner = Provisioner::new(site);
    let device = support::built(support::device(&model));
    let alone = provisioner.render(&device).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| provisioner.render(&device).unwrap()))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap().files(), alone.files());
        }
    });
}

#[test]
fn nothing_prints_a_secret() {
    let document = format!(
        "{}\n{}",
        support::EVERYTHING,
        r#"
[[devices]]
mac = "80:5e:0c:12:34:56"
model = "yealink T46S"
token = "MARK-token"
settings = { custom = [{ target = "yealink", name = "ldap.password", value = "MARK-custom" }] }
extensions = [{ number = "1", password = "MARK-extension" }]
"#
    );
    let document = Document::from_toml(&document).unwrap();
    let mut printed = format!("{document:?} {document:#?}");
    if cfg!(feature = "yealink") {
        let fleet = document.resolve(&Targets::builtin()).unwrap();
        let provisioner = Provisioner::new(fleet.site().clone());
        let device = &fleet.devices()[0];
        let rendered = provisioner.render(device).unwrap();
        let mut output = Output::new();
        provisioner.render_into(device, &mut output).unwrap();
        printed += &format!("{fleet:?} {fleet:#?} {provisioner:?} {rendered:?} {output:?}");
        let file = output.files().next().unwrap();
        printed += &format!("{file:?} {:?}", file.to_config_file());
        let bytes = String::from_utf8(file.bytes().to_vec()).unwrap();
        assert!(
            bytes.contains(support::MARK),
            "the search finds nothing where there is something"
        );
    }
    assert!(!printed.contains(support::MARK), "a secret is printed");
}

#[test]
fn a_text_is_found_by_its_str_in_every_map() {
    for key in ["Anna", "Zoë & Co", " a: %NULL%|<b>"] {
        let hashed = HashMap::from([(support::text(key), 1)]);
        assert_eq!(hashed.get(key), Some(&1), "{key}");
        let sorted = BTreeMap::from([(support::text(key), 1)]);
        assert_eq!(sorted.get(key), Some(&1), "{key}");
    }
}

/// Were it an `Option`, a wrong number would become "not set" in the field that it is for.
#[test]
fn what_is_out_of_range_is_an_error() {
    assert!(Percent::new(100).is_ok() && Percent::new(101).is_err());
    assert!(TimeOfDay::new(23, 59).is_ok());
    assert!(TimeOfDay::new(24, 0).is_err() && TimeOfDay::new(0, 60).is_err());
    assert!(Port::new(0).is_err());
    assert!(Vlan::new(0, None).is_err() && Vlan::new(1, Some(8)).is_err());
    assert_eq!(
        TimeOfDay::new(24, 7).unwrap_err().to_string(),
        "expected a time of day from `00:00` to `23:59`, found `24:07`"
    );
    for (min, max) in [(0, u16::MAX), (u16::MAX, 0), (u16::MAX, u16::MAX)] {
        assert_eq!(Percent::new(100).unwrap().of(min, max), min.max(max));
    }
}

#[test]
fn clocks_answer_for_any_time() {
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    for zone in ["Europe/Berlin", "Africa/Cairo", "Africa/Casablanca", "UTC"] {
        let law = Law::of(zone.parse().unwrap());
        for year in [i32::MIN, -1, 2019, 262_142, i32::MAX] {
            assert!(law.year(year).len() <= 4, "{zone} {year}");
        }
        for (from, until) in [(last, first), (first, first), (last, last)] {
            assert!(law.transitions(from, until).is_empty(), "{zone}");
            assert_eq!(law.departure(from, until), None, "{zone}");
        }
        for at in [first, clock::released(), last] {
            assert!(law.offset_at(at).abs() <= 24 * 3600);
            for precision in [Precision::Hour, Precision::Second] {
                let rule = ClockRule::nearest(&law, at, precision);
                assert!(rule.standard_offset.abs() <= 24 * 3600);
            }
        }
    }
    // A rule may be set to what no clock has; it is still answered.
    let law = Law::of("Europe/Berlin".parse().unwrap());
    let mut rule = ClockRule::nearest(&law, clock::released(), Precision::Hour);
    rule.standard_offset = i32::MAX;
    if let Some(daylight) = &mut rule.daylight {
        daylight.shift = i32::MAX;
        daylight.start.month = 0;
        (daylight.end.month, daylight.end.week) = (255, 255);
        (daylight.end.weekday, daylight.end.time) = (255, i32::MIN);
    }
    let until = clock::released() + chrono::Duration::days(800);
    assert!(
        rule.disagreement(&law, clock::released(), until).is_some(),
        "it differs all the time"
    );
}

#[test]
fn readers_take_any_place_and_any_limit() {
    let bytes = "#!version:1.0.0.1\naccount.1.label = Zoë\n".as_bytes();
    for limit in [0, 1, usize::MAX] {
        let mut limits = Limits::default();
        (limits.bytes, limits.settings) = (limit, limit);
        (limits.depth, limits.findings) = (limit, limit);
        for file in [
            parse::parse(bytes, &limits),
            parse::parse_cfg(bytes, &limits),
            parse::parse_xml(bytes, &limits),
        ] {
            let end = file.position(usize::MAX);
            for offset in 0..bytes.len() + 2 {
                assert!(file.position(offset) <= end, "{offset}");
            }
        }
    }
}

#[test]
fn a_file_that_was_read_prints_no_value() {
    let mark = support::MARK;
    let files = [
        format!("#!version:1.0.0.1\naccount.1.password = {mark}\nx = \"{mark}\n"),
        format!("<settings><user_pass idx=\"1\" a=\"{mark}\">{mark}&{mark}</user_pass>{mark}"),
        format!("user_pass: {mark}\nuser_name: {mark}\n"),
        format!("#!version:1.0.0.1\ninclude:config <https://{mark}@h/{mark}.cfg>\n"),
    ];
    for text in files {
        let file = parse::parse(text.as_bytes(), &Limits::default());
        let told = (!file.settings().is_empty(), !file.includes().is_empty());
        assert!(told.0 || told.1, "nothing was read of {text}");
        let printed = format!("{file:?} {:?} {:?}", file.settings(), file.includes());
        assert!(!printed.contains(mark), "{printed}");
    }
}

#[test]
fn all_errors_can_be_taken_out() {
    let errors = Document::from_toml("devices = [{}, {}]").unwrap();
    let errors = errors.resolve(&Targets::builtin()).unwrap_err();
    let count = (&errors).into_iter().count();
    assert!(count > 2);
    let kinds: Vec<ErrorKind> = errors.into_iter().map(|e| e.kind().clone()).collect();
    assert_eq!(kinds.len(), count);
}
