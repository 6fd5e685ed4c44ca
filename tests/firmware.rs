//! Which firmware a phone is told to load: over every model row of every target, then what single
//! families know. Files are read by the strict readers, expected addresses are spelled out here.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use phone_provisioning::error::NoticeCode;
use phone_provisioning::model::{
    Device, DeviceBuilder, Firmware, FirmwareChoice, FirmwareScheme, Handset, Site, UrlTemplate,
};
use phone_provisioning::target::Rendered;
use phone_provisioning::{Provisioner, Targets};
use support::{
    Model, built, device, document_errors, handset, models, read, render, render_err, resolve,
    site_with, text, value, with_firmware,
};

const AT: &str = "device.805e0c123456";

/// The phones of this suite have a folder to be told of, as Snom desk phones need it.
fn site(change: impl FnOnce(&mut Site)) -> Arc<Site> {
    site_with(|site| {
        let url = UrlTemplate::parse("https://pbx.example.net/p/", Site::URL_PLACEHOLDERS);
        site.provisioning_url = Some(url.unwrap());
        change(site);
    })
}

fn with_base(base: &str) -> Arc<Site> {
    site(|site| {
        let base = UrlTemplate::parse(base, Site::FIRMWARE_PLACEHOLDERS);
        site.firmware_base = Some(base.unwrap());
    })
}

/// A server of images with the version twice in its path, as Snom's is.
const SERVER: &str = "https://fw.example.net/{vendor}/{version}/bin/{version}/{file}?a=1&b={model}";
/// The same for bases, which add the end by themselves.
const SERVER_OF_BASES: &str = "https://fw.example.net/{vendor}/{version}/{model}/{file}";

fn server_for(model: &Model<'_>) -> Arc<Site> {
    with_base(match model.target.firmware_scheme() {
        FirmwareScheme::Branch => SERVER_OF_BASES,
        _ => SERVER,
    })
}

fn parsed(scheme: FirmwareScheme, version: &str) -> Firmware {
    Firmware::parse(scheme, version).unwrap()
}

fn yealink(version: &str) -> Firmware {
    parsed(FirmwareScheme::Generation, version)
}

fn branch(version: &str) -> Firmware {
    parsed(FirmwareScheme::Branch, version)
}

fn with_url(version: Firmware, url: &str) -> FirmwareChoice {
    let mut choice = FirmwareChoice::new(version);
    choice.url = Some(url.parse().unwrap());
    choice
}

