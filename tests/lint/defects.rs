//! Defects of other systems that need a dictionary to be seen, one test each, named after the defect. The
//! numbers are those of the list of field failures that the crate was designed against.

use phone_provisioning::parse::Level;

use super::{Case, assert_found, cfg, dect, desk, in_section, keys, only, snom, yealink};

const T46S_86: Case<'static> = Case {
    target: "yealink",
    model: Some("yealink T46S"),
    firmware: Some("66.86.0.15"),
    name: None,
};

const D785: Case<'static> = Case {
    target: "snom-desk",
    model: Some("snom D785"),
    firmware: Some("10.1.226.16"),
    name: None,
};

/// 1: a zone with daylight saving was sent to a place without, and an empty rule does not undo that.
#[test]
fn f01_an_offset_beside_a_zone_is_without_effect() {
    let text = desk(
        "<timezone perm=\"R\">USA-6</timezone>\n<dst perm=\"R\">3600 03.05.07 02:00:00 10.05.07 03:00:00</dst>",
    );
    assert_found(&D785, &text, &["S0502 5"]);
    // The blank rule is what others sent to switch daylight saving off.
    let text = desk("<timezone perm=\"R\"></timezone>\n<utc_offset perm=\"R\"></utc_offset>");
    assert_found(&D785, &text, &["S0501 4"]);
    let text = desk(
        "<timezone perm=\"R\"></timezone>\n<utc_offset perm=\"R\">-21600</utc_offset>\n<dst perm=\"R\"></dst>",
    );
    assert_found(&D785, &text, &[]);
}

/// 3: language and clock were obeyed in the phone's own file, not in the one for all.
#[test]
fn f03_language_and_clock_in_the_common_file_of_old_phones() {
    let case = Case {
        model: Some("yealink T28P"),
        firmware: Some("2.72.0.1"),
        name: Some("y000000000000.cfg"),
        ..yealink()
    };
    let text = cfg("lang.gui = German\nlocal_time.time_zone = +1\n");
    assert_found(&case, &text, &["Y0405 2", "Y0405 3"]);
    let own = Case {
        name: Some("805e0c123456.cfg"),
        ..case.clone()
    };
    assert_found(&own, &text, &[]);
    let newer = Case {
        model: Some("yealink T46S"),
        firmware: Some("66.86.0.15"),
        name: Some("y000000000066.cfg"),
        ..case
    };
    assert_found(&newer, &text, &[]);
}

/// 11: month, day and hour where the phone reads month, week and weekday. 6: weekdays from 0.
#[test]
fn f11_rules_of_another_form() {
    let rule = |rule: &str| {
        desk(&format!(
            "<timezone perm=\"R\"></timezone>\n<utc_offset perm=\"R\">+3600</utc_offset>\n<dst perm=\"R\">{rule}</dst>"
        ))
    };
    assert_found(
        &D785,
        &rule("3600 3.29.2 00:00:00 10.25.3 00:00:00"),
        &["S0308 6"],
    );
    assert_found(
        &D785,
        &rule("3600 03.29.02 00:00:00 10.25.03 00:00:00"),
        &["S0308 6"],
    );
    assert_found(
        &D785,
        &rule("3600 03.05.07 02:00:00 10.05.07 03:00:00"),
        &[],
    );
    assert_found(&D785, &rule("3600 22.03 03:00:00 22.09 04:00:00"), &[]);
    let rule = |rule: &str| cfg(&format!("local_time.start_time = {rule}\n"));
    assert_found(&T46S_86, &rule("3/5/0/2"), &["Y0308 2"]);
    for good in ["3/5/7/2", "3/31/2", "3/5/7/2:0,-1d"] {
        assert_found(&T46S_86, &rule(good), &[]);
    }
    let zone = |zone: &str| cfg(&format!("local_time.time_zone = {zone}\n"));
    for bad in ["1", "+01", "+1:3", "GMT+1", "+15", "UTC", "63"] {
        assert_found(&T46S_86, &zone(bad), &["Y0308 2"]);
    }
    for good in ["0", "+1", "-5", "+5:30", "-3:30", "+12:45"] {
        assert_found(&T46S_86, &zone(good), &[]);
    }
}

