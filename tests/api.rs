//! What callers rely on without saying so: types cross threads, and nothing prints a secret.

mod support;

use std::error::Error as StdError;
use std::fmt::Debug;

use phone_provisioning::model::{Firmware, Layers, Settings};
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
    crosses_threads::<Box<dyn Prepared>>();
    crosses_threads::<Box<dyn ProvisioningTarget>>();
    is_an_error::<Error>();
    is_an_error::<ErrorKind>();
    is_an_error::<Errors>();
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
        printed += &format!("{file:?} {:?}", file.to_owned());
        let bytes = String::from_utf8(file.bytes().to_vec()).unwrap();
        assert!(
            bytes.contains(support::MARK),
            "the search finds nothing where there is something"
        );
    }
    assert!(!printed.contains(support::MARK), "a secret is printed");
}