fn each_model(mut check: impl FnMut(&Model<'_>)) {
    let targets = Targets::builtin();
    let all = models(&targets);
    // A row of a phone that is only known by name is refused.
    let rendered = all.iter().filter(|model| !model.row.is("unsupported"));
    rendered.for_each(&mut check);
}

/// The settings that name firmware, over all files of the device, in the order of files and lines.
fn told(rendered: &Rendered, model: &Model<'_>) -> Vec<(String, String)> {
    let is_of_firmware = |name: &str| {
        [
            "firmware",
            "static.firmware",
            "over_the_air",
            "fp_fwu",
            "pp_fwu",
        ]
        .iter()
        .any(|start| name.starts_with(start))
    };
    let mut found = Vec::new();
    for file in rendered.files() {
        if file.name().ends_with(".htm") && file.bytes().windows(13).any(|w| w == b"setting-files")
        {
            continue;
        }
        let settings = if file.name().ends_with("-firmware.xml") {
            let document = std::str::from_utf8(file.bytes()).unwrap();
            let document = roxmltree::Document::parse(document).unwrap();
            let root = document.root_element();
            assert!(root.has_tag_name("firmware-settings"), "{}", model.name());
            let elements = root.children().filter(roxmltree::Node::is_element);
            let setting = |node: roxmltree::Node<'_, '_>| {
                let value = node.text().unwrap_or_default().to_owned();
                (node.tag_name().name().to_owned(), value)
            };
            elements.map(setting).collect()
        } else {
            let settings = read(model.target, file.bytes()).into_iter();
            settings.map(|s| (s.name, s.value)).collect::<Vec<_>>()
        };
        found.extend(
            settings
                .into_iter()
                .filter(|(name, _)| is_of_firmware(name)),
        );
    }
    found
}

fn firmware_notices(rendered: &Rendered) -> Vec<String> {
    let notices = rendered.notices().iter();
    notices
        .filter(|notice| notice.code() == NoticeCode::Firmware)
        .map(|notice| format!("{}: {}", notice.path(), notice.message()))
        .collect()
}

fn newest(model: &Model<'_>) -> Firmware {
    let newest = model.row.newest_firmware;
    model.version(newest.unwrap_or_else(|| panic!("{}: no newest firmware", model.name())))
}

// ---- every model ----

/// R24: no choice of firmware still sent an address, or an empty one.
#[test]
fn r24_no_model_is_told_a_firmware_that_nobody_chose() {
    each_model(|model| {
        let site = server_for(model);
        for firmware in [None, Some(newest(model))] {
            let device = built(with_firmware(model.least(), firmware));
            let rendered = render(&site, &device);
            assert_eq!(told(&rendered, model), [], "{}", model.name());
            let named = rendered
                .files()
                .iter()
                .any(|f| f.name().contains("firmware"));
            assert!(!named, "{}", model.name());
        }
    });
}

/// Phones whose images have another ending than the rest, by the lists of the vendor's files.
const F_IMAGES: &[&str] = &["300", "320", "370", "PA1"];
const SWU_IMAGES: &[&str] = &["D810", "D812", "D815", "D862", "D865", "D892", "D895"];
const CHAINED_TO_225: &[&str] = &[
    "D315", "D335", "D385", "D712", "D715", "D717", "D735", "D785",
];
const CHAINED_FROM_226: &[&str] = &["D335", "D385", "D717", "D735", "D785"];

fn expected(model: &Model<'_>, version: Firmware) -> Vec<(String, String)> {
    let name = &*model.row.name;
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let folder = |vendor: &str| format!("https://fw.example.net/{vendor}/{version}/bin/{version}");
    match model.target.id().as_str() {
        "yealink" => {
            let address = format!("{}/{name}-{version}.rom?a=1&b={name}", folder("yealink"));
            let setting = match version.generation() {
                Some(generation) if generation < 81 => "firmware.url",
                _ => "static.firmware.url",
            };
            vec![pair(setting, address)]
        }
        "snom-dect" => vec![
            pair("firmware", format!("https://fw.example.net/snom/{version}")),
            pair("fp_fwu_sw_version", version.software().unwrap().to_string()),
            pair(
                "fp_fwu_branch_version",
                version.branch().unwrap().to_string(),
            ),
        ],
        "snom-desk" => {
            let stem = model.row.file_stem.as_deref().unwrap();
            let letter = if F_IMAGES.contains(&name) { "f" } else { "r" };
            let ending = if SWU_IMAGES.contains(&name) {
                "swu"
            } else {
                "bin"
            };
            let query = format!("?a=1&b={name}");
            let image = format!(
                "{}/{stem}-{version}-SIP-{letter}.{ending}{query}",
                folder("snom")
            );
            let chained = match version.level() {
                level if level >= [10, 1, 226, 0, 0] => CHAINED_FROM_226.contains(&name),
                level if level >= [10, 1, 184, 15, 0] => CHAINED_TO_225.contains(&name),
                _ => false,
            };
            let address = if chained {
                let image = format!("{image}&mac=");
                let image = image
                    .replace('?', "%3F")
                    .replace('&', "%26")
                    .replace('=', "%3D");
                let first = format!(
                    "{}/{stem}-ramdisk-chained-update-r.bin{query}",
                    folder("snom")
                );
                format!("{first}&mac={{mac}}&chained_url={image}{{mac}}")
            } else {
                image
            };
            vec![
                pair(
                    "firmware_status",
                    "https://pbx.example.net/p/805E0C123456-firmware.xml".into(),
                ),
                pair("firmware", address),
            ]
        }
        other => panic!("how does {other} name its images?"),
    }
}

/// The address that follows from the server of images, escaped where the file wants it: the strict
/// readers refuse a raw `&`.
#[test]
fn every_model_is_told_the_chosen_firmware_and_where_it_is() {
    each_model(|model| {
        let version = newest(model);
        let site = server_for(model);
        let own = model.least().firmware(FirmwareChoice::new(version));
        let by_device = render(&site, &built(own));
        let expected = expected(model, version);
        let sorted = |mut settings: Vec<(String, String)>| {
            settings.sort();
            settings
        };
        assert_eq!(
            sorted(told(&by_device, model)),
            sorted(expected.clone()),
            "{}",
            model.name()
        );

        let mut by_model = Site::clone(&site);
        by_model
            .firmware
            .insert(model.name(), FirmwareChoice::new(version));
        let by_model = render(&Arc::new(by_model), &built(model.least()));
        assert_eq!(
            sorted(told(&by_model, model)),
            sorted(expected),
            "{} by its site",
            model.name()
        );
    });
}

/// A choice without an address, of a site without a server of images.
#[test]
fn every_model_needs_to_know_where_its_image_is() {
    each_model(|model| {
        let own = model.least().firmware(FirmwareChoice::new(newest(model)));
        let errors = render_err(&site(|_| ()), &built(own));
        assert_eq!(errors.len(), 1, "{}: {errors:?}", model.name());
        assert!(errors[0].starts_with(&format!(
            "{AT}.firmware.url: missing: expected the address of"
        )));
        assert!(errors[0].ends_with(&format!("looked at {AT}.firmware.url, site.firmware_base")));
    });
}

/// A version in the numbering of another family is no firmware of the phone.
#[test]
fn no_model_takes_a_version_of_another_numbering() {
    let versions = [
        parsed(FirmwareScheme::Dotted, "10.1.127.10"),
        yealink("66.86.0.15"),
        branch("740/104"),
    ];
    each_model(|model| {
        for version in versions {
            if version.scheme() == model.target.firmware_scheme() {
                continue;
            }
            let choice = with_url(version, "https://fw.example.net/x");
            let own = model.least().firmware(choice.clone());
            let by_site = site(|site| {
                site.firmware.insert(model.name(), choice);
            });
            for (site, device, at) in [
                (&site(|_| ()), own, format!("{AT}.firmware")),
                (
                    &by_site,
                    model.least(),
                    format!("site.firmware.\"{}\".version", model.name()),
                ),
            ] {
                let errors = render_err(site, &built(device));
                assert_eq!(errors.len(), 1, "{}: {errors:?}", model.name());
                let start = format!("{at}: the version is not written as");
                assert!(errors[0].starts_with(&start), "{errors:?}");
            }
        }
    });
}

#[test]
fn every_model_is_told_of_a_step_down() {
    each_model(|model| {
        let version = newest(model);
        // One behind the newest, so that the newest is a step down from it.
        let installed = match version.scheme() {
            FirmwareScheme::Dotted => {
                let mut parts = version.level();
                parts[4] += 1;
                parsed(
                    version.scheme(),
                    &parts.map(|part| part.to_string()).join("."),
                )
            }
            FirmwareScheme::Branch => {
                let (software, branch) = (version.software().unwrap(), version.branch().unwrap());
                parsed(version.scheme(), &format!("{software}/{}", branch + 1))
            }
            _ => {
                let parts = version.parts();
                let newer = format!("{}.{}.{}.{}", parts[0], parts[1], parts[2], parts[3] + 1);
                parsed(version.scheme(), &newer)
            }
        };
        let device = model
            .least()
            .installed_firmware(installed)
            .firmware(FirmwareChoice::new(version));
        let rendered = render(&server_for(model), &built(device));
        assert_eq!(
            firmware_notices(&rendered),
            [format!(
                "{AT}.firmware.version: {version} is older than the installed {installed}"
            )],
            "{}",
            model.name()
        );
        assert!(!told(&rendered, model).is_empty());
    });
}

// ---- Yealink ----

/// F#2940: an image of one model was told to another.
#[test]
fn f55_no_model_loads_the_image_of_another() {
    let targets = Targets::builtin();
    let all = models(&targets);
    let rows = || all.iter().filter(|m| !m.row.image_prefixes.is_empty());
    let numbers: BTreeSet<u16> = rows()
        .flat_map(|m| m.row.image_prefixes.iter().map(|(_, prefix)| *prefix))
        .collect();
    assert!(rows().count() > 50);
    for model in rows() {
        let own = newest(model);
        let prefix = own.prefix().unwrap();
        for other in numbers.iter().filter(|other| **other != prefix) {
            let parts = own.parts();
            let version = yealink(&format!("{other}.{}.{}.{}", parts[1], parts[2], parts[3]));
            let refusal = format!(
                "an image of another model: firmware of {} begins with {prefix}, found {version}",
                model.name()
            );
            let by_version = model.least().firmware(FirmwareChoice::new(version));
            assert_eq!(
                render_err(&with_base(SERVER), &built(by_version)),
                [format!("{AT}.firmware.version: {refusal}")]
            );
        }
        // The version is right, the address is not.
        let other = numbers.iter().find(|other| **other != prefix).unwrap();
        let url = format!("https://fw.example.net/X(Y)-{other}.85.0.1(2021).rom");
        let by_address = model.least().firmware(with_url(own, &url));
        assert_eq!(
            render_err(&with_base(SERVER), &built(by_address)),
            [format!(
                "{AT}.firmware.url: an image of another model: firmware of {} begins with {prefix}, found {other}.85.0.1",
                model.name()
            )]
        );
    }
}

#[test]
fn crossing_to_another_branch_is_told_both_ways_and_beside_a_step_down() {
    let targets = Targets::builtin();
    for model in models(&targets) {
        if model.target.id().as_str() != "yealink" {
            continue;
        }
        let parts = newest(&model).parts().to_vec();
        let version =
            |oem: u16, build: u16| yealink(&format!("{}.{}.{oem}.{build}", parts[0], parts[1]));
        for (installed, chosen, steps_down) in [
            (version(0, 10), version(188, 10), false),
            (version(188, 10), version(0, 20), false),
            (version(188, 10), version(0, 9), true),
        ] {
            let device = model
                .least()
                .installed_firmware(installed)
                .firmware(FirmwareChoice::new(chosen));
            let rendered = render(&with_base(SERVER), &built(device));
            let mut expected = vec![format!(
                "{AT}.firmware.version: {chosen} is of another branch than the installed {installed}; images of different branches are not freely interchangeable"
            )];
            if steps_down {
                expected.push(format!(
                    "{AT}.firmware.version: {chosen} is older than the installed {installed}"
                ));
            }
            assert_eq!(firmware_notices(&rendered), expected, "{}", model.name());
        }
    }
}

/// The T53, T53W and T57W changed the number that their firmware begins with.
#[test]
fn a_number_counts_from_its_generation_on() {
    let choose = |model: &str, version: &str| {
        let choice = FirmwareChoice::new(yealink(version));
        Provisioner::new(with_base(SERVER)).render(&built(device(model).firmware(choice)))
    };
    for (model, version, fits) in [
        ("yealink T53W", "95.84.0.10", true),
        ("yealink T53W", "96.86.0.10", true),
        ("yealink T53W", "95.86.0.10", false),
        ("yealink T53W", "96.84.0.10", false),
        ("yealink T57W", "97.84.0.10", true),
        ("yealink T57W", "97.85.0.10", false),
    ] {
        assert_eq!(choose(model, version).is_ok(), fits, "{model} {version}");
    }
    // A step down is one though the numbers differ.
    let down = device("yealink T53")
        .installed_firmware(yealink("96.85.0.5"))
        .firmware(FirmwareChoice::new(yealink("95.84.0.10")));
    assert_eq!(
        firmware_notices(&render(&with_base(SERVER), &built(down))),
        [format!(
            "{AT}.firmware.version: 95.84.0.10 is older than the installed 96.85.0.5"
        )]
    );
}

#[test]
fn an_address_that_names_another_version_is_told() {
    let choice = with_url(
        yealink("66.86.0.15"),
        "https://fw.example.net/T46S(T48S,T42S,T41S)-66.85.0.5.rom",
    );
    let rendered = render(
        &site(|_| ()),
        &built(device("yealink T46S").firmware(choice)),
    );
    assert_eq!(
        firmware_notices(&rendered),
        [format!(
            "{AT}.firmware.url: the address names 66.85.0.5, and 66.86.0.15 is chosen"
        )]
    );
}

fn with_image(slot: u16, model: &str, version: &str) -> Handset {
    let mut handset = handset(slot);
    handset.model = Some(text(model));
    handset.firmware = Some(yealink(version));
    handset
}

fn images(site: &Arc<Site>, device: DeviceBuilder) -> Vec<(String, String)> {
    let targets = Targets::builtin();
    let device = built(device);
    let all = models(&targets);
    let model = all.iter().find(|m| m.name() == device.model()).unwrap();
    told(&render(site, &device), model)
}

fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect()
}

