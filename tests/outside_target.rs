//! A maker that the crate has never heard of, its target and its redirection service, written with the
//! public interface alone: what a user of the crate can write in a folder of his own.

use std::sync::Arc;

use phone_provisioning::delivery::{RequestFacts, dhcp, identify};
use phone_provisioning::error::NoticeCode;
use phone_provisioning::inspect::{LintRequest, lint};
use phone_provisioning::model::{
    Device, Firmware, FirmwareScheme, Layers, Mac, MacText, Registrar, Settings, Site,
};
use phone_provisioning::parse::{self, Format};
use phone_provisioning::redirection::{
    Action, ActionError, Body, Done, Ended, Exchange, Lost, Outcome, RedirectionService,
    Registered, Retry, RetryCause, Session, Stamp, Step,
};
use phone_provisioning::target::{
    AgentClaim, AgentWords, CheckSync, DhcpSource, Domain, FileKind, FileRow, Indices, LintRow,
    LintRule, ModelRow, Modules, OuiRow, Output, Prepare, Prepared, ProvisioningTarget, Refresh,
    Scope, SettingMatch, SettingRow, TargetId, TokenRow, VendorClass,
};
use phone_provisioning::{
    Document, Error, ErrorKind, Errors, Extension, Notice, Provisioner, Targets,
};

const HEADER: &str = "#!version:1.0.0.1\n";
static SETTINGS: [SettingRow; 2] = [
    {
        let mut row = SettingRow::new("line.X.port");
        row.domain = Domain::Integer(&[(1, 65535)]);
        row.scope = Scope::Account;
        row
    },
    {
        let mut row = SettingRow::new("line.X.user");
        row.scope = Scope::Account;
        row
    },
];
static LINT: [LintRow; 1] = [{
    let mut row = LintRow::EMPTY;
    row.rule = LintRule::NeverSent;
    row.name = "line.X.port";
    row.because = "the phone finds the port itself";
    row
}];
static FILES: [FileRow; 2] = [
    FileRow::new("ACME-*.img", FileKind::Firmware, "made up"),
    FileRow::new("Acme.Logo", FileKind::Other, "made up"),
];
static LANGUAGES: [TokenRow; 1] = [{
    let mut row = TokenRow::EMPTY;
    row.word = "en";
    row.token = "English";
    row
}];
static BLOCKS: [OuiRow; 1] = [OuiRow::new(&[0x00, 0x00, 0x5e], "made up")];

/// Desk phones of a made-up maker.
#[derive(Debug)]
struct Acme {
    models: Vec<ModelRow>,
}

impl Acme {
    fn new() -> Self {
        let mut row = ModelRow::new("P1");
        row.accounts = Some(1);
        row.newest_firmware = "2.1".parse().ok();
        Self { models: vec![row] }
    }
}

impl ProvisioningTarget for Acme {
    fn id(&self) -> TargetId {
        TargetId::new("acme-desk")
    }

    fn vendor(&self) -> &str {
        "acme"
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        FirmwareScheme::Dotted
    }

    fn models(&self) -> &[ModelRow] {
        &self.models
    }

    fn settings(&self) -> &[SettingRow] {
        &SETTINGS
    }

    fn format(&self) -> Format {
        Format::Cfg
    }

