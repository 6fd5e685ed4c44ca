//! User-Agents, word for word as phones were seen to send them.

use phone_provisioning::delivery::Confidence;

use super::{TARGETS, agent, assert_phone, shown};

/// User-Agent, target, model, firmware, address; `-` where there is none.
const AGENTS: &[(&str, &str, &str, &str, &str)] = &[
    // Desk phones of Snom.
    (
        "Mozilla/4.0 (compatible; snom lid 3605)",
        "snom-desk",
        "-",
        "-",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom320-SIP 6.5.20; snom320 jffs2 v3.36; snom320 linux 3.38)",
        "snom-desk",
        "320",
        "6.5.20",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom320-SIP 7.3.30 1.1.3-u)",
        "snom-desk",
        "320",
        "7.3.30",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom820-SIP 8.4.35 1.1.4-IFX-26.11.09)",
        "snom-desk",
        "820",
        "8.4.35",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom870-SIP 8.4.35 SPEAr300 SNOM 1.4)",
        "snom-desk",
        "870",
        "8.4.35",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snomPA1-SIP 8.4.35 1.1.3-s)",
        "snom-desk",
        "PA1",
        "8.4.35",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom760-SIP 8.7.3.19 2010.06)",
        "snom-desk",
        "760",
        "8.7.3.19",
        "-",
    ),
    (
        "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 000413741767)",
        "snom-desk",
        "D710",
        "8.7.5.35",
        "000413741767",
    ),
    (
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0)",
        "snom-desk",
        "D785",
        "10.1.33.33",
        "000413922d24",
    ),
    (
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.169.16 2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43) 00041396D9B4 SXM:0 UXM:0 UXMC:0)",
        "snom-desk",
        "D785",
        "10.1.169.16",
        "00041396d9b4",
    ),
    (
        "Mozilla/4.0 (compatible; snom m9 9.1.43)",
        "snom-desk",
        "m9",
        "9.1.43",
        "-",
    ),
    // The same in SIP.
    (
        "snomD785/10.1.198.12 0004130DD7C9",
        "snom-desk",
        "D785",
        "10.1.198.12",
        "0004130dd7c9",
    ),
    (
        "snomD120/10.1.39.11",
        "snom-desk",
        "D120",
        "10.1.39.11",
        "-",
    ),
    // Bases of Snom.
    (
        "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)",
        "snom-dect",
        "M900",
        "5.20.1",
        "000413b60680",
    ),
    (
        "Mozilla/4.0 (compatible; SnomM700 07.40.0104 000413b60680)",
        "snom-dect",
        "M700",
        "7.40.104",
        "000413b60680",
    ),
    (
        "snomM700/03.23.0005 (MAC=0004136*****; SER= 00000; HW=255)",
        "snom-dect",
        "M700",
        "3.23.5",
        "-",
    ),
    (
        "snomM700/03.23.0005 (MAC=000413612A3B; SER= 00000; HW=255)",
        "snom-dect",
        "M700",
        "3.23.5",
        "000413612a3b",
    ),
    // Yealink.
    (
        "yealink SIP-T18 18.0.0.80 00:15:65:27:3e:05",
        "yealink",
        "T18",
        "18.0.0.80",
        "001565273e05",
    ),
    (
        "Yealink SIP-T38G  38.70.0.125 00:15:65:2f:c3:5e",
        "yealink",
        "T38G",
        "38.70.0.125",
        "0015652fc35e",
    ),
    (
        "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37",
        "yealink",
        "T46G",
        "28.72.0.1",
        "0015654aa937",
    ),
    (
        "Yealink-T46G 28.71.0.81 28.1.0.128.0.0.0",
        "yealink",
        "T46G",
        "28.71.0.81",
        "-",
    ),
    (
        "Yealink SIP VP-T49G 51.80.0.10 00:15:65:9b:5a:44",
        "yealink",
        "T49G",
        "51.80.0.10",
        "0015659b5a44",
    ),
    (
        "Yealink SIP-T21P_E2 52.80.0.3 00:15:65:4c:4c:26",
        "yealink",
        "T21P_E2",
        "52.80.0.3",
        "0015654c4c26",
    ),
    (
        "Yealink SIP-T21_E2 52.80.0.3",
        "yealink",
        "T21P_E2",
        "52.80.0.3",
        "-",
    ),
    (
        "Yealink SIP-T19_E2 53.80.0.3",
        "yealink",
        "T19P_E2",
        "53.80.0.3",
        "-",
    ),
    (
        "yealink SIP-T28P 2.70.0.140 00:15:65:11:22:33",
        "yealink",
        "T28P",
        "2.70.0.140",
        "001565112233",
    ),
    (
        "Yealink CP860 37.72.0.5 00:15:65:11:22:33",
        "yealink",
        "CP860",
        "37.72.0.5",
        "001565112233",
    ),
    (
        "Yealink CP960 73.83.0.30",
        "yealink",
        "CP960",
        "73.83.0.30",
        "-",
    ),
    (
        "Yealink SIP-CP920 78.85.0.5",
        "yealink",
        "CP920",
        "78.85.0.5",
        "-",
    ),
    (
        "W52P 25.30.0.2 00:15:65:40:ae:35",
        "yealink",
        "W52P",
        "25.30.0.2",
        "00156540ae35",
    ),
    (
        "Yealink SIP-W52P 25.73.0.20 00:15:65:40:ae:35",
        "yealink",
        "W52P",
        "25.73.0.20",
        "00156540ae35",
    ),
    (
        "Yealink W52P 25.80.0.15 00:15:65:b6:5c:05",
        "yealink",
        "W52P",
        "25.80.0.15",
        "001565b65c05",
    ),
    (
        "Yealink W52P 25.81.0.10",
        "yealink",
        "W52P",
        "25.81.0.10",
        "-",
    ),
    (
        "Yealink W60B 77.81.0.35 80:5e:c0:09:ab:dc",
        "yealink",
        "W60B",
        "77.81.0.35",
        "805ec009abdc",
    ),
    (
        "Yealink W70B 146.85.0.5",
        "yealink",
        "W70B",
        "146.85.0.5",
        "-",
    ),
    (
        "Yealink W70B 146.87.0.15",
        "yealink",
        "W70B",
        "146.87.0.15",
        "-",
    ),
    (
        "Yealink W70B 146.87.188.1 80:5e:0c:f4:0b:b9",
        "yealink",
        "W70B",
        "146.87.188.1",
        "805e0cf40bb9",
    ),
    (
        "Yealink W75B 175.85.0.5",
        "yealink",
        "W75B",
        "175.85.0.5",
        "-",
    ),
    (
        "Yealink W75B 175.87.0.10",
        "yealink",
        "W75B",
        "175.87.0.10",
        "-",
    ),
    (
        "Yealink W80B 103.83.0.90",
        "yealink",
        "W80B",
        "103.83.0.90",
        "-",
    ),
    (
        "Yealink W80B 103.87.0.10",
        "yealink",
        "W80B",
        "103.87.0.10",
        "-",
    ),
    (
        "Yealink W80DM 103.83.0.122",
        "yealink",
        "W80DM",
        "103.83.0.122",
        "-",
    ),
    (
        "Yealink W90DM 130.85.0.15",
        "yealink",
        "W90DM",
        "130.85.0.15",
        "-",
    ),
    (
        "Yealink W90DM 130.87.0.10",
        "yealink",
        "W90DM",
        "130.87.0.10",
        "-",
    ),
    (
        "VP530P 23.70.0.40 00:15:65:31:4b:c0",
        "yealink",
        "VP530",
        "23.70.0.40",
        "001565314bc0",
    ),
    ("VP530 23.70.0.41", "yealink", "VP530", "23.70.0.41", "-"),
    (
        "Yealink SIP-T56A  58.80.0.25 001565f429a4",
        "yealink",
        "T56A",
        "58.80.0.25",
        "001565f429a4",
    ),
    (
        "Yealink SIP-T31G 124.85.257.55",
        "yealink",
        "T31G",
        "124.85.257.55",
        "-",
    ),
    (
        "Yealink SIP-T34W 124.86.0.75",
        "yealink",
        "T34W",
        "124.86.0.75",
        "-",
    ),
    (
        "Yealink SIP-T53W 96.87.0.16 80:5e:0c:11:22:33",
        "yealink",
        "T53W",
        "96.87.0.16",
        "805e0c112233",
    ),
    (
        "Yealink SIP-T77U 185.87.0.10",
        "yealink",
        "T77U",
        "185.87.0.10",
        "-",
    ),
    (
        "Yealink SIP-T85W 185.87.0.10 44:db:d2:67:58:4b",
        "yealink",
        "T85W",
        "185.87.0.10",
        "44dbd267584b",
    ),
    (
        "Yealink SIP-T87W 185.87.0.10",
        "yealink",
        "T87W",
        "185.87.0.10",
        "-",
    ),
    (
        "Yealink AX83H 180.87.0.15",
        "yealink",
        "AX83H",
        "180.87.0.15",
        "-",
    ),
    (
        "Yealink AX86R 182.87.0.15",
        "yealink",
        "AX86R",
        "182.87.0.15",
        "-",
    ),
    (
        "Yealink SIP-T21P 34.72.14.6",
        "yealink",
        "T21P",
        "34.72.14.6",
        "-",
    ),
    // A broken address takes nothing else with it.
    (
        "Yealink SIP-T20P 9.72.0.30 00:15:6525ef16a7c",
        "yealink",
        "T20P",
        "9.72.0.30",
        "-",
    ),
    // Models that no table has are told as they are spelled.
    (
        "Mozilla/4.0 (compatible; snomD999-SIP 11.0.0.1 x 000413AABBCC)",
        "snom-desk",
        "D999",
        "11.0.0.1",
        "000413aabbcc",
    ),
    (
        "Mozilla/4.0 (compatible; Snom M950 08.00.0001)",
        "snom-dect",
        "M950",
        "8.00.1",
        "-",
    ),
    (
        "Yealink SIP-T99X 300.90.0.1 00:15:65:11:22:33",
        "yealink",
        "T99X",
        "300.90.0.1",
        "001565112233",
    ),
    // A version of a form that the maker does not use.
    (
        "Yealink SIP-T46G 28.72 00:15:65:4a:a9:37",
        "yealink",
        "T46G",
        "-",
        "0015654aa937",
    ),
];

