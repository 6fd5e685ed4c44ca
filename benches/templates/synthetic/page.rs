// Made by `cargo bench -p provisioning-benches --bench templates -- --write` out of a rendered file.

struct Phone<'a> {
    _of: PhantomData<&'a ()>,
    network_vlan_internet_port_enable: &'a str,
    network_vlan_pc_port_enable: &'a str,
    auto_provision_server_url: &'a str,
    auto_provision_server_username: &'a str,
    auto_provision_server_password: &'a str,
    auto_provision_pnp_enable: &'a str,
    auto_provision_repeat_enable: &'a str,
    auto_provision_weekly_enable: &'a str,
    security_user_name_user: &'a str,
    security_user_name_var: &'a str,
    security_user_name_admin: &'a str,
    security_user_password: &'a str,
    security_user_password_2: &'a str,
    security_user_password_3: &'a str,
    security_trust_certificates: &'a str,
    lang_gui: &'a str,
    lang_wui: &'a str,
    local_time_time_zone: &'a str,
    local_time_time_zone_name: &'a str,
    local_time_summer_time: &'a str,
    local_time_dst_time_type: &'a str,
    local_time_start_time: &'a str,
    local_time_end_time: &'a str,
    local_time_offset_time: &'a str,
    local_time_time_format: &'a str,
    local_time_date_format: &'a str,
    sip_nat_stun_enable: &'a str,
    call_waiting_enable: &'a str,
    features_dnd_mode: &'a str,
    features_fwd_mode: &'a str,
    features_pickup_direct_pickup_enable: &'a str,
    features_pickup_direct_pickup_code: &'a str,
    features_pickup_group_pickup_enable: &'a str,
    features_pickup_group_pickup_code: &'a str,
    features_call_park_enable: &'a str,
    distinctive_ring_tones_alert_info_1_text: &'a str,
    distinctive_ring_tones_alert_info_1_ringer: &'a str,
    phone_setting_call_info_display_method: &'a str,
    phone_setting_ring_type: &'a str,
    phone_setting_emergency_number: &'a str,
    ldap_enable: &'a str,
    remote_phonebook_data_1_url: &'a str,
    remote_phonebook_data_1_name: &'a str,
}

impl<'a> Phone<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            network_vlan_internet_port_enable: item.text("network_vlan_internet_port_enable"),
            network_vlan_pc_port_enable: item.text("network_vlan_pc_port_enable"),
            auto_provision_server_url: item.text("auto_provision_server_url"),
            auto_provision_server_username: item.text("auto_provision_server_username"),
            auto_provision_server_password: item.text("auto_provision_server_password"),
            auto_provision_pnp_enable: item.text("auto_provision_pnp_enable"),
            auto_provision_repeat_enable: item.text("auto_provision_repeat_enable"),
            auto_provision_weekly_enable: item.text("auto_provision_weekly_enable"),
            security_user_name_user: item.text("security_user_name_user"),
            security_user_name_var: item.text("security_user_name_var"),
            security_user_name_admin: item.text("security_user_name_admin"),
            security_user_password: item.text("security_user_password"),
            security_user_password_2: item.text("security_user_password_2"),
            security_user_password_3: item.text("security_user_password_3"),
            security_trust_certificates: item.text("security_trust_certificates"),
            lang_gui: item.text("lang_gui"),
            lang_wui: item.text("lang_wui"),
            local_time_time_zone: item.text("local_time_time_zone"),
            local_time_time_zone_name: item.text("local_time_time_zone_name"),
            local_time_summer_time: item.text("local_time_summer_time"),
            local_time_dst_time_type: item.text("local_time_dst_time_type"),
            local_time_start_time: item.text("local_time_start_time"),
            local_time_end_time: item.text("local_time_end_time"),
            local_time_offset_time: item.text("local_time_offset_time"),
            local_time_time_format: item.text("local_time_time_format"),
            local_time_date_format: item.text("local_time_date_format"),
            sip_nat_stun_enable: item.text("sip_nat_stun_enable"),
            call_waiting_enable: item.text("call_waiting_enable"),
            features_dnd_mode: item.text("features_dnd_mode"),
            features_fwd_mode: item.text("features_fwd_mode"),
            features_pickup_direct_pickup_enable: item.text("features_pickup_direct_pickup_enable"),
            features_pickup_direct_pickup_code: item.text("features_pickup_direct_pickup_code"),
            features_pickup_group_pickup_enable: item.text("features_pickup_group_pickup_enable"),
            features_pickup_group_pickup_code: item.text("features_pickup_group_pickup_code"),
            features_call_park_enable: item.text("features_call_park_enable"),
            distinctive_ring_tones_alert_info_1_text: item.text("distinctive_ring_tones_alert_info_1_text"),
            distinctive_ring_tones_alert_info_1_ringer: item.text("distinctive_ring_tones_alert_info_1_ringer"),
            phone_setting_call_info_display_method: item.text("phone_setting_call_info_display_method"),
            phone_setting_ring_type: item.text("phone_setting_ring_type"),
            phone_setting_emergency_number: item.text("phone_setting_emergency_number"),
            ldap_enable: item.text("ldap_enable"),
            remote_phonebook_data_1_url: item.text("remote_phonebook_data_1_url"),
            remote_phonebook_data_1_name: item.text("remote_phonebook_data_1_name"),
        }
    }
}