#[test]
fn handsets_of_a_yealink_base_have_an_image_by_model() {
    let site = with_base("https://fw.example.net/{model}/{file}?v={version}&x=1");
    let base = || {
        device("yealink W70B")
            .installed_firmware(yealink("146.85.0.10"))
            .handset(with_image(1, "W73H", "116.85.0.20"))
            .handset(with_image(2, "w 59 r", "115.85.0.5"))
            .handset(with_image(3, "W73H", "116.85.0.20"))
    };
    assert_eq!(
        pairs(&images(&site, base())),
        [
            (
                "over_the_air.url.w59r",
                "https://fw.example.net/W59R/W59R-115.85.0.5.rom?v=115.85.0.5&x=1"
            ),
            (
                "over_the_air.url.w73h",
                "https://fw.example.net/W73H/W73H-116.85.0.20.rom?v=116.85.0.20&x=1"
            ),
            ("over_the_air.base_trigger", "1"),
            ("over_the_air.handset_trigger", "1"),
        ]
    );
    // Until V82 there is one address, for one model.
    let old = |handsets: &[Handset]| {
        let base = device("yealink W52P").installed_firmware(yealink("25.73.0.50"));
        handsets.iter().cloned().fold(base, DeviceBuilder::handset)
    };
    let one = with_image(1, "W52H", "26.73.0.11");
    let found = images(&site, old(std::slice::from_ref(&one)));
    assert_eq!(
        pairs(&found),
        [(
            "over_the_air.url",
            "https://fw.example.net/W52H/W52H-26.73.0.11.rom?v=26.73.0.11&x=1"
        )]
    );
    assert_eq!(
        render_err(
            &site,
            &built(old(&[one, with_image(2, "W56H", "61.73.0.1")]))
        ),
        [format!(
            "{AT}.handsets[1].firmware: yealink W52P with firmware 25.73.0.50 takes the image of one model of handset, and another is chosen"
        )]
    );

    let errors = render_err(
        &site,
        &built(
            base()
                .handset(with_image(4, "W73H", "115.85.0.20"))
                .handset(with_image(5, "W73H", "116.85.0.21"))
                .handset(with_image(6, "M65", "116.85.0.21"))
                .handset(with_image(7, "W73H", "118.85.0.20")),
        ),
    );
    assert_eq!(
        errors,
        [
            format!(
                "{AT}.handsets[3].firmware: an image of another handset: firmware of W73H begins with 116, found 115.85.0.20"
            ),
            format!(
                "{AT}.handsets[4].firmware: 116.85.0.21 and, at {AT}.handsets[0].firmware, 116.85.0.20: handsets of one model have one firmware"
            ),
            format!(
                "{AT}.handsets[6].firmware: an image of another handset: firmware of W73H begins with 116, found 118.85.0.20"
            ),
            format!("{AT}.handsets[5].model: yealink W70B has no handset `M65`"),
        ]
    );
    let mut nameless = with_image(1, "W73H", "116.85.0.20");
    nameless.model = None;
    assert_eq!(
        render_err(&site, &built(device("yealink W70B").handset(nameless))),
        [format!(
            "{AT}.handsets[0].model: missing: expected the model of a handset with firmware; looked at {AT}.handsets[0].model"
        )]
    );
    assert_eq!(
        render_err(
            &site_with(|_| ()),
            &built(device("yealink W70B").handset(with_image(1, "W73H", "116.85.0.20")))
        ),
        [format!(
            "{AT}.handsets[0].firmware: missing: expected the address of the server that holds images of handsets; looked at site.firmware_base"
        )]
    );
}