#[test]
fn every_agent_of_the_reference() {
    for &(text, target, model, firmware, mac) in AGENTS {
        let phone = agent(text);
        let vendor = target.split('-').next().unwrap();
        assert_eq!(shown(&phone), [vendor, model, firmware, mac], "{text}");
        let found = phone.target().unwrap();
        assert_eq!(found.value.id().as_str(), target, "{text}");
        // Nothing but one's own word, or that and the block of the address.
        assert!(found.confidence <= Confidence::Agreed, "{text}");
        assert!(phone.conflicts().is_empty(), "{text}");
    }
}

#[test]
fn the_model_is_the_one_of_the_table() {
    for &(text, ..) in AGENTS {
        let phone = agent(text);
        let Some(known) = phone.model().and_then(|fact| fact.value.known()) else {
            continue;
        };
        let found = TARGETS.model(&known.canonical()).unwrap();
        assert_eq!(
            found.target.id(),
            phone.target().unwrap().value.id(),
            "{text}"
        );
        assert!(std::ptr::eq(found.row, known.row), "{text}");
    }
}

#[test]
fn attached_modules_are_counted() {
    let text = |modules: &str| {
        format!("Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12 000413922D24 {modules})")
    };
    let count = |text: &str| {
        let phone = agent(text);
        phone
            .modules()
            .map(|modules| (modules.total(), modules.iter().count()))
    };
    assert_eq!(count(&text("SXM:0 UXM:0 UXMC:0")), Some((0, 3)));
    assert_eq!(count(&text("SXM:1 UXM:0 UXMC:2")), Some((3, 3)));
    assert_eq!(count(&text("")), None);
    assert_eq!(count("Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37"), None);
}

