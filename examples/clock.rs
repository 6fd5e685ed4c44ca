//! `clock ZONE` and `clock --all`: the time zone that phones are told, and where their clocks will be
//! wrong.
//!
//! Exit status: 0 = done, 1 = the zone is unknown, 2 = usage or I/O.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use phone_provisioning::clock::{ClockRule, Law, Precision, WeekRule, released, tzdata_version};
use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{Country, Device, Registrar, Settings, Site, TimeZone};
use phone_provisioning::{Provisioner, Targets};

const USAGE: &str = "usage: clock ZONE [--target TARGET] [--year YEAR] [--country CC]
       clock --all [--year YEAR] [--country CC]

Prints what the phones of each target are told of ZONE (an IANA name such as Europe/Amsterdam): the
offset and the daylight-saving rule, the settings, and whether the phone's clock agrees with the law
of the zone at every instant of the next ten years.

  --target TARGET  only this target: snom-desk, snom-dect or yealink
  --year YEAR      the rules as of the 1st of January of YEAR, 2020 to 2090 (else: as of the release of the
                   time zone data)
  --country CC     the country of the phones' tones, which DECT bases take their clock from
  --all            one line for every zone, then how many zones are exact for each target
  --help           this text
";

/// A phone of each target to show, and the settings that make its clock.
const SHOWN: &[(&str, &str, &[&str])] = &[
    (
        "snom-desk",
        "snom D785",
        &["<timezone", "<utc_offset", "<dst"],
    ),
    (
        "snom-dect",
        "snom M900",
        &["<timezone", "<dst_by_country_region", "<tone_scheme"],
    ),
    (
        "yealink",
        "yealink T46S",
        &[
            "local_time.time_zone",
            "local_time.summer_time",
            "local_time.dst_time_type",
            "local_time.start_time",
            "local_time.end_time",
            "local_time.offset_time",
        ],
    ),
];

#[derive(Default)]
struct Options {
    all: bool,
    zone: Option<String>,
    target: Option<String>,
    as_of: Option<DateTime<Utc>>,
    country: Option<Country>,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return print(USAGE),
        Err(text) => {
            eprint!("{text}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let zone = match options.zone.as_deref().map(str::parse::<TimeZone>) {
        None => return print(&summary(&options)),
        Some(Ok(zone)) => zone,
        Some(Err(error)) => {
            eprintln!("error: {error}");
            return ExitCode::from(1);
        }
    };
    print(&report(zone, &options))
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the first lines only may close the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("standard output: {error}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--all" => options.all = true,
            "--target" => {
                let target = value()?;
                let known = SHOWN.iter().map(|(id, ..)| *id);
                if !known.clone().any(|id| id == target) {
                    let known: Vec<_> = known.collect();
                    return Err(format!(
                        "no target `{target}`; there are {}",
                        known.join(", ")
                    ));
                }
                options.target = Some(target);
            }
            "--year" => {
                let year = value()?;
                let in_range = year.parse().is_ok_and(|year| (2020..=2090).contains(&year));
                let as_of = format!("{year}-01-01T00:00:00Z").parse();
                match as_of {
                    Ok(as_of) if in_range => options.as_of = Some(as_of),
                    _ => return Err(format!("`{year}` is no year from 2020 to 2090")),
                }
            }
            "--country" => {
                let country = value()?.parse();
                options.country = Some(country.map_err(|error| format!("{error}"))?);
            }
            _ if argument.starts_with('-') => return Err(format!("unknown option {argument}")),
            _ if options.zone.is_some() => return Err(format!("one zone too many: {argument}")),
            _ => options.zone = Some(argument),
        }
    }
    if options.all == options.zone.is_some() {
        return Err("expected a zone, or --all".to_owned());
    }
    Ok(Some(options))
}

/// The phones to show, of targets that are compiled in.
fn shown(options: &Options) -> Vec<&'static (&'static str, &'static str, &'static [&'static str])> {
    let ids = Targets::builtin().ids();
    SHOWN
        .iter()
        .filter(|(id, ..)| options.target.as_deref().is_none_or(|only| only == *id))
        .filter(|(id, ..)| ids.iter().any(|known| known.as_str() == *id))
        .collect()
}

/// What a phone is told, and what is wrong with it.
struct Told {
    lines: Vec<String>,
    /// Notices about its clock.
    doubts: Vec<String>,
}

impl Told {
    fn by_rule(&self) -> bool {
        let start =
            |line: &String| line.starts_with("<utc_offset") || line.contains(".summer_time");
        self.lines.iter().any(start)
    }

    /// The clock is known to be wrong at some time.
    fn is_wrong(&self) -> bool {
        self.doubts
            .iter()
            .any(|doubt| doubt.starts_with("no setting"))
    }
}