// ---- Snom desk phones ----

/// F#6958: the version stands twice in the path, and D8xx take another kind of file.
#[test]
fn f54_the_version_may_stand_twice_and_d8xx_take_swu() {
    for (model, expected) in [
        (
            "snom D862",
            "https://downloads.snom.com/fw/10.1.226.16/bin/snomD862-10.1.226.16-SIP-r.swu",
        ),
        (
            "snom D865",
            "https://downloads.snom.com/fw/10.1.226.16/bin/snomD865-10.1.226.16-SIP-r.swu",
        ),
        (
            "snom D140",
            "https://downloads.snom.com/fw/10.1.226.16/bin/snomD140-10.1.226.16-SIP-r.bin",
        ),
    ] {
        let site = with_base("https://downloads.snom.com/fw/{version}/bin/{file}");
        let choice = FirmwareChoice::new(parsed(FirmwareScheme::Dotted, "10.1.226.16"));
        let found = images(&site, device(model).firmware(choice));
        assert_eq!(found.last().map(|(_, address)| &**address), Some(expected));
    }
}

/// W#27: the D717 did not upgrade by itself: it loads its image by way of another.
#[test]
fn f56_the_d717_is_told_of_both_images() {
    let site = with_base("https://downloads.snom.com/fw/{version}/bin/{file}");
    let choice = FirmwareChoice::new(parsed(FirmwareScheme::Dotted, "10.1.226.16"));
    let found = images(&site, device("snom D717").firmware(choice));
    assert_eq!(
        found.last().map(|(_, address)| &**address),
        Some(
            "https://downloads.snom.com/fw/update/snomD717-ramdisk-chained-update-r.bin?mac={mac}&chained_url=https://downloads.snom.com/fw/10.1.226.16/bin/snomD717-10.1.226.16-SIP-r.bin%3Fmac%3D{mac}"
        )
    );
}