/// 12: the address of a lamp had a slash before its last bracket.
#[test]
fn f12_a_lamp_with_a_closed_address() {
    let text = keys(
        "<fkey idx=\"0\" context=\"1\" label=\"\" perm=\"R\">blf &lt;sip:201@pbx.example.net/&gt;</fkey>",
    );
    assert_found(&D785, &text, &["S0304 4"]);
    let text = keys(
        "<fkey idx=\"0\" context=\"1\" label=\"\" perm=\"R\">blf &lt;sip:201@pbx.example.net;user=phone&gt;|*8</fkey>",
    );
    assert_found(&D785, &text, &[]);
}

/// 14, 16: keys of modules that the model cannot have.
#[test]
fn f14_keys_beyond_the_modules() {
    // 24 keys and three modules of 18.
    let key = |index: u32| {
        keys(&format!(
            "<fkey idx=\"{index}\" context=\"active\" label=\"\" perm=\"RW\">line</fkey>"
        ))
    };
    assert_found(&D785, &key(77), &[]);
    let Some(finding) = only(&D785, &key(78)) else {
        return;
    };
    assert_eq!(finding.code(), "S0201");
    assert_eq!(
        finding.message(),
        "the index 78 is beyond the D785, which has 78 keys, numbered from 0 on"
    );
}

/// 16: keys beyond those of the phone, and of a module that has a page key.
#[test]
fn f16_keys_beyond_the_phone() {
    let text = cfg(
        "linekey.28.type = 0\nexpansion_module.6.key.1.type = 0\nexpansion_module.1.key.41.type = 0\n",
    );
    assert_found(&T46S_86, &text, &["Y0201 2", "Y0201 4"]);
}

/// 17, 22: the label of a key that the firmware reads elsewhere.
#[test]
fn f18_a_pick_up_code_in_the_old_place() {
    let text = cfg("linekey.1.pickup_value = *8\n");
    let Some(finding) = only(&T46S_86, &text) else {
        return;
    };
    assert_eq!(finding.code(), "Y0103");
    assert_eq!(finding.suggestion(), Some("linekey.1.extension"));
    let old = Case {
        firmware: Some("66.82.0.10"),
        ..T46S_86
    };
    assert_found(&old, &text, &[]);
}

/// 22: a name with a letter too many; 27: the server under its former name.
#[test]
fn f27_the_server_under_its_former_name() {
    let text =
        cfg("account.2.sip_server_host = pbx.example.net\naccount.2.sip_server_port = 5060\n");
    let Some(found) = T46S_86.run(&text) else {
        return;
    };
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.code(), finding.suggestion()))
        .collect();
    assert_eq!(
        told,
        [
            ("Y0103", Some("account.2.sip_server.1.address")),
            ("Y0103", Some("account.2.sip_server.1.port")),
        ]
    );
    // Whoever does not know the firmware cannot know, and may write both.
    let unknown = yealink().run(&text).unwrap();
    assert!(unknown.iter().all(|finding| finding.level() == Level::Info));
    let both = cfg(
        "account.2.sip_server_host = pbx.example.net\naccount.2.sip_server.1.address = pbx.example.net\n",
    );
    assert_found(&yealink(), &both, &[]);
}

/// The prefix of device settings came with V81.
#[test]
fn settings_of_the_device_without_their_prefix() {
    let text = cfg("network.lldp.enable = 1\n");
    let Some(finding) = only(&T46S_86, &text) else {
        return;
    };
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("Y0104", Some("static.network.lldp.enable"))
    );
    let old = Case {
        model: Some("yealink T46G"),
        firmware: Some("28.80.0.95"),
        ..yealink()
    };
    assert_found(&old, &text, &[]);
    let finding = only(&old, &cfg("static.network.lldp.enable = 1\n")).unwrap();
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("Y0104", Some("network.lldp.enable"))
    );
    // Settings of the user never had one.
    let finding = only(&T46S_86, &cfg("static.lang.gui = German\n")).unwrap();
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("Y0104", Some("lang.gui"))
    );
}