    fn setting(&self, name: &str, _: Option<u32>) -> Option<SettingMatch<'_>> {
        let (number, what) = name.strip_prefix("line.")?.split_once('.')?;
        let row = self.settings().iter().find(|row| row.name.ends_with(what));
        let indices = Indices::new(&[number.parse().ok()?])?;
        Some(SettingMatch::new(row?, indices))
    }

    fn lint_rows(&self) -> &[LintRow] {
        &LINT
    }

    fn lint_prefix(&self) -> char {
        'A'
    }

    fn file_names(&self, _: &ModelRow) -> Vec<String> {
        vec!["acme-p1.cfg".to_owned(), "<mac>.acme".to_owned()]
    }

    fn other_files(&self) -> &[FileRow] {
        &FILES
    }

    fn shares_common_files(&self) -> bool {
        true
    }

    fn languages(&self) -> &[TokenRow] {
        &LANGUAGES
    }

    fn mac_blocks(&self) -> &[OuiRow] {
        &BLOCKS
    }

    fn mac_in_url(&self, mac: Mac) -> MacText {
        mac.plain_upper()
    }

    fn read_agent<'a>(&self, agent: &AgentWords<'a>) -> Option<AgentClaim<'a>> {
        let mut words = agent.iter();
        let model = words.next()?.strip_prefix(b"acme:")?;
        let mut claim = AgentClaim::new().with_model(model);
        claim.mac = agent.last_mac();
        claim.modules = Modules::parse(words);
        Some(claim)
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        Ok(Box::new(PreparedAcme {
            site: Arc::clone(request.site),
            profile: request.profile.map(str::to_owned),
        }))
    }

    fn check_sync(&self, wanted: Refresh, _: Option<Firmware>) -> Result<CheckSync, ErrorKind> {
        match wanted {
            Refresh::Reload => Ok(CheckSync::new("acme-reload").with_caveat("it may restart")),
            Refresh::Restart => Ok(CheckSync::new("acme-restart")),
        }
    }

    fn dhcp_sources(&self) -> &[DhcpSource] {
        &[DhcpSource::Text(66), DhcpSource::Encapsulated(5)]
    }

    fn vendor_class(&self, class: &[u8]) -> Option<VendorClass<'_>> {
        (class == b"acme P1").then(|| VendorClass::Model(&self.models[0]))
    }
}

#[derive(Debug)]
struct PreparedAcme {
    site: Arc<Site>,
    profile: Option<String>,
}

impl Prepared for PreparedAcme {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let layers = Layers::new(&self.site, self.profile.as_deref(), device.settings());
        let Some(registrar) = layers.find(|settings| settings.registrar.as_ref()) else {
            let kind = ErrorKind::Missing {
                expected: "a registrar",
                looked_at: layers.looked_at(device.path()),
            };
            return Err(Error::new(device.path().key("registrar"), kind).into());
        };
        let mut text = HEADER.to_owned();
        for (number, extension) in (1..).zip(device.extensions()) {
            // A `Text` has no line end: whatever it says stays on this line.
            let user = extension.number.as_str();
            let host = &registrar.value.host;
            text += &format!("line.{number}.user = {user}@{host}\n");
        }
        if device.extensions().is_empty() {
            let message = "nobody is logged in";
            let path = device.path().key("extensions");
            output.add_notice(Notice::new(NoticeCode::NotApplicable, path, message));
        }
        let name = format!("{}.acme", device.mac().plain_lower());
        let alias = format!("{}.acme", device.mac().plain_upper());
        output.add_file(&name, &[&alias], "text/plain", true, |out| {
            // Whoever writes may do what he likes with his own bytes and with no others.
            out.clear();
            out.extend_from_slice(text.as_bytes());
        });
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        output.add_file("acme-p1.cfg", &[], "text/plain", false, |out| {
            out.extend_from_slice(HEADER.as_bytes());
        });
        Ok(())
    }
}

fn targets() -> Targets {
    Targets::builtin().with(Acme::new())
}

fn site(settings: Settings) -> Arc<Site> {
    Arc::new(Site::new("Example".parse().unwrap(), settings))
}

fn registered() -> Arc<Site> {
    let mut settings = Settings::default();
    settings.registrar = Some(Registrar::new("sip.example.net".parse().unwrap()));
    site(settings)
}

fn phone() -> Device {
    let extension = Extension::new("1001".parse().unwrap(), "s3cret".parse().unwrap());
    let mac = "00:00:5e:00:53:2d".parse().unwrap();
    let device = Device::builder(mac, "ACME p-1").extension(extension);
    device.build().unwrap()
}