/// N#7478: firmware had to go to one hardware revision of a model only.
#[test]
fn f56_one_phone_of_a_model_can_have_its_own_firmware_or_keep_it() {
    let fleet = |own: &str| {
        resolve(&format!(
            r#"
[site]
name = "Example BV"
firmware_base = "https://fw.example.net/{{file}}"
{own}
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = {{ host = "sip.example.net" }}
[[devices]]
mac = "80:5e:0c:00:00:01"
model = "yealink T46S"
[[devices]]
mac = "80:5e:0c:00:00:02"
model = "yealink T46S"
firmware = {{ version = "66.86.0.15" }}
[[devices]]
mac = "80:5e:0c:00:00:03"
model = "yealink T42S"
"#
        ))
    };
    let address = |fleet: &phone_provisioning::Fleet, index: usize| {
        let rendered = render(fleet.site(), &fleet.devices()[index]);
        let targets = Targets::builtin();
        let target = targets.model("yealink T46S").unwrap().target;
        let settings = read(target.as_ref(), support::own_file(&rendered).bytes());
        value(&settings, "static.firmware.url").map(str::to_owned)
    };
    let none = fleet("");
    assert_eq!(address(&none, 0), None);
    let own = Some("https://fw.example.net/T46S-66.86.0.15.rom".to_owned());
    assert_eq!(address(&none, 1), own);
    let by_model = fleet("firmware = { \"yealink T46S\" = { version = \"66.85.0.5\" } }");
    let of_model = Some("https://fw.example.net/T46S-66.85.0.5.rom".to_owned());
    assert_eq!(address(&by_model, 0), of_model);
    assert_eq!(address(&by_model, 1), own);
    assert_eq!(address(&by_model, 2), None);
}