/// 26: one line for each login, under one name; a line twice for one login is a mistake.
#[test]
fn f26_a_line_for_each_login() {
    let line =
        |user: &str, password: &str| format!("static.security.user_password = {user}:{password}\n");
    let three =
        line("user", "mH7-bq2-Wx9") + &line("var", "pK4-tz8-Lc3") + &line("admin", "Rd6-fn1-Vs5");
    assert_found(&T46S_86, &cfg(&three), &[]);
    assert_found(
        &T46S_86,
        &cfg(&(three.clone() + &line("admin", "Rd6-fn1-Vs6"))),
        &["Y0401 5"],
    );
    // R25: a login without name and password; the third one was forgotten.
    let forgotten = line("admin", "Rd6-fn1-Vs5") + &line("user", "mH7-bq2-Wx9");
    assert_found(&T46S_86, &cfg(&forgotten), &["G0605 2"]);
    assert_found(&T46S_86, &cfg(&(three + &line("", ""))), &["G0604 5"]);
}

/// A password is for the name that stands above it.
#[test]
fn a_login_that_is_renamed_behind_its_password() {
    let lines = "static.security.user_password = chief:Rd6-fn1-Vs5\n\
        static.security.user_password = user:mH7-bq2-Wx9\n\
        static.security.user_password = var:pK4-tz8-Lc3\n\
        static.security.user_name.admin = chief\n";
    assert_found(&T46S_86, &cfg(lines), &["Y0403 5"]);
}

/// 28: a phone that was told its type lost its configuration.
#[test]
fn f28_the_type_of_the_phone() {
    let text = desk("<phone_type perm=\"R\"></phone_type>");
    let Some(finding) = only(&D785, &text) else {
        return;
    };
    assert_eq!((finding.code(), finding.level()), ("S0106", Level::Error));
}

/// 29: without emergency numbers the phone stopped while it started.
#[test]
fn f29_no_emergency_numbers() {
    let text = desk("<keyboard_lock_emergency perm=\"R\"></keyboard_lock_emergency>");
    let Some(finding) = only(&D785, &text) else {
        return;
    };
    assert_eq!((finding.code(), finding.level()), ("S0303", Level::Error));
}

/// 36: keys that are only reset were protected, and each was logged as refused.
#[test]
fn f36_protected_keys_that_are_reset() {
    let key = |context: &str, perm: &str, value: &str| {
        keys(&format!(
            "<fkey idx=\"3\" context=\"{context}\" label=\"\" perm=\"{perm}\">{value}</fkey>"
        ))
    };
    assert_found(&D785, &key("active", "R", "line"), &["S0407 4"]);
    assert_found(&D785, &key("active", "RW", "line"), &[]);
    assert_found(&D785, &key("2", "R", "line"), &[]);
}

/// 37, R23: words for yes and no that the format does not have.
#[test]
fn f37_words_for_yes_and_no() {
    let text = cfg(
        "account.1.codec.opus.enable = true\naccount.1.nat.rport = false\naccount.1.nat.nat_traversal = on\n",
    );
    let Some(found) = T46S_86.run(&text) else {
        return;
    };
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.code(), finding.suggestion()))
        .collect();
    assert_eq!(
        told,
        [
            ("Y0302", Some("1")),
            ("Y0302", Some("0")),
            ("Y0302", Some("1"))
        ]
    );
    let text = desk(
        "<user_srtp idx=\"1\" perm=\"R\">1</user_srtp>\n<user_savp idx=\"1\" perm=\"R\">optional</user_savp>\n<user_auth_tag idx=\"1\" perm=\"R\">off</user_auth_tag>",
    );
    let Some(finding) = only(&D785, &text) else {
        return;
    };
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("S0302", Some("on"))
    );
}