#[test]
fn other_makers_and_programs_are_nobody() {
    for text in [
        "Gigaset N870 IP PRO/83.V2.43.0+build.5f0a106;7C2F80112233;Handset=50",
        "Gigaset N870 IP PRO/83.V2.43.0+build.5f0a106;000413E20001;Handset=50",
        "gigasetP850-SIP 10.1.226.16 000413E20001",
        "Grandstream Model HW GXP2135 SW 1.0.11.23 DevId 000b82112233",
        "T46G 28.72.0.1 00:15:65:4a:a9:37",
        "SIP-T46G 28.72.0.1 00:15:65:4a:a9:37",
        "W52P",
        "VP530 beta 00:15:65:31:4b:c0",
        "Yealinkish SIP-T46G 28.72.0.1 00:15:65:4a:a9:37",
        "notsnomD785-SIP 10.1.33.33 000413922D24",
        "snomD785",
        "snom",
        "snom ",
        "snom/",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "curl/8.14.1",
        "",
        " ",
    ] {
        let phone = agent(text);
        assert_phone(&phone, ["-"; 4]);
        assert!(phone.conflicts().is_empty(), "{text}");
        assert_eq!(phone.confidence(), None, "{text}");
    }
}

/// A boot loader's words may hold anything, also what looks like an address by its place or form.
#[test]
fn the_address_is_the_last_whole_word_of_twelve_digits() {
    for (loader, mac) in [
        ("2010.12 000413922D24", "000413922d24"),
        ("202301011200 000413922D24 SXM:0", "000413922d24"),
        ("2010.12-000413AAAAAA-g9ba52f5", "-"),
        ("2010.12 0004139AAAAAA", "-"),
        ("x000413922D24", "-"),
        ("000413922D24x", "-"),
        ("(000413922D24)", "000413922d24"),
        ("000000000000", "-"),
        ("FFFFFFFFFFFF", "-"),
    ] {
        let text = format!("Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 {loader})");
        assert_phone(&agent(&text), ["snom", "D785", "10.1.33.33", mac]);
    }
}