#[test]
fn an_address_named_for_another_desk_phone_is_refused() {
    let version = parsed(FirmwareScheme::Dotted, "10.1.175.16");
    let choose = |model: &str, url: &str| {
        let choice = with_url(version, url);
        let device = built(device(model).firmware(choice));
        Provisioner::new(site(|_| ())).render(&device)
    };
    let of_d735 = "https://x/snomD735-10.1.175.16-SIP-r.bin";
    assert!(choose("snom D735", of_d735).is_ok());
    assert!(choose("snom D785", "https://x/latest.bin").is_ok());
    assert!(choose("snom D785", "https://x/gigasetP810-10.1.175.16-SIP-r.swu").is_ok());
    assert_eq!(
        choose("snom D785", of_d735).unwrap_err().to_string(),
        format!(
            "{AT}.firmware.url: an image of another model: it is named for snom D735, not for snom D785"
        )
    );
}

// ---- Snom bases ----

fn base_with(model: &str, installed: &str, chosen: &str) -> DeviceBuilder {
    let choice = with_url(branch(chosen), "https://dect.example.net/");
    device(model)
        .installed_firmware(branch(installed))
        .firmware(choice)
}

fn version_told(rendered: &Rendered) -> Option<(String, String)> {
    let targets = Targets::builtin();
    let target = targets.model("snom M700").unwrap().target;
    let settings = read(target.as_ref(), support::own_file(rendered).bytes());
    let software = value(&settings, "fp_fwu_sw_version")?.to_owned();
    Some((
        software,
        value(&settings, "fp_fwu_branch_version")?.to_owned(),
    ))
}

