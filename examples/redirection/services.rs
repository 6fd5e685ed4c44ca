//! The services, with credentials from the environment.

use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::RedirectionService;
use phone_provisioning::redirection::snom::{SnomSraps, SnomXmlRpc};
use phone_provisioning::redirection::yealink::{YealinkRps, YealinkRpsJson, YealinkYmcs};

use crate::Failure;
use crate::asked::{Asked, login};

/// The service that is asked for.
pub(crate) fn service(asked: &Asked) -> Result<Box<dyn RedirectionService>, Failure> {
    let base = |base: &str| match &asked.base {
        Some(base) => Ok(base.clone()),
        None => base.parse::<Url>(),
    };
    let service = match asked.service.as_str() {
        "yealink-rps" => {
            let login = credentials("YEALINK_RPS_USER", "YEALINK_RPS_PASSWORD")?;
            base(YealinkRps::BASE)
                .and_then(|base| Ok(Box::new(YealinkRps::new(&base, &login)?) as _))
        }
        "yealink-rps-json" => {
            let Login { username, password } =
                credentials("YEALINK_RPS_KEY_ID", "YEALINK_RPS_SECRET")?;
            base(YealinkRpsJson::BASE).and_then(|base| {
                Ok(Box::new(YealinkRpsJson::new(&base, username.as_str(), password)?) as _)
            })
        }
        "yealink-ymcs" => {
            let login = credentials("YEALINK_YMCS_CLIENT_ID", "YEALINK_YMCS_SECRET")?;
            base(YealinkYmcs::EUROPE)
                .and_then(|base| Ok(Box::new(YealinkYmcs::new(&base, &login)?) as _))
        }
        "snom-xmlrpc" => {
            let login = credentials("SNOM_USER", "SNOM_PASSWORD")?;
            base(SnomXmlRpc::BASE).and_then(|base| {
                let models = asked.models.iter().map(String::as_str);
                Ok(Box::new(SnomXmlRpc::new(&base, &login)?.with_models(models)?) as _)
            })
        }
        "snom-sraps" => {
            let Login { username, password } = credentials("SNOM_KEY_ID", "SNOM_KEY")?;
            base(SnomSraps::BASE).and_then(|base| {
                Ok(Box::new(SnomSraps::new(&base, username.as_str(), password)?) as _)
            })
        }
        other => return Err(Failure::Usage(format!("unknown service {other}"))),
    };
    service.map_err(|error| Failure::Input(error.to_string()))
}

fn credentials(user: &str, password: &str) -> Result<Login, Failure> {
    let login = login(user, password)?;
    let expected = format!("expected {user} and {password} in the environment");
    login.ok_or(Failure::Usage(expected))
}