/// R9: the rule for daylight saving was undone by a tail of empty settings.
#[test]
fn r09_a_tail_of_empty_settings() {
    let text = cfg(
        "local_time.start_time = 3/5/7/2\nlocal_time.end_time = 10/5/7/3\nlocal_time.start_time = %NULL%\n",
    );
    assert_found(&T46S_86, &text, &["Y0402 4"]);
}

/// R10: the mailbox of account 2 overwrote that of account 1.
#[test]
fn r10_two_mailboxes_under_one_number() {
    let text = cfg("voice_mail.number.1 = *971001\nvoice_mail.number.1 = *971002\n");
    assert_found(&T46S_86, &text, &["Y0401 3"]);
}

/// R11: the server was set, then set again to nothing.
#[test]
fn r11_the_server_set_and_emptied() {
    let text =
        cfg("account.1.sip_server.1.address = pbx.example.net\naccount.1.sip_server.1.address =\n");
    let Some(found) = T46S_86.run(&text) else {
        return;
    };
    assert!(
        found
            .iter()
            .any(|finding| (finding.code(), finding.position().line) == ("Y0402", 3)),
        "{found:#?}"
    );
}

/// R12: zones that do not exist; Riga was `63` in two vendors' tables.
#[test]
fn r12_zones_that_do_not_exist() {
    for zone in ["USA+1", "FRA-5", "63", "GRB-0", "CHN+8"] {
        let text = desk(&format!("<timezone perm=\"R\">{zone}</timezone>"));
        assert_found(&D785, &text, &["S0301 4"]);
    }
}

/// R17: the outbound proxy with a comma behind it.
#[test]
fn r17_a_comma_behind_the_proxy() {
    let proxy = |value: &str| {
        desk(&format!(
            "<user_outbound idx=\"1\" perm=\"R\">{value}</user_outbound>"
        ))
    };
    assert_found(&D785, &proxy("edge.example.net:5060,"), &["S0304 4"]);
    assert_found(&D785, &proxy("edge.example.net;tcp"), &["S0304 4"]);
    assert_found(
        &D785,
        &proxy("a.example.net;transport=tcp,b.example.net"),
        &[],
    );
}

/// R18: mandatory encryption of the media without encryption.
#[test]
fn r18_encryption_half_on() {
    let half = desk(
        "<user_srtp idx=\"1\" perm=\"R\">on</user_srtp>\n<user_savp idx=\"1\" perm=\"R\">off</user_savp>\n<user_auth_tag idx=\"1\" perm=\"R\">on</user_auth_tag>",
    );
    assert_found(&D785, &half, &["S0501 4", "S0501 4"]);
    // Its mirror image is harmless, and out there in great numbers.
    let mirror = desk(
        "<user_srtp idx=\"1\" perm=\"R\">off</user_srtp>\n<user_savp idx=\"1\" perm=\"R\">mandatory</user_savp>",
    );
    assert_found(&D785, &mirror, &[]);
}

/// R20: the backup registrar took the next identity's index, and both were written.
#[test]
fn r20_two_identities_of_one_index() {
    let text = desk(
        "<user_host idx=\"2\" perm=\"R\">backup.example.net</user_host>\n<user_host idx=\"2\" perm=\"R\">pbx.example.net</user_host>",
    );
    assert_found(&D785, &text, &["S0401 5"]);
}

/// R23: codec names of another firmware.
#[test]
fn r23_codecs_of_another_firmware() {
    let text = cfg("account.1.codec.1.enable = 1\naccount.1.codec.g726-32.enable = 1\n");
    let Some(found) = T46S_86.run(&text) else {
        return;
    };
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.code(), finding.suggestion()))
        .collect();
    assert_eq!(
        told,
        [
            ("Y0103", Some("account.1.codec.<payload>.enable")),
            ("Y0102", Some("account.1.codec.g726_32.enable")),
        ]
    );
}

/// R24: no firmware chosen, an empty address sent.
#[test]
fn r24_an_empty_address_of_firmware() {
    assert_found(
        &T46S_86,
        &cfg("static.firmware.url = %NULL%\n"),
        &["Y0303 2"],
    );
}