/// 450 → 500 → 510 and on: a base that skips the step is lost.
#[test]
fn a_base_is_told_the_next_step_of_its_way() {
    let m5 = "needs M5 repeaters, where there are any, to have 4.80.5 at the least";
    let follows = "is told when `installed_firmware` says that it has it";
    for (model, installed, chosen, told, notices) in [
        (
            "M700",
            "450B5",
            "510B1",
            "500/1",
            vec![
                format!("the step from 4.50.5 to 5.00.1 {m5}"),
                format!(
                    "from 4.50.5 the base needs 5.00.1 first, which it is told now: the server must hold M700/M700_v0500_b0001.fwu; 5.10.1 {follows}"
                ),
            ],
        ),
        (
            "M900",
            "480B5",
            "740B104",
            "500/1",
            vec![
                format!("the step from 4.80.5 to 5.00.1 {m5}"),
                format!(
                    "from 4.80.5 the base needs 5.00.1 first, which it is told now: the server must hold M900/M900_v0500_b0001.fwu; 7.40.104 {follows}"
                ),
            ],
        ),
        (
            "M300",
            "410",
            "520B1",
            "450/5",
            vec![format!(
                "from 4.10.0 the base needs 4.50.5 first, which it is told now: the server must hold M300/M300_v0450_b0005.fwu; 5.00.1, then 5.20.1 {follows}"
            )],
        ),
        ("M700", "3.23.5", "450B5", "450/5", vec![]),
        (
            "M700",
            "450B5",
            "500B1",
            "500/1",
            vec![format!("the step from 4.50.5 to 5.00.1 {m5}")],
        ),
        (
            "M700",
            "450B5",
            "501B1",
            "501/1",
            vec![format!("the step from 4.50.5 to 5.01.1 {m5}")],
        ),
        ("M700", "500B1", "520B1", "520/1", vec![]),
        ("M700", "501B1", "510B1", "510/1", vec![]),
        ("M900", "520B1", "740B104", "740/104", vec![]),
        (
            "M900",
            "740B104",
            "790B200",
            "790/200",
            vec!["7.90.200 is newer than 7.40.104, the newest known for snom M900".to_owned()],
        ),
        (
            "M400",
            "740B104",
            "520B1",
            "520/1",
            vec![
                "snom M400 is known from 6.70.202 on, not 5.20.1".to_owned(),
                "5.20.1 is older than the installed 7.40.104".to_owned(),
            ],
        ),
        (
            "M700",
            "520B1",
            "510B1",
            "510/1",
            vec!["5.10.1 is older than the installed 5.20.1".to_owned()],
        ),
    ] {
        let device = built(base_with(&format!("snom {model}"), installed, chosen));
        let rendered = render(&site(|_| ()), &device);
        let told = told.split_once('/').unwrap();
        assert_eq!(
            version_told(&rendered),
            Some((told.0.to_owned(), told.1.to_owned())),
            "{model} {installed} {chosen}"
        );
        let expected: Vec<String> = notices
            .into_iter()
            .map(|notice| format!("{AT}.firmware.version: {notice}"))
            .collect();
        assert_eq!(
            firmware_notices(&rendered),
            expected,
            "{model} {installed} {chosen}"
        );
    }
}

/// Every way of every row comes to its end: each step is told after the one before.
#[test]
fn the_steps_of_a_base_lead_to_what_was_chosen() {
    for model in ["M300", "M700", "M900"] {
        let mut installed = branch("410");
        let mut way = Vec::new();
        while installed != branch("520B1") {
            assert!(way.len() < 5, "{model} goes in circles: {way:?}");
            let base = base_with(&format!("snom {model}"), &installed.to_string(), "520B1");
            let (software, number) = version_told(&render(&site(|_| ()), &built(base))).unwrap();
            installed = branch(&format!("{software}/{number}"));
            way.push(installed.to_string());
        }
        assert_eq!(way, ["4.50.5", "5.00.1", "5.20.1"], "{model}");
    }
}

#[test]
fn there_is_no_way_back_behind_4_50() {
    let refusal = "snom M700 has no way back from 5.20.1 to 4.10.0; choose the installed one or a newer one, or none to keep it";
    let own = built(base_with("snom M700", "520B1", "410"));
    assert_eq!(
        render_err(&site(|_| ()), &own),
        [format!("{AT}.firmware.version: {refusal}")]
    );
    // Chosen for all bases of the model: this one keeps what it has.
    let by_model = site(|site| {
        let choice = with_url(branch("410"), "https://dect.example.net/");
        site.firmware.insert("snom M700".to_owned(), choice);
    });
    let base = built(device("snom M700").installed_firmware(branch("450B5")));
    let rendered = render(&by_model, &base);
    assert_eq!(version_told(&rendered), None);
    let notices = support::notices_text(rendered.notices());
    let refusal = refusal.replace("5.20.1", "4.50.5");
    let expected = format!("site.firmware.\"snom M700\".version: not-applicable: {refusal}");
    assert!(notices.contains(&expected), "{notices:?}");
}

