//! `lifecycle expiry`: when a registration ends.

use chrono::{DateTime, SecondsFormat, Utc};
use phone_provisioning::redirection::life::Weekly;

use crate::Failure;

pub(crate) fn run(arguments: &[String]) -> Result<String, Failure> {
    let (activated, weekly) = read(arguments)?;
    let expires = weekly.expires_at(activated);
    let expires = expires.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    Ok(format!("{expires}\n"))
}

fn read(arguments: &[String]) -> Result<(DateTime<Utc>, Weekly), Failure> {
    let (mut activated, mut zone) = (None, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--civil" => {
                let value = arguments.next();
                zone = Some(value.ok_or_else(|| usage("--civil needs a zone"))?);
            }
            option if option.starts_with('-') => {
                return Err(Failure::Usage(format!("unknown option {option}")));
            }
            _ if activated.is_some() => {
                return Err(Failure::Usage(format!("one time too many: {argument}")));
            }
            _ => activated = Some(argument),
        }
    }
    let activated = activated.ok_or_else(|| usage("expected ACTIVATED_AT"))?;
    let activated = DateTime::parse_from_rfc3339(activated).map_err(|_| {
        let expected = "expected a time such as 2026-01-14T12:00:00Z";
        Failure::Input(format!("{expected}, found `{activated}`"))
    })?;
    let weekly = match zone {
        None => Weekly::default(),
        Some(zone) => {
            let zone = zone.parse();
            Weekly::civil(zone.map_err(|error| Failure::Input(format!("{error}")))?)
        }
    };
    Ok((activated.into(), weekly))
}

fn usage(text: &str) -> Failure {
    Failure::Usage(text.to_owned())
}
