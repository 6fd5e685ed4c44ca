//! The files that are measured.

use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;

use phone_provisioning::error::Errors;
use phone_provisioning::model::{Device, FirmwareScheme, Site};
use phone_provisioning::target::{
    ModelRow, Prepare, Prepared, ProvisioningTarget, TargetId, Targets, yealink::Yealink,
};
use phone_provisioning::{Document, Output, Provisioner};

use super::fleet::{self, Phone, SNOM, YEALINK};

/// One file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// Folder of its templates.
    pub(crate) name: &'static str,
    /// Its target.
    pub(crate) target: &'static str,
    /// The phone that it is for.
    pub(crate) phone: Phone,
    /// Whether its site says little, as that of the file that the goals were measured with.
    pub(crate) lean: bool,
}

/// All files.
pub(crate) const CASES: [Case; 6] = [
    Case {
        name: "synthetic",
        target: "yealink",
        phone: Phone::desk("yealink Synthetic", YEALINK, 4, 10),
        lean: true,
    },
    Case {
        name: "t46s",
        target: "yealink",
        phone: Phone::desk("yealink T46S", YEALINK, 16, 27),
        lean: false,
    },
    Case {
        name: "minimal",
        target: "yealink",
        phone: Phone::desk("yealink T31P", YEALINK, 1, 0),
        lean: false,
    },
    Case {
        name: "t46s_modules",
        target: "yealink",
        phone: Phone {
            modules: (6, 40),
            ..Phone::desk("yealink T46S", YEALINK, 16, 27)
        },
        lean: false,
    },
    Case {
        name: "d785",
        target: "snom-desk",
        phone: Phone::desk("snom D785", SNOM, 12, 24),
        lean: false,
    },
    Case {
        name: "m900",
        target: "snom-dect",
        phone: Phone::base("snom M900", SNOM, 100),
        lean: false,
    },
];

impl Case {
    /// The case of this name.
    pub(crate) fn named(name: &str) -> &'static Self {
        let case = CASES.iter().find(|case| case.name == name);
        case.expect("a case of that name")
    }

    /// Whether its files are XML.
    pub(crate) fn is_xml(&self) -> bool {
        self.target != "yealink"
    }

    /// A provisioner of its site.
    pub(crate) fn provisioner(&self) -> Provisioner {
        let site = if self.lean {
            lean_site()
        } else {
            fleet::site()
        };
        Provisioner::with_targets(site, targets())
    }

    /// The devices of these numbers.
    pub(crate) fn devices(&self, numbers: Range<u64>) -> Vec<Device> {
        numbers.map(|number| self.phone.device(number)).collect()
    }

    /// The files of the device of this number, one behind the other.
    pub(crate) fn files(&self, provisioner: &Provisioner, serial: u64) -> Vec<u8> {
        let mut output = Output::new();
        render(provisioner, &self.phone.device(serial), &mut output);
        let files = output.files().map(|file| file.bytes());
        files.collect::<Vec<_>>().concat()
    }
}

/// Distinct devices kept in memory, and their finished files.
pub(crate) struct Kept {
    provisioner: Provisioner,
    devices: Vec<Device>,
    files: Vec<Box<[u8]>>,
    output: Output,
    copy: Vec<u8>,
}

impl Kept {
    pub(crate) fn new(case: &Case, devices: u64) -> Self {
        let provisioner = case.provisioner();
        let devices = case.devices(0..devices);
        let mut output = Output::new();
        let mut files = Vec::new();
        for device in &devices {
            render(&provisioner, device, &mut output);
            files.extend(output.files().map(|file| Box::from(file.bytes())));
        }
        Self {
            provisioner,
            devices,
            files,
            output,
            copy: Vec::new(),
        }
    }

    pub(crate) fn devices(&self) -> usize {
        self.devices.len()
    }

    /// Renders one of them.
    pub(crate) fn render(&mut self, number: usize) {
        render(&self.provisioner, &self.devices[number], &mut self.output);
        black_box(&self.output);
    }

    /// Renders some of them in bulk.
    pub(crate) fn bulk(&self, numbers: Range<usize>) {
        let devices = &self.devices[numbers];
        self.provisioner.bulk().run(devices, |_, delivery| {
            black_box(delivery);
        });
    }

    /// Copies the files of one of them.
    pub(crate) fn copy(&mut self, number: usize) {
        let count = self.files.len() / self.devices.len();
        self.copy.clear();
        for file in &self.files[number * count..][..count] {
            self.copy.extend_from_slice(file);
        }
        black_box(&self.copy);
    }
}

/// Renders a device that has no fault.
pub(crate) fn render(provisioner: &Provisioner, device: &Device, output: &mut Output) {
    output.clear();
    if let Err(errors) = provisioner.render_into(device, output) {
        panic!("{} does not render: {errors}", device.model());
    }
}

fn targets() -> Targets {
    let synthetic: Arc<dyn ProvisioningTarget> = Arc::new(Synthetic::new());
    Targets::new(Targets::builtin().iter().cloned().chain([synthetic]))
}

fn lean_site() -> Arc<Site> {
    let document = Document::from_toml(LEAN).expect("the lean site is a document");
    let fleet = document.resolve(&Targets::builtin());
    fleet.expect("the lean site is valid").site().clone()
}

const LEAN: &str = r#"
devices = []
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n-pw" }
maintenance = { username = "var", password = "v4r-pw" }
feature_codes = { pickup = "*8" }
"#;

/// Yealink's target with another model: a phone of four accounts and ten keys that is told no codecs
/// (as the VP530 is), so that its file has about as many lines as the one that the goals were measured
/// with.
#[derive(Debug)]
struct Synthetic {
    yealink: Yealink,
    models: Vec<ModelRow>,
}

impl Synthetic {
    fn new() -> Self {
        let yealink = Yealink::new();
        let vp530 = yealink.models().iter().find(|row| row.name == "VP530");
        let mut row = vp530.expect("the VP530 is a model").clone();
        row.name = "Synthetic".into();
        row.other_names = Vec::new().into();
        row.line_keys = Some(10);
        row.line_keys_clear_to = Some(10);
        Self {
            yealink,
            models: vec![row],
        }
    }
}

impl ProvisioningTarget for Synthetic {
    fn id(&self) -> TargetId {
        TargetId::new("yealink-synthetic")
    }

    fn vendor(&self) -> &str {
        self.yealink.vendor()
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        self.yealink.firmware_scheme()
    }

    fn models(&self) -> &[ModelRow] {
        &self.models
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        self.yealink.file_names(model)
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        self.yealink.prepare(request)
    }
}