/// Renders a phone of the zone and picks the settings of its clock.
fn told(zone: TimeZone, options: &Options, model: &str, names: &[&str]) -> Told {
    let mut settings = Settings::default();
    settings.time_zone = Some(zone);
    settings.language = "en".parse().ok();
    settings.tone_country = options.country;
    settings.registrar = "sip.example.net".parse().ok().map(Registrar::new);
    let mut site = Site::new("Example".parse().expect("a plain text"), settings);
    site.rules_as_of = options.as_of;
    let mac = "00:15:65:12:34:56".parse().expect("an address");
    let device = Device::builder(mac, model)
        .build()
        .expect("no extension is at fault");
    let rendered = Provisioner::new(Arc::new(site))
        .render(&device)
        .expect("the phone needs no more than that");
    let mut lines = Vec::new();
    // The files that the phone shares with others come first; its own says it all.
    if let Some(file) = rendered
        .files()
        .iter()
        .max_by_key(|file| file.bytes().len())
    {
        for line in String::from_utf8_lossy(file.bytes()).lines().map(str::trim) {
            if names.iter().any(|name| line.starts_with(name)) {
                lines.push(line.to_owned());
            }
        }
    }
    let notices = rendered.notices().iter();
    let doubts = notices.filter(|notice| notice.code() == NoticeCode::Clock);
    Told {
        lines,
        doubts: doubts.map(|notice| notice.message().to_owned()).collect(),
    }
}

fn report(zone: TimeZone, options: &Options) -> String {
    let as_of = options.as_of.unwrap_or_else(released);
    let law = Law::of(zone);
    let mut text = format!(
        "{zone}: {} (tzdata {}, rules as of {})\n",
        law.posix(),
        tzdata_version(),
        as_of.format("%Y-%m-%d"),
    );
    for change in law.transitions(as_of, as_of + chrono::Duration::days(366)) {
        let _ = writeln!(
            text,
            "  {}  UTC{} to UTC{}",
            change.at.format("%Y-%m-%d %H:%M:%S UTC"),
            offset(change.before),
            offset(change.after),
        );
    }
    for (id, model, names) in shown(options) {
        let told = told(zone, options, model, names);
        let how = if told.by_rule() {
            let precision = match *id {
                "yealink" => Precision::Hour,
                _ => Precision::Second,
            };
            rule_words(&ClockRule::nearest(&law, as_of, precision))
        } else {
            // The firmware's own name of a law, or the law of the country of the tones.
            "by a law that the firmware knows".to_owned()
        };
        let Told { lines, doubts } = told;
        let _ = writeln!(text, "\n{id} ({model}): {how}");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        if doubts.is_empty() {
            text.push_str("  agrees with tzdata at every instant of the next ten years\n");
        }
        for doubt in doubts {
            let _ = writeln!(text, "  {doubt}");
        }
    }
    text
}

fn rule_words(rule: &ClockRule) -> String {
    let Some(daylight) = rule.daylight else {
        return format!("UTC{}, never changes", offset(rule.standard_offset));
    };
    format!(
        "UTC{}; {} min forward on {}, back on {}",
        offset(rule.standard_offset),
        daylight.shift / 60,
        week_words(daylight.start),
        week_words(daylight.end),
    )
}

fn week_words(rule: WeekRule) -> String {
    const WEEKS: [&str; 5] = ["first", "second", "third", "fourth", "last"];
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let word = |words: &[&'static str], number: u8| {
        let place = usize::from(number).checked_sub(1);
        place
            .and_then(|place| words.get(place).copied())
            .unwrap_or("?")
    };
    format!(
        "the {} {} of {} at {:02}:{:02}:{:02}",
        word(&WEEKS, rule.week),
        word(&DAYS, rule.weekday),
        word(&MONTHS, rule.month),
        rule.time / 3600,
        rule.time / 60 % 60,
        rule.time % 60,
    )
}

/// `+05:45`.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Counts of one target.
#[derive(Default)]
struct Count {
    exact: usize,
    nearest: usize,
    token: usize,
    rule: usize,
}

fn summary(options: &Options) -> String {
    let shown = shown(options);
    let mut text = String::from("zone");
    for (id, ..) in &shown {
        let _ = write!(text, "\t{id}");
    }
    text.push('\n');
    let mut counts: Vec<Count> = shown.iter().map(|_| Count::default()).collect();
    let mut zones = 0;
    for zone in TimeZone::all() {
        zones += 1;
        text.push_str(zone.as_str());
        for ((_, model, names), count) in shown.iter().zip(&mut counts) {
            let told = told(zone, options, model, names);
            let (wrong, by_rule) = (told.is_wrong(), told.by_rule());
            *(if wrong {
                &mut count.nearest
            } else {
                &mut count.exact
            }) += 1;
            *(if by_rule {
                &mut count.rule
            } else {
                &mut count.token
            }) += 1;
            let how = if by_rule { "rule" } else { "token" };
            let _ = write!(
                text,
                "\t{} by {how}",
                if wrong { "nearest" } else { "exact" }
            );
        }
        text.push('\n');
    }
    let _ = write!(
        text,
        "\ntzdata {}, {zones} zones and aliases, rules as of {}\n\
         | target | exact | nearest | by token or country | by rule |\n|---|---|---|---|---|\n",
        tzdata_version(),
        options.as_of.unwrap_or_else(released).format("%Y-%m-%d"),
    );
    for ((id, ..), count) in shown.iter().zip(&counts) {
        let Count {
            exact,
            nearest,
            token,
            rule,
        } = count;
        let _ = writeln!(text, "| {id} | {exact} | {nearest} | {token} | {rule} |");
    }
    text
}
