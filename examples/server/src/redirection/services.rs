//! The services that the operator has an account at, by the makers of phones.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use phone_provisioning::error::Invalid;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::RedirectionService;
use phone_provisioning::redirection::snom::{SnomSraps, SnomXmlRpc};
use phone_provisioning::redirection::yealink::{YealinkRps, YealinkRpsJson, YealinkYmcs};
use phone_provisioning::{Secret, Text};

/// The services that the operator has an account at: one of each maker at most. A maker is named as
/// [`ProvisioningTarget::vendor`](phone_provisioning::target::ProvisioningTarget::vendor) says it.
#[derive(Clone, Debug, Default)]
pub struct Services(BTreeMap<String, Arc<dyn RedirectionService>>);

impl Services {
    /// Those whose credentials are in the environment, where an empty variable is none:
    ///
    /// | service | variables |
    /// |---|---|
    /// | `yealink-rps` | `YEALINK_RPS_USER`, `YEALINK_RPS_PASSWORD` |
    /// | `yealink-rps-json` | `YEALINK_RPS_KEY_ID`, `YEALINK_RPS_SECRET` |
    /// | `yealink-ymcs` | `YEALINK_YMCS_CLIENT_ID`, `YEALINK_YMCS_SECRET` |
    /// | `snom-xmlrpc` | `SNOM_USER`, `SNOM_PASSWORD` |
    /// | `snom-sraps` | `SNOM_KEY_ID`, `SNOM_KEY` |
    ///
    /// `bases` are addresses of services, by their names, that are asked instead of the makers' own.
    ///
    /// # Errors
    /// Half of a pair of credentials, two services of one maker, credentials or a base that a service
    /// cannot use, a base of a service that is not asked. No value of a variable is in them.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
        bases: &[(String, Url)],
    ) -> Result<Self, ServicesError> {
        for (id, _) in bases {
            let kind = KINDS.iter().find(|kind| kind.id == id);
            let kind = kind.ok_or_else(|| ServicesError::Unknown(id.clone()))?;
            if kind.credentials(&variable)?.is_none() {
                return Err(ServicesError::Missing(kind.variables));
            }
        }
        let mut services = Self::default();
        let mut taken: BTreeMap<&str, &Kind> = BTreeMap::new();
        for kind in KINDS {
            let Some((name, secret)) = kind.credentials(&variable)? else {
                continue;
            };
            if let Some(other) = taken.insert(kind.maker, kind) {
                return Err(ServicesError::Several {
                    maker: kind.maker,
                    variables: [other.variables[0], kind.variables[0]],
                });
            }
            let base = bases.iter().rev().find(|(id, _)| id == kind.id);
            let base = match base {
                Some((_, base)) => base.clone(),
                None => kind.base.parse().map_err(|_| kind.unusable())?,
            };
            let service = (kind.make)(&base, name, secret).map_err(|_| kind.unusable())?;
            services = services.with(kind.maker, service);
        }
        Ok(services)
    }

    /// The same with this service for the phones of a maker.
    #[must_use]
    pub fn with(mut self, maker: &str, service: Arc<dyn RedirectionService>) -> Self {
        self.0.insert(maker.to_owned(), service);
        self
    }

    /// The makers, each with the name of its service.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let services = self.0.iter();
        services.map(|(maker, service)| (maker.as_str(), service.id()))
    }

    pub(super) fn into_inner(self) -> BTreeMap<String, Arc<dyn RedirectionService>> {
        self.0
    }
}