#[test]
fn the_address_of_a_base_is_a_server() {
    let image = "https://dect.example.net/M900/M900_v0740_b0104.fwu";
    let choice = with_url(branch("740B104"), image);
    assert_eq!(
        render_err(&site(|_| ()), &built(device("snom M900").firmware(choice))),
        [format!(
            "{AT}.firmware.url: the address of an image: snom M900 adds `{{model}}/{{file}}` to the address of the server by itself"
        )]
    );
}

const CRADLE: &str = "a handset loads its image from the base once that is updated, while it stands in the charger and is charged by more than half";

/// Base before handsets.
#[test]
fn handsets_of_a_snom_base_follow_the_base() {
    let with = |model: &str, version: &str| {
        let mut handset = handset(1);
        handset.model = Some(text(model));
        handset.firmware = Some(branch(version));
        handset
    };
    let server = with_base("https://dect.example.net/");
    let check = |base: DeviceBuilder, of_handsets: Option<&str>, expected: &[&str]| {
        let device: Device = built(base);
        let rendered = render(&server, &device);
        let targets = Targets::builtin();
        let target = targets.model("snom M900").unwrap().target;
        let settings = read(target.as_ref(), support::own_file(&rendered).bytes());
        assert_eq!(value(&settings, "pp_fwu_sw_version.M65"), of_handsets);
        let at = format!("{AT}.handsets[0].firmware: ");
        let notices = firmware_notices(&rendered);
        let of_handsets: Vec<&str> = notices.iter().filter_map(|n| n.strip_prefix(&at)).collect();
        assert_eq!(of_handsets, expected);
    };
    // With the base, as the files of the field have it.
    let m900 = |installed: &str, chosen: &str| base_with("snom M900", installed, chosen);
    check(
        m900("670B202", "740B104").handset(with("M65", "740B104")),
        Some("740"),
        &[CRADLE],
    );
    // Images of one set may differ in their branches.
    check(
        m900("520B1", "670B202").handset(with("M65", "670B201")),
        Some("670"),
        &[CRADLE],
    );
    // Nothing is known of the base.
    check(
        device("snom M900").handset(with("M65", "740B104")),
        Some("740"),
        &[CRADLE],
    );
    // The base stays behind.
    let only_handsets = device("snom M900").installed_firmware(branch("670B202"));
    check(
        only_handsets.handset(with("M65", "740B104")),
        Some("740"),
        &[
            "handsets load 7.40.104 only from a base that has it: this one has 6.70.202, and they keep what they have until it gets 7.40.104; choose that for the base too",
            CRADLE,
        ],
    );
    check(
        m900("520B1", "670B202").handset(with("M65", "740B104")),
        Some("740"),
        &[
            "handsets load 7.40.104 only from a base that has it: this one is told 6.70.202, and they keep what they have until it gets 7.40.104; choose that for the base too",
            CRADLE,
        ],
    );
    // The base is on its way: the handsets wait.
    check(
        m900("450B5", "740B104").handset(with("M65", "740B104")),
        None,
        &[
            "handsets get 7.40.104 after the base: it is not told while the base is on its way to that by 5.00.1",
        ],
    );
    // A version that the step brings already is no reason to wait.
    check(
        m900("450B5", "740B104").handset(with("M65", "500B1")),
        Some("500"),
        &[CRADLE],
    );
    check(
        m900("670B202", "740B104").handset(with("M65", "670B201")),
        Some("670"),
        &[
            "6.70.201 for handsets of a base with 7.40.104: the sets of images that are known have one version for both",
            CRADLE,
        ],
    );
}

#[test]
fn a_version_of_another_maker_is_refused_in_the_document() {
    let errors = document_errors(
        r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = { host = "sip.example.net" }
[[devices]]
mac = "00:04:13:b6:00:01"
model = "snom M900"
firmware = { version = "66.86.0.15", url = "https://x/" }
"#,
    );
    assert_eq!(
        errors,
        [
            "devices[0].firmware.version: expected a firmware version such as 670B202, 670/202 or 6.70.202, found `66.86.0.15`"
        ]
    );
}