#[test]
fn it_renders_beside_the_shipped_ones() {
    let provisioner = Provisioner::with_targets(registered(), targets());
    let rendered = provisioner.render(&phone()).unwrap();
    let names: Vec<&str> = rendered.files().iter().map(|file| file.name()).collect();
    assert_eq!(names, ["acme-p1.cfg", "00005e00532d.acme"]);
    assert_eq!(rendered.files()[0].bytes(), b"#!version:1.0.0.1\n");
    let own = rendered.file("00005E00532D.acme").unwrap();
    let text = "#!version:1.0.0.1\nline.1.user = 1001@sip.example.net\n";
    assert_eq!(std::str::from_utf8(own.bytes()).unwrap(), text);
    assert_eq!(rendered, provisioner.render(&phone()).unwrap());
}

#[test]
fn its_errors_and_notices_are_the_crates() {
    let provisioner = Provisioner::with_targets(site(Settings::default()), targets());
    let errors = provisioner.render(&phone()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "device.00005e00532d.registrar: missing: expected a registrar; looked at \
         device.00005e00532d.settings, site.settings"
    );
    let provisioner = Provisioner::with_targets(registered(), targets());
    let nobody = Device::builder(phone().mac(), "acme P1").build().unwrap();
    let rendered = provisioner.render(&nobody).unwrap();
    assert_eq!(rendered.notices()[0].message(), "nobody is logged in");
}

/// A writer of one file cannot reach those before it.
#[test]
fn a_file_that_takes_back_what_it_wrote_leaves_the_others() {
    let mut output = Output::new();
    output.add_file("a", &[], "text/plain", false, |out| out.extend(b"first"));
    output.add_file("b", &[], "text/plain", false, |out| {
        out.clear();
        out.extend(b"2");
    });
    let files: Vec<_> = output.files().map(|file| file.bytes()).collect();
    assert_eq!(files, [&b"first"[..], b"2"]);
}

#[test]
fn documents_name_it() {
    let document = Document::from_toml(
        r#"
        [site]
        name = "Example"
        [site.settings]
        time_zone = "Europe/Berlin"
        language = "en"
        registrar = { host = "sip.example.net" }
        [[devices]]
        mac = "00:00:5e:00:53:2d"
        model = "Acme P1"
        extensions = [{ number = "1001", password = "s3cret" }]
        "#,
    );
    let fleet = document.unwrap().resolve(&targets()).unwrap();
    let found = targets();
    let found = found.model(fleet.devices()[0].model()).unwrap();
    assert_eq!(found.canonical(), "acme P1");
}

#[test]
fn its_phones_are_recognised() {
    let targets = targets();
    let kind = |path: &str| identify(&targets, &RequestFacts::new(path)).file().kind();
    assert_eq!(kind("/p/00005E00532D.ACME"), FileKind::Device);
    assert_eq!(kind("/p/acme-p1.cfg"), FileKind::Common);
    // However the row is spelled and however the phone asks.
    assert_eq!(kind("/p/acme-2.1.img"), FileKind::Firmware);
    assert_eq!(kind("/p/ACME.LOGO"), FileKind::Other);
    let of = |path: &str| {
        let phone = identify(&targets, &RequestFacts::new(path));
        phone.vendor().map(|vendor| vendor.value.to_owned())
    };
    assert_eq!(of("/p/Acme.Logo").as_deref(), Some("acme"));
    assert_eq!(of("/p/ACME-2.1.IMG").as_deref(), Some("acme"));

    let facts = RequestFacts::new("/p/x").with_user_agent(b"acme:P1 00005e00532d KEYS:2");
    let phone = identify(&targets, &facts);
    assert_eq!(phone.target().unwrap().value.id().as_str(), "acme-desk");
    assert_eq!(phone.model().unwrap().value.name(), "P1");
    assert_eq!(phone.modules().unwrap().total(), 2);
    assert_eq!(phone.block().unwrap().prefix, [0x00, 0x00, 0x5e]);
    assert!(phone.conflicts().is_empty());
}