/// R26: server numbers up to 12 where 10 exist.
#[test]
fn r26_more_servers_than_a_base_has() {
    let case = Case {
        model: Some("snom M900"),
        firmware: Some("740/104"),
        ..dect()
    };
    let text = in_section(
        "extension",
        "<subscr_sip_ua_data_server_id idx=\"1\">12</subscr_sip_ua_data_server_id>",
    );
    assert_found(&case, &text, &["D0301 4"]);
    let text = in_section(
        "server",
        "<user_host idx=\"11\">pbx.example.net</user_host>",
    );
    assert_found(&case, &text, &["D0201 4"]);
}

/// 61, R27: what belongs to desk phones in the file of a base.
#[test]
fn f61_desk_settings_on_a_base() {
    let case = Case {
        model: Some("snom M300"),
        firmware: Some("520/1"),
        ..dect()
    };
    let text = in_section(
        "phone-settings e=\"2\"",
        "<codec_priority_list idx=\"1\">pcma,pcmu,telephone-event</codec_priority_list>\n\
         <codec_priority_list>pcma, pcmu</codec_priority_list>\n\
         <utc_offset>3600</utc_offset>\n<keepalive_interval idx=\"1\">30</keepalive_interval>",
    );
    assert_found(&case, &text, &["D0304 4", "D0203 5", "D0106 6", "D0301 7"]);
}

/// A type that no phone has, as one generator writes it.
#[test]
fn a_key_that_records() {
    let text = keys("<fkey idx=\"0\" context=\"1\" label=\"\" perm=\"R\">record *1</fkey>");
    let Some(finding) = only(&D785, &text) else {
        return;
    };
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("S0306", Some("recorder"))
    );
}

/// A codec with a letter twice, as one generator writes it.
#[test]
fn a_codec_with_a_letter_twice() {
    let text = desk(
        "<codec_priority_list idx=\"1\" perm=\"R\">pcma,all2-g726-32,telephone-event</codec_priority_list>",
    );
    let Some(finding) = only(&D785, &text) else {
        return;
    };
    assert_eq!(
        (finding.code(), finding.suggestion()),
        ("S0301", Some("aal2-g726-32"))
    );
}

/// Call waiting is one setting of the phone below 8.7.5.9, and one of each identity from there on.
#[test]
fn call_waiting_for_the_phone_on_firmware_that_has_it_for_each_identity() {
    let whole = desk("<call_waiting perm=\"RW\">on</call_waiting>");
    assert_found(&D785, &whole, &["S0103 4"]);
    let each = desk("<call_waiting idx=\"1\" perm=\"RW\">on</call_waiting>");
    assert_found(&D785, &each, &[]);
    let old = Case {
        model: Some("snom 720"),
        firmware: Some("8.7.3.17"),
        ..snom()
    };
    assert_found(&old, &whole, &[]);
    assert_found(&old, &each, &["S0103 4"]);
}

/// Forwarding on busy never happens while a second call may wait.
#[test]
fn forwarding_on_busy_with_call_waiting() {
    let text = |waiting: &str| {
        desk(&format!(
            "<fwd_busy_enabled idx=\"2\" perm=\"RW\">on</fwd_busy_enabled>\n<call_waiting idx=\"1\" perm=\"RW\">on</call_waiting>\n<call_waiting idx=\"2\" perm=\"RW\">{waiting}</call_waiting>"
        ))
    };
    assert_found(&D785, &text("visual"), &["S0502 4"]);
    assert_found(&D785, &text("off"), &[]);
}