/// A target of the caller's own is recognised by the words that most makers write.
#[cfg(feature = "templates")]
#[test]
fn a_target_of_templates_reads_words() {
    use std::sync::Arc;

    use phone_provisioning::Targets;
    use phone_provisioning::delivery::{RequestFacts, identify};
    use phone_provisioning::target::template::{FileTemplate, Format, TemplateTarget};
    use phone_provisioning::target::{FileKind, ModelRow, ProvisioningTarget};

    let mut row = ModelRow::new("X1");
    row.accounts = Some(2);
    row.line_keys = Some(0);
    row.modules = Some(0);
    row.handsets = Some(0);
    let acme = TemplateTarget::builder("acme-desk", "acme")
        .model(row)
        .file(FileTemplate::new("cfg{{mac}}.xml", Format::Xml, "<x/>"))
        .build()
        .unwrap();
    let acme: Arc<dyn ProvisioningTarget> = Arc::new(acme);
    let builtin = Targets::builtin();
    let targets = Targets::new(builtin.iter().cloned().chain([acme]));
    let text = b"Acme Model HW x1 SW 1.0.11.23 DevId 020000112233";
    let facts = RequestFacts::new("/cfg020000112233.xml").with_user_agent(text);
    let phone = identify(&targets, &facts);
    assert_phone(&phone, ["acme", "X1", "1.0.11.23", "020000112233"]);
    assert_eq!(phone.file().kind(), FileKind::Device);
    assert_eq!(phone.mac().unwrap().confidence, Confidence::Agreed);
    let text = b"acme/X2";
    let phone = identify(&targets, &RequestFacts::new("/").with_user_agent(text));
    assert_phone(&phone, ["acme", "-", "-", "-"]);
}

/// Whatever the order of the targets in use: no target takes the phones of another for its own.
#[test]
fn each_target_reads_its_own_agents_alone() {
    use phone_provisioning::target::AgentWords;

    for &(text, id, ..) in AGENTS {
        for target in TARGETS.iter() {
            let claim = target.read_agent(&AgentWords::new(text.as_bytes()));
            assert_eq!(claim.is_some(), target.id().as_str() == id, "{text}");
        }
    }
}