#[test]
fn its_phones_are_told() {
    let targets = targets();
    let (target, model) = dhcp::identify(&targets, b"acme P1").unwrap();
    assert_eq!(model.unwrap().name, "P1");
    let url = "http://pbx.example.net/p/".parse().unwrap();
    let options = dhcp::options(&**target, &url, None).unwrap();
    let codes: Vec<u8> = options.iter().map(dhcp::DhcpOption::code).collect();
    assert_eq!(codes, [66, 43]);
    let told = target.check_sync(Refresh::Reload, None).unwrap();
    assert_eq!(
        (told.event, told.caveat),
        ("acme-reload", Some("it may restart"))
    );
}

#[test]
fn its_files_are_read_back() {
    let acme = Acme::new();
    let file = b"#!version:1.0.0.1\nline.1.user = 1\nline.1.port = 0\n";
    let file = parse::parse_cfg(file, &parse::Limits::default());
    let codes: Vec<String> = lint(&LintRequest::new(&file, &acme))
        .iter()
        .map(|finding| format!("{}: {}", finding.position().line, finding.code()))
        .collect();
    assert!(
        codes.iter().any(|code| code.starts_with("3: A")),
        "{codes:?}"
    );
    assert!(
        !codes.iter().any(|code| code.starts_with("2: ")),
        "{codes:?}"
    );
    // No row has four numbers.
    assert!(Indices::new(&[1, 2, 3, 4]).is_none());
}

/// A service that says of every phone that it is here.
#[derive(Debug)]
struct AcmeService;

impl RedirectionService for AcmeService {
    fn id(&self) -> &'static str {
        "acme"
    }

    fn start(
        &self,
        action: &Action,
        session: &Session,
        stamp: &Stamp,
    ) -> Result<Step, ActionError> {
        let Action::LookUp(mac) = *action else {
            return Err(ActionError::Unsupported {
                service: self.id(),
                action: action.name(),
            });
        };
        let uri = format!("https://acme.example/{}/{mac}", stamp.nonce);
        let request = http::Request::get(uri)
            .body(Body::from(Vec::new()))
            .unwrap();
        let session = session.clone();
        Ok(Step::Send(Exchange::new(request, move |reply, _| {
            let outcome = match reply {
                Ok(answer) if answer.status() == 200 => {
                    Outcome::Done(Done::Found(Registered::new(mac)))
                }
                Ok(_) => Outcome::NotFound,
                Err(Lost::NotSent) => Outcome::Retry(Retry::new(RetryCause::NotSent)),
                Err(_) => Outcome::Retry(Retry::new(RetryCause::NoAnswer)),
            };
            Step::Ended(Ended::new(outcome, session))
        })))
    }
}

#[test]
fn a_service_of_its_own_is_asked_like_the_shipped_ones() {
    let service: Box<dyn RedirectionService> = Box::new(AcmeService);
    let mac: Mac = "00:00:5e:00:53:2d".parse().unwrap();
    let stamp = || Stamp::new(chrono::DateTime::UNIX_EPOCH, [7; 16]);
    let ask = |reply: Result<u16, Lost>| {
        let step = service.start(&Action::LookUp(mac), &Session::new(), &stamp());
        let Ok(Step::Send(exchange)) = step else {
            panic!("there is something to ask");
        };
        assert_eq!(exchange.request().uri().path().split('/').count(), 3);
        let answer = |status| http::Response::builder().status(status).body("").unwrap();
        match exchange.feed(reply.map(answer), &stamp()) {
            Step::Ended(ended) => ended.outcome,
            Step::Send(_) => panic!("one question is enough"),
        }
    };
    assert_eq!(
        ask(Ok(200)),
        Outcome::Done(Done::Found(Registered::new(mac)))
    );
    assert_eq!(ask(Ok(404)), Outcome::NotFound);
    let lost = Outcome::Retry(Retry::new(RetryCause::NotSent));
    assert_eq!(ask(Err(Lost::NotSent)), lost);
    let refused = service.start(&Action::Check, &Session::new(), &stamp());
    assert_eq!(refused.unwrap_err().to_string(), "acme cannot do `check`");
}