/// Why services cannot be made of an environment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ServicesError {
    /// Neither or only one of these variables is set.
    Missing([&'static str; 2]),
    /// A variable holds characters that cannot be sent.
    Characters(&'static str),
    /// Two services of one maker; the first variable of each.
    Several {
        /// The maker.
        maker: &'static str,
        /// The variables.
        variables: [&'static str; 2],
    },
    /// A service takes neither such a base nor such credentials.
    Unusable {
        /// The service.
        service: &'static str,
        /// Where the credentials come from.
        variables: [&'static str; 2],
    },
    /// A base of a service that does not exist.
    Unknown(String),
}

impl fmt::Display for ServicesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing([name, secret]) => {
                write!(f, "expected both {name} and {secret} in the environment")
            }
            Self::Characters(variable) => {
                write!(f, "{variable}: expected a text without control characters")
            }
            Self::Several {
                maker,
                variables: [one, other],
            } => write!(
                f,
                "expected credentials for one service of {maker}, found {one} and {other}"
            ),
            Self::Unusable {
                service,
                variables: [name, secret],
            } => write!(
                f,
                "{service}: expected a base address of http or https without a query, and \
                 credentials in {name} and {secret} that fit a header"
            ),
            Self::Unknown(id) => {
                let ids: Vec<_> = KINDS.iter().map(|kind| kind.id).collect();
                write!(f, "expected one of {}, found {id:?}", ids.join(", "))
            }
        }
    }
}

impl std::error::Error for ServicesError {}

/// A service that the library speaks to.
struct Kind {
    id: &'static str,
    maker: &'static str,
    base: &'static str,
    /// What the name and the secret of the account are called.
    variables: [&'static str; 2],
    make: Make,
}

type Make = fn(&Url, Text, Secret) -> Result<Arc<dyn RedirectionService>, Invalid>;

const KINDS: &[Kind] = &[
    Kind {
        id: "yealink-rps",
        maker: "yealink",
        base: YealinkRps::BASE,
        variables: ["YEALINK_RPS_USER", "YEALINK_RPS_PASSWORD"],
        make: |base, name, secret| Ok(Arc::new(YealinkRps::new(base, &login(name, secret))?)),
    },
    Kind {
        id: "yealink-rps-json",
        maker: "yealink",
        base: YealinkRpsJson::BASE,
        variables: ["YEALINK_RPS_KEY_ID", "YEALINK_RPS_SECRET"],
        make: |base, name, secret| Ok(Arc::new(YealinkRpsJson::new(base, name.as_str(), secret)?)),
    },
    Kind {
        id: "yealink-ymcs",
        maker: "yealink",
        base: YealinkYmcs::EUROPE,
        variables: ["YEALINK_YMCS_CLIENT_ID", "YEALINK_YMCS_SECRET"],
        make: |base, name, secret| Ok(Arc::new(YealinkYmcs::new(base, &login(name, secret))?)),
    },
    Kind {
        id: "snom-xmlrpc",
        maker: "snom",
        base: SnomXmlRpc::BASE,
        variables: ["SNOM_USER", "SNOM_PASSWORD"],
        make: |base, name, secret| Ok(Arc::new(SnomXmlRpc::new(base, &login(name, secret))?)),
    },
    Kind {
        id: "snom-sraps",
        maker: "snom",
        base: SnomSraps::BASE,
        variables: ["SNOM_KEY_ID", "SNOM_KEY"],
        make: |base, name, secret| Ok(Arc::new(SnomSraps::new(base, name.as_str(), secret)?)),
    },
];

impl Kind {
    /// Name and secret; nothing where neither is set.
    fn credentials(
        &self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<(Text, Secret)>, ServicesError> {
        let [name, secret] = self.variables;
        let set = |name| variable(name).filter(|value| !value.is_empty());
        match (set(name), set(secret)) {
            (None, None) => Ok(None),
            (Some(name_is), Some(secret_is)) => {
                let name = name_is.parse().map_err(|_| ServicesError::Characters(name));
                let secret_is = secret_is.parse();
                let secret = secret_is.map_err(|_| ServicesError::Characters(secret));
                Ok(Some((name?, secret?)))
            }
            _ => Err(ServicesError::Missing(self.variables)),
        }
    }

    fn unusable(&self) -> ServicesError {
        ServicesError::Unusable {
            service: self.id,
            variables: self.variables,
        }
    }
}

fn login(username: Text, password: Secret) -> Login {
    Login { username, password }
}
