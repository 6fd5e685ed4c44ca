//! Once every kind of device has been seen, rendering allocates nothing; nor does saying who sent a
//! request.

#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use phone_provisioning::delivery::{AddressSpace, RequestFacts, identify};
use phone_provisioning::model::{
    Device, Handset, HandsetBinding, Ipei, KeyKind, Site, UrlTemplate,
};
use phone_provisioning::target::BulkItem;
use phone_provisioning::{Output, Provisioner, Targets};
use support::{secret, site_of, text};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const SITE: &str = r#"
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
firmware_base = "https://fw.example.net/{file}"
firmware = { "snom D785" = { version = "10.1.198.19" } }
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
registrar = { host = "sip.example.net" }
[site.settings.feature_codes]
pickup = "*8"
"#;

const MODELS: [&str; 4] = ["yealink T46S", "yealink T23G", "snom D785", "snom M900"];

/// Phones and bases of every target, `number` of each, all different.
fn devices(number: u16) -> Vec<Device> {
    let mut devices = Vec::new();
    for i in 0..number {
        for model in MODELS {
            let mac = format!(
                "00:04:13:00:{:02x}:{:02x}",
                devices.len() >> 8,
                devices.len() & 255
            );
            let mut device =
                Device::builder(mac.parse().unwrap(), model).token(secret(&format!("t0ken{i:09}")));
            for own in 1..=3 {
                let mut extension = support::extension(100 + i * 3 + own);
                extension.display_name = Some(text(&format!("Zoë & Co {i}")));
                extension.voicemail = Some(text(&format!("*97{i}")));
                if i % 2 == 0 {
                    extension.forward.no_answer = Some(text(&format!("0151{i}")));
                }
                device = if model.contains(" M") {
                    let mut handset = Handset::new(own);
                    let ipei = Ipei::new(36, u32::from(i * 3 + own)).unwrap();
                    handset.binding = HandsetBinding::Ipei(ipei);
                    handset.access_code = Some(secret("1234"));
                    handset.extensions.push(extension);
                    device.handset(handset)
                } else {
                    device.extension(extension)
                };
            }
            if model != "snom M900" && model != "yealink T23G" {
                let kinds = [
                    KeyKind::Blf,
                    KeyKind::SpeedDial,
                    KeyKind::Url,
                    KeyKind::Dnd,
                    KeyKind::MulticastPaging,
                ];
                for (position, kind) in (4..).zip(kinds) {
                    let mut key = support::some_key(position, kind);
                    key.label = Some(text(&format!("Key {i}")));
                    device = device.key(key);
                }
            }
            devices.push(device.build().unwrap());
        }
    }
    devices
}

/// One test, because the counter counts what all threads do.
#[test]
fn a_device_of_a_known_kind_costs_no_allocation() {
    let provisioner = Provisioner::new(site_of(SITE));
    let devices = devices(50);
    let mut output = Output::new();
    let _profiler = dhat::Profiler::builder().testing().build();
    let mut render_all = |model: &str| {
        let before = dhat::HeapStats::get().total_blocks;
        let mut bytes = 0;
        for device in devices.iter().filter(|device| device.model() == model) {
            output.clear();
            provisioner.render_into(device, &mut output).unwrap();
            bytes += output.files().map(|file| file.bytes().len()).sum::<usize>();
        }
        assert!(bytes > 100_000);
        dhat::HeapStats::get().total_blocks - before
    };
    for model in MODELS {
        let first: Vec<u64> = (0..3).map(|_| render_all(model)).collect();
        assert!(first[0] > 100, "the counter counts: {first:?}");
        assert_eq!(render_all(model), 0, "{model} after {first:?}");
    }

    // The same through the bulk interface, whose few buffers are made once per run.
    let mut files = 0;
    let mut count = |devices: &[Device]| {
        let before = dhat::HeapStats::get().total_blocks;
        provisioner.bulk().run(devices, |_, delivery| {
            files += usize::from(matches!(delivery, BulkItem::File(_)));
        });
        dhat::HeapStats::get().total_blocks - before
    };
    let (few, all) = (count(&devices[..100]), count(&devices));
    assert_eq!(few, all, "the number of devices makes no difference");
    assert!(files > 300);

    let targets = Targets::builtin();
    let template = "https://pbx.example.net/p/{token}/";
    let template = UrlTemplate::parse(template, Site::URL_PLACEHOLDERS).unwrap();
    let space = AddressSpace::new([&template]).unwrap();
    let long = "snom ".repeat(13_000);
    let requests = [
        (
            "/p/tok/snomD785-00041396D9B4.htm?mac=00041396D9B4",
            "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 x (Feb 25 2019 - 14:19:43) 00041396D9B4 SXM:0)",
        ),
        (
            "/p/tok/000413B60680.xml",
            "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)",
        ),
        (
            "/p/tok/805e0c123456.cfg",
            "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56",
        ),
        (
            "/p/tok/y000000000066.cfg",
            "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:57",
        ),
        (
            "/000413E20001.xml",
            "Gigaset N870 IP PRO/83.V2.43.0+build.5f0a106;7C2F80112233",
        ),
        ("/wp-login.php", &long),
    ];
    let before = dhat::HeapStats::get().total_blocks;
    let mut known = 0;
    for (path, agent) in requests {
        let facts = RequestFacts::new(path).with_user_agent(agent.as_bytes());
        let facts = facts.with_certificate("CN=00041396D9B4,O=snom");
        let facts = space
            .find(&facts)
            .map_or(facts, |located| facts.with_located(located));
        known += usize::from(identify(&targets, &facts).model().is_some());
    }
    assert_eq!(dhat::HeapStats::get().total_blocks - before, 0);
    assert_eq!(known, 4);
}