/// A flag that one firmware does not know, and one that is the opposite of what it looks like.
#[test]
fn permission_flags() {
    let text = |perm: &str| desk(&format!("<pnp_config perm=\"{perm}\">off</pnp_config>"));
    assert_found(&D785, &text("V"), &[]);
    assert_found(&D785, &text("RV"), &[]);
    assert_found(&D785, &text(" "), &["S0407 4"]);
    assert_found(&D785, &text("X"), &["S0407 4"]);
    let old = Case {
        firmware: Some("10.1.54.13"),
        ..D785
    };
    assert_found(&old, &text("V"), &["S0407 4"]);
    let kept = desk("<http_pass perm=\"!\">mH7-bq2-Wx9</http_pass>");
    assert_found(&D785, &kept, &["S0407 4"]);
    let base = in_section("global", "<pnp_config perm=\"R\">off</pnp_config>");
    assert_found(&dect(), &base, &["D0407 4"]);
}

/// A section with a letter missing takes all its settings along.
#[test]
fn a_section_that_is_misspelt() {
    let text = in_section(
        "phone-setting",
        "<pnp_config perm=\"R\">off</pnp_config>\n<dhcp perm=\"R\">on</dhcp>",
    );
    assert_found(&snom(), &text, &["S0404 4"]);
    // What else may stand in a file of settings is none of them.
    let text = in_section(
        "tbook e=\"2\" complete=\"true\"",
        "<item context=\"active\"><name>Anna</name><number>201</number></item>",
    );
    assert_found(&snom(), &text, &[]);
}

/// The name of a file tells who may read it.
#[test]
fn a_secret_in_a_file_for_all() {
    let cases = [
        ("yealink", "y000000000066.cfg", true),
        (
            "yealink",
            "https://pbx.example.net/p/Y000000000066.CFG",
            true,
        ),
        ("yealink", "805e0c123456.cfg", false),
        ("yealink", "805E0C123456-local.cfg", false),
        ("yealink", "settings.cfg", false),
    ];
    for (target, name, shared) in cases {
        let case = Case {
            target,
            name: Some(name),
            ..Case::default()
        };
        let expected: &[&str] = if shared { &["G0601 2"] } else { &[] };
        assert_found(&case, &cfg("account.1.password = mH7-bq2-Wx9\n"), expected);
    }
    for (name, shared) in [("snomD785.htm", true), ("snomD785-000413A11FA7.htm", false)] {
        let case = Case {
            name: Some(name),
            ..D785
        };
        let text = desk("<http_pass perm=\"R\">mH7-bq2-Wx9</http_pass>");
        let expected: &[&str] = if shared { &["G0601 4"] } else { &[] };
        assert_found(&case, &text, expected);
        // An address is a secret only with a login in it.
        let address = |login: &str| {
            desk(&format!(
                "<setting_server perm=\"RW\">https://{login}pbx.example.net/</setting_server>"
            ))
        };
        assert_found(&case, &address(""), &[]);
        assert_found(&case, &address("phone:pw@"), expected);
    }
}

#[test]
fn passwords_that_are_guessed() {
    let text = |password: &str| {
        cfg(&format!(
            "account.1.user_name = anna-berg\naccount.1.password = {password}\n"
        ))
    };
    for weak in [
        "anna-berg",
        "ANNA-BERG",
        "Wx9-mH",
        "xxxxxxxxxxxx",
        "8349201738",
    ] {
        assert_found(&T46S_86, &text(weak), &["G0603 3"]);
    }
    for good in ["Wx9-mH7-b", "anna-berg-Wx9", "7358026914380275"] {
        assert_found(&T46S_86, &text(good), &[]);
    }
    assert_found(
        &T46S_86,
        &cfg("phone_setting.phone_lock.unlock_pin = 123\n"),
        &["G0602 2"],
    );
    assert_found(
        &T46S_86,
        &cfg("phone_setting.phone_lock.unlock_pin = 7777\n"),
        &["G0603 2"],
    );
    assert_found(
        &T46S_86,
        &cfg("phone_setting.phone_lock.unlock_pin = 4711\n"),
        &[],
    );
}

/// Lines that are for another model are not this phone's.
#[test]
fn lines_for_other_models() {
    let text = cfg("[T48S]linekey.29.type = 0\n[T46S, T42S]linekey.30.type = 0\n");
    assert_found(&T46S_86, &text, &["Y0201 3"]);
}