struct Keys<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    kind: &'a str,
    line: &'a str,
    value: &'a str,
    label: &'a str,
    pickup_value: &'a str,
}

impl<'a> Keys<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            kind: item.text("kind"),
            line: item.text("line"),
            value: item.text("value"),
            label: item.text("label"),
            pickup_value: item.text("pickup_value"),
        }
    }
}

struct Accounts<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    enable: &'a str,
    label: &'a str,
    display_name: &'a str,
    user_name: &'a str,
    auth_name: &'a str,
    password: &'a str,
    sip_server_host: &'a str,
    sip_server_port: &'a str,
    expires: &'a str,
    transport: &'a str,
    outbound_proxy_enable: &'a str,
    outbound_host: &'a str,
    srtp_encryption: &'a str,
    dtmf_type: &'a str,
    dtmf_info_type: &'a str,
    nat_nat_traversal: &'a str,
    nat_udp_update_enable: &'a str,
    nat_udp_update_time: &'a str,
    nat_rport: &'a str,
    subscribe_mwi: &'a str,
    voicemail: &'a str,
    ringtone_ring_type: &'a str,
    dnd_enable: &'a str,
    dnd_on_code: &'a str,
    dnd_off_code: &'a str,
    always_fwd_enable: &'a str,
    always_fwd_target: &'a str,
    always_fwd_on_code: &'a str,
    always_fwd_off_code: &'a str,
    busy_fwd_enable: &'a str,
    busy_fwd_target: &'a str,
    busy_fwd_on_code: &'a str,
    busy_fwd_off_code: &'a str,
    timeout_fwd_enable: &'a str,
    timeout_fwd_target: &'a str,
    timeout_fwd_on_code: &'a str,
    timeout_fwd_off_code: &'a str,
    timeout_fwd_timeout: &'a str,
    auto_answer: &'a str,
}

impl<'a> Accounts<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            enable: item.text("enable"),
            label: item.text("label"),
            display_name: item.text("display_name"),
            user_name: item.text("user_name"),
            auth_name: item.text("auth_name"),
            password: item.text("password"),
            sip_server_host: item.text("sip_server_host"),
            sip_server_port: item.text("sip_server_port"),
            expires: item.text("expires"),
            transport: item.text("transport"),
            outbound_proxy_enable: item.text("outbound_proxy_enable"),
            outbound_host: item.text("outbound_host"),
            srtp_encryption: item.text("srtp_encryption"),
            dtmf_type: item.text("dtmf_type"),
            dtmf_info_type: item.text("dtmf_info_type"),
            nat_nat_traversal: item.text("nat_nat_traversal"),
            nat_udp_update_enable: item.text("nat_udp_update_enable"),
            nat_udp_update_time: item.text("nat_udp_update_time"),
            nat_rport: item.text("nat_rport"),
            subscribe_mwi: item.text("subscribe_mwi"),
            voicemail: item.text("voicemail"),
            ringtone_ring_type: item.text("ringtone_ring_type"),
            dnd_enable: item.text("dnd_enable"),
            dnd_on_code: item.text("dnd_on_code"),
            dnd_off_code: item.text("dnd_off_code"),
            always_fwd_enable: item.text("always_fwd_enable"),
            always_fwd_target: item.text("always_fwd_target"),
            always_fwd_on_code: item.text("always_fwd_on_code"),
            always_fwd_off_code: item.text("always_fwd_off_code"),
            busy_fwd_enable: item.text("busy_fwd_enable"),
            busy_fwd_target: item.text("busy_fwd_target"),
            busy_fwd_on_code: item.text("busy_fwd_on_code"),
            busy_fwd_off_code: item.text("busy_fwd_off_code"),
            timeout_fwd_enable: item.text("timeout_fwd_enable"),
            timeout_fwd_target: item.text("timeout_fwd_target"),
            timeout_fwd_on_code: item.text("timeout_fwd_on_code"),
            timeout_fwd_off_code: item.text("timeout_fwd_off_code"),
            timeout_fwd_timeout: item.text("timeout_fwd_timeout"),
            auto_answer: item.text("auto_answer"),
        }
    }
}

pub(crate) struct Filled<'a> {
    phone: Phone<'a>,
    keys: Vec<Keys<'a>>,
    accounts: Vec<Accounts<'a>>,
}

#[derive(Template)]
#[template(path = "synthetic/askama.txt", escape = "none", config = "askama.toml")]
struct Variables<'p, 'a> {
    phone: &'p Phone<'a>,
    keys: &'p [Keys<'a>],
    accounts: &'p [Accounts<'a>],
}

#[derive(Template)]
#[template(path = "synthetic/site_literal.txt", escape = "none", config = "askama.toml")]
struct SiteLiteral<'p, 'a> {
    phone: &'p Phone<'a>,
    keys: &'p [Keys<'a>],
    accounts: &'p [Accounts<'a>],
}

impl<'a> Filled<'a> {
    pub(crate) fn new(page: &'a Page) -> Self {
        Self {
            phone: Phone::new(&page.items("phone")[0]),
            keys: page.items("keys").iter().map(Keys::new).collect(),
            accounts: page.items("accounts").iter().map(Accounts::new).collect(),
        }
    }
}

impl Contender for Filled<'_> {
    fn askama(&self, out: &mut String) -> askama::Result<()> {
        Variables {
            phone: &self.phone,
            keys: &self.keys,
            accounts: &self.accounts,
        }
        .render_into(out)
    }

    fn site_literal(&self, out: &mut String) -> askama::Result<()> {
        SiteLiteral {
            phone: &self.phone,
            keys: &self.keys,
            accounts: &self.accounts,
        }
        .render_into(out)
    }

    fn appends(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"#!version:1.0.0.1\n");
        out.extend_from_slice(b"# network\n");
        out.extend_from_slice(b"network.vlan.internet_port_enable = ");
        self.phone.network_vlan_internet_port_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"network.vlan.pc_port_enable = ");
        self.phone.network_vlan_pc_port_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# provisioning\n");
        out.extend_from_slice(b"auto_provision.server.url = ");
        self.phone.auto_provision_server_url.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"auto_provision.server.username = ");
        self.phone.auto_provision_server_username.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"auto_provision.server.password = ");
        self.phone.auto_provision_server_password.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"auto_provision.pnp_enable = ");
        self.phone.auto_provision_pnp_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"auto_provision.repeat.enable = ");
        self.phone.auto_provision_repeat_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"auto_provision.weekly.enable = ");
        self.phone.auto_provision_weekly_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# security\n");
        out.extend_from_slice(b"security.user_name.user = ");
        self.phone.security_user_name_user.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"security.user_name.var = ");
        self.phone.security_user_name_var.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"security.user_name.admin = ");
        self.phone.security_user_name_admin.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"security.user_password = ");
        self.phone.security_user_password.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"security.user_password = ");
        self.phone.security_user_password_2.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"security.user_password = ");
        self.phone.security_user_password_3.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# certificates\n");
        out.extend_from_slice(b"security.trust_certificates = ");
        self.phone.security_trust_certificates.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# language\n");
        out.extend_from_slice(b"lang.gui = ");
        self.phone.lang_gui.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"lang.wui = ");
        self.phone.lang_wui.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# time\n");
        out.extend_from_slice(b"local_time.time_zone = ");
        self.phone.local_time_time_zone.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.time_zone_name = ");
        self.phone.local_time_time_zone_name.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.summer_time = ");
        self.phone.local_time_summer_time.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.dst_time_type = ");
        self.phone.local_time_dst_time_type.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.start_time = ");
        self.phone.local_time_start_time.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.end_time = ");
        self.phone.local_time_end_time.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.offset_time = ");
        self.phone.local_time_offset_time.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.time_format = ");
        self.phone.local_time_time_format.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.date_format = ");
        self.phone.local_time_date_format.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# sip\n");
        out.extend_from_slice(b"sip.nat_stun.enable = ");
        self.phone.sip_nat_stun_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# features\n");
        out.extend_from_slice(b"call_waiting.enable = ");
        self.phone.call_waiting_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.dnd_mode = ");
        self.phone.features_dnd_mode.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.fwd_mode = ");
        self.phone.features_fwd_mode.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.pickup.direct_pickup_enable = ");
        self.phone.features_pickup_direct_pickup_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.pickup.direct_pickup_code = ");
        self.phone.features_pickup_direct_pickup_code.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.pickup.group_pickup_enable = ");
        self.phone.features_pickup_group_pickup_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.pickup.group_pickup_code = ");
        self.phone.features_pickup_group_pickup_code.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.call_park.enable = ");
        self.phone.features_call_park_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"distinctive_ring_tones.alert_info.1.text = ");
        self.phone.distinctive_ring_tones_alert_info_1_text.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"distinctive_ring_tones.alert_info.1.ringer = ");
        self.phone.distinctive_ring_tones_alert_info_1_ringer.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# display\n");
        out.extend_from_slice(b"phone_setting.call_info_display_method = ");
        self.phone.phone_setting_call_info_display_method.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"phone_setting.ring_type = ");
        self.phone.phone_setting_ring_type.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"phone_setting.emergency.number = ");
        self.phone.phone_setting_emergency_number.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# directory\n");
        out.extend_from_slice(b"ldap.enable = ");
        self.phone.ldap_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"remote_phonebook.data.1.url = ");
        self.phone.remote_phonebook_data_1_url.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"remote_phonebook.data.1.name = ");
        self.phone.remote_phonebook_data_1_name.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# keys\n");
        for row in &self.keys {
            out.extend_from_slice(b"linekey.");
            row.n.push_to(out);
            out.extend_from_slice(b".type = ");
            row.kind.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"linekey.");
            row.n.push_to(out);
            out.extend_from_slice(b".line = ");
            row.line.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"linekey.");
            row.n.push_to(out);
            out.extend_from_slice(b".value = ");
            row.value.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"linekey.");
            row.n.push_to(out);
            out.extend_from_slice(b".label = ");
            row.label.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"linekey.");
            row.n.push_to(out);
            out.extend_from_slice(b".pickup_value = ");
            row.pickup_value.push_to(out);
            out.extend_from_slice(b"\n");
        }
        for row in &self.accounts {
            out.extend_from_slice(b"# account ");
            row.n.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".enable = ");
            row.enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".label = ");
            row.label.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".display_name = ");
            row.display_name.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".user_name = ");
            row.user_name.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".auth_name = ");
            row.auth_name.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".password = ");
            row.password.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server_host = ");
            row.sip_server_host.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server_port = ");
            row.sip_server_port.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".expires = ");
            row.expires.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".transport = ");
            row.transport.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_proxy_enable = ");
            row.outbound_proxy_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_host = ");
            row.outbound_host.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".srtp_encryption = ");
            row.srtp_encryption.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".dtmf.type = ");
            row.dtmf_type.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".dtmf.info_type = ");
            row.dtmf_info_type.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".nat.nat_traversal = ");
            row.nat_nat_traversal.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".nat.udp_update_enable = ");
            row.nat_udp_update_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".nat.udp_update_time = ");
            row.nat_udp_update_time.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".nat.rport = ");
            row.nat_rport.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".subscribe_mwi = ");
            row.subscribe_mwi.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"voice_mail.number.");
            row.n.push_to(out);
            out.extend_from_slice(b" = ");
            row.voicemail.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".ringtone.ring_type = ");
            row.ringtone_ring_type.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".dnd.enable = ");
            row.dnd_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".dnd.on_code = ");
            row.dnd_on_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".dnd.off_code = ");
            row.dnd_off_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".always_fwd.enable = ");
            row.always_fwd_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".always_fwd.target = ");
            row.always_fwd_target.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".always_fwd.on_code = ");
            row.always_fwd_on_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".always_fwd.off_code = ");
            row.always_fwd_off_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".busy_fwd.enable = ");
            row.busy_fwd_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".busy_fwd.target = ");
            row.busy_fwd_target.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".busy_fwd.on_code = ");
            row.busy_fwd_on_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".busy_fwd.off_code = ");
            row.busy_fwd_off_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".timeout_fwd.enable = ");
            row.timeout_fwd_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".timeout_fwd.target = ");
            row.timeout_fwd_target.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".timeout_fwd.on_code = ");
            row.timeout_fwd_on_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".timeout_fwd.off_code = ");
            row.timeout_fwd_off_code.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".timeout_fwd.timeout = ");
            row.timeout_fwd_timeout.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".auto_answer = ");
            row.auto_answer.push_to(out);
            out.extend_from_slice(b"\n");
        }
    }
}
