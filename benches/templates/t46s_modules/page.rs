// Made by `cargo bench -p provisioning-benches --bench templates -- --write` out of a rendered file.

struct Phone<'a> {
    _of: PhantomData<&'a ()>,
    static_network_vlan_internet_port_enable: &'a str,
    static_network_vlan_pc_port_enable: &'a str,
    static_auto_provision_server_url: &'a str,
    static_auto_provision_server_username: &'a str,
    static_auto_provision_server_password: &'a str,
    static_auto_provision_pnp_enable: &'a str,
    static_auto_provision_repeat_enable: &'a str,
    static_auto_provision_repeat_minutes: &'a str,
    static_auto_provision_weekly_enable: &'a str,
    static_security_user_name_user: &'a str,
    static_security_user_name_var: &'a str,
    static_security_user_name_admin: &'a str,
    static_security_user_password: &'a str,
    static_security_user_password_2: &'a str,
    static_security_user_password_3: &'a str,
    static_security_trust_certificates: &'a str,
    lang_gui: &'a str,
    lang_wui: &'a str,
    local_time_ntp_server1: &'a str,
    local_time_ntp_server2: &'a str,
    local_time_time_zone: &'a str,
    local_time_time_zone_name: &'a str,
    local_time_summer_time: &'a str,
    local_time_dst_time_type: &'a str,
    local_time_start_time: &'a str,
    local_time_end_time: &'a str,
    local_time_offset_time: &'a str,
    local_time_time_format: &'a str,
    local_time_date_format: &'a str,
    static_sip_nat_stun_enable: &'a str,
    sip_nat_stun_enable: &'a str,
    sip_notify_reboot_enable: &'a str,
    call_waiting_enable: &'a str,
    features_dnd_mode: &'a str,
    features_fwd_mode: &'a str,
    features_pickup_direct_pickup_enable: &'a str,
    features_pickup_direct_pickup_code: &'a str,
    features_pickup_group_pickup_enable: &'a str,
    features_pickup_group_pickup_code: &'a str,
    features_call_park_enable: &'a str,
    features_call_park_park_code: &'a str,
    features_call_park_park_retrieve_code: &'a str,
    distinctive_ring_tones_alert_info_1_text: &'a str,
    distinctive_ring_tones_alert_info_1_ringer: &'a str,
    phone_setting_call_info_display_method: &'a str,
    phone_setting_ring_type: &'a str,
    phone_setting_emergency_number: &'a str,
    ldap_enable: &'a str,
    ldap_host: &'a str,
    ldap_port: &'a str,
    ldap_tls_mode: &'a str,
    ldap_base: &'a str,
    ldap_user: &'a str,
    ldap_password: &'a str,
    ldap_name_filter: &'a str,
    ldap_number_filter: &'a str,
    ldap_name_attr: &'a str,
    ldap_numb_attr: &'a str,
    ldap_display_name: &'a str,
    remote_phonebook_data_1_url: &'a str,
    remote_phonebook_data_1_name: &'a str,
}

impl<'a> Phone<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            static_network_vlan_internet_port_enable: item.text("static_network_vlan_internet_port_enable"),
            static_network_vlan_pc_port_enable: item.text("static_network_vlan_pc_port_enable"),
            static_auto_provision_server_url: item.text("static_auto_provision_server_url"),
            static_auto_provision_server_username: item.text("static_auto_provision_server_username"),
            static_auto_provision_server_password: item.text("static_auto_provision_server_password"),
            static_auto_provision_pnp_enable: item.text("static_auto_provision_pnp_enable"),
            static_auto_provision_repeat_enable: item.text("static_auto_provision_repeat_enable"),
            static_auto_provision_repeat_minutes: item.text("static_auto_provision_repeat_minutes"),
            static_auto_provision_weekly_enable: item.text("static_auto_provision_weekly_enable"),
            static_security_user_name_user: item.text("static_security_user_name_user"),
            static_security_user_name_var: item.text("static_security_user_name_var"),
            static_security_user_name_admin: item.text("static_security_user_name_admin"),
            static_security_user_password: item.text("static_security_user_password"),
            static_security_user_password_2: item.text("static_security_user_password_2"),
            static_security_user_password_3: item.text("static_security_user_password_3"),
            static_security_trust_certificates: item.text("static_security_trust_certificates"),
            lang_gui: item.text("lang_gui"),
            lang_wui: item.text("lang_wui"),
            local_time_ntp_server1: item.text("local_time_ntp_server1"),
            local_time_ntp_server2: item.text("local_time_ntp_server2"),
            local_time_time_zone: item.text("local_time_time_zone"),
            local_time_time_zone_name: item.text("local_time_time_zone_name"),
            local_time_summer_time: item.text("local_time_summer_time"),
            local_time_dst_time_type: item.text("local_time_dst_time_type"),
            local_time_start_time: item.text("local_time_start_time"),
            local_time_end_time: item.text("local_time_end_time"),
            local_time_offset_time: item.text("local_time_offset_time"),
            local_time_time_format: item.text("local_time_time_format"),
            local_time_date_format: item.text("local_time_date_format"),
            static_sip_nat_stun_enable: item.text("static_sip_nat_stun_enable"),
            sip_nat_stun_enable: item.text("sip_nat_stun_enable"),
            sip_notify_reboot_enable: item.text("sip_notify_reboot_enable"),
            call_waiting_enable: item.text("call_waiting_enable"),
            features_dnd_mode: item.text("features_dnd_mode"),
            features_fwd_mode: item.text("features_fwd_mode"),
            features_pickup_direct_pickup_enable: item.text("features_pickup_direct_pickup_enable"),
            features_pickup_direct_pickup_code: item.text("features_pickup_direct_pickup_code"),
            features_pickup_group_pickup_enable: item.text("features_pickup_group_pickup_enable"),
            features_pickup_group_pickup_code: item.text("features_pickup_group_pickup_code"),
            features_call_park_enable: item.text("features_call_park_enable"),
            features_call_park_park_code: item.text("features_call_park_park_code"),
            features_call_park_park_retrieve_code: item.text("features_call_park_park_retrieve_code"),
            distinctive_ring_tones_alert_info_1_text: item.text("distinctive_ring_tones_alert_info_1_text"),
            distinctive_ring_tones_alert_info_1_ringer: item.text("distinctive_ring_tones_alert_info_1_ringer"),
            phone_setting_call_info_display_method: item.text("phone_setting_call_info_display_method"),
            phone_setting_ring_type: item.text("phone_setting_ring_type"),
            phone_setting_emergency_number: item.text("phone_setting_emergency_number"),
            ldap_enable: item.text("ldap_enable"),
            ldap_host: item.text("ldap_host"),
            ldap_port: item.text("ldap_port"),
            ldap_tls_mode: item.text("ldap_tls_mode"),
            ldap_base: item.text("ldap_base"),
            ldap_user: item.text("ldap_user"),
            ldap_password: item.text("ldap_password"),
            ldap_name_filter: item.text("ldap_name_filter"),
            ldap_number_filter: item.text("ldap_number_filter"),
            ldap_name_attr: item.text("ldap_name_attr"),
            ldap_numb_attr: item.text("ldap_numb_attr"),
            ldap_display_name: item.text("ldap_display_name"),
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
    extension: &'a str,
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
            extension: item.text("extension"),
        }
    }
}

struct ModuleKeys<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    m: u32,
    kind: &'a str,
    line: &'a str,
    value: &'a str,
    label: &'a str,
    extension: &'a str,
}

impl<'a> ModuleKeys<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            m: item.number(1),
            kind: item.text("kind"),
            line: item.text("line"),
            value: item.text("value"),
            label: item.text("label"),
            extension: item.text("extension"),
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
    sip_server_1_address: &'a str,
    sip_server_1_port: &'a str,
    sip_server_1_transport_type: &'a str,
    sip_server_1_expires: &'a str,
    sip_server_2_address: &'a str,
    outbound_proxy_enable: &'a str,
    outbound_proxy_1_address: &'a str,
    outbound_proxy_1_port: &'a str,
    outbound_proxy_2_address: &'a str,
    fallback_redundancy_type: &'a str,
    srtp_encryption: &'a str,
    dtmf_type: &'a str,
    dtmf_info_type: &'a str,
    nat_nat_traversal: &'a str,
    nat_udp_update_enable: &'a str,
    nat_udp_update_time: &'a str,
    nat_rport: &'a str,
    codec_g722_enable: &'a str,
    codec_g722_priority: &'a str,
    codec_g722_1_24kpbs_enable: &'a str,
    codec_g722_1_24kpbs_priority: &'a str,
    codec_g722_1c_48kpbs_enable: &'a str,
    codec_g722_1c_48kpbs_priority: &'a str,
    codec_g722_1c_32kpbs_enable: &'a str,
    codec_g722_1c_32kpbs_priority: &'a str,
    codec_g722_1c_24kpbs_enable: &'a str,
    codec_g722_1c_24kpbs_priority: &'a str,
    codec_g723_63_enable: &'a str,
    codec_g723_63_priority: &'a str,
    codec_g723_53_enable: &'a str,
    codec_g723_53_priority: &'a str,
    codec_g726_16_enable: &'a str,
    codec_g726_16_priority: &'a str,
    codec_g726_24_enable: &'a str,
    codec_g726_24_priority: &'a str,
    codec_g726_32_enable: &'a str,
    codec_g726_32_priority: &'a str,
    codec_g726_40_enable: &'a str,
    codec_g726_40_priority: &'a str,
    codec_g729_enable: &'a str,
    codec_g729_priority: &'a str,
    codec_ilbc_13_33kbps_enable: &'a str,
    codec_ilbc_13_33kbps_priority: &'a str,
    codec_ilbc_15_2kbps_enable: &'a str,
    codec_ilbc_15_2kbps_priority: &'a str,
    codec_opus_enable: &'a str,
    codec_opus_priority: &'a str,
    codec_pcma_enable: &'a str,
    codec_pcma_priority: &'a str,
    codec_pcmu_enable: &'a str,
    codec_pcmu_priority: &'a str,
    subscribe_mwi: &'a str,
    display_mwi_enable: &'a str,
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
            sip_server_1_address: item.text("sip_server_1_address"),
            sip_server_1_port: item.text("sip_server_1_port"),
            sip_server_1_transport_type: item.text("sip_server_1_transport_type"),
            sip_server_1_expires: item.text("sip_server_1_expires"),
            sip_server_2_address: item.text("sip_server_2_address"),
            outbound_proxy_enable: item.text("outbound_proxy_enable"),
            outbound_proxy_1_address: item.text("outbound_proxy_1_address"),
            outbound_proxy_1_port: item.text("outbound_proxy_1_port"),
            outbound_proxy_2_address: item.text("outbound_proxy_2_address"),
            fallback_redundancy_type: item.text("fallback_redundancy_type"),
            srtp_encryption: item.text("srtp_encryption"),
            dtmf_type: item.text("dtmf_type"),
            dtmf_info_type: item.text("dtmf_info_type"),
            nat_nat_traversal: item.text("nat_nat_traversal"),
            nat_udp_update_enable: item.text("nat_udp_update_enable"),
            nat_udp_update_time: item.text("nat_udp_update_time"),
            nat_rport: item.text("nat_rport"),
            codec_g722_enable: item.text("codec_g722_enable"),
            codec_g722_priority: item.text("codec_g722_priority"),
            codec_g722_1_24kpbs_enable: item.text("codec_g722_1_24kpbs_enable"),
            codec_g722_1_24kpbs_priority: item.text("codec_g722_1_24kpbs_priority"),
            codec_g722_1c_48kpbs_enable: item.text("codec_g722_1c_48kpbs_enable"),
            codec_g722_1c_48kpbs_priority: item.text("codec_g722_1c_48kpbs_priority"),
            codec_g722_1c_32kpbs_enable: item.text("codec_g722_1c_32kpbs_enable"),
            codec_g722_1c_32kpbs_priority: item.text("codec_g722_1c_32kpbs_priority"),
            codec_g722_1c_24kpbs_enable: item.text("codec_g722_1c_24kpbs_enable"),
            codec_g722_1c_24kpbs_priority: item.text("codec_g722_1c_24kpbs_priority"),
            codec_g723_63_enable: item.text("codec_g723_63_enable"),
            codec_g723_63_priority: item.text("codec_g723_63_priority"),
            codec_g723_53_enable: item.text("codec_g723_53_enable"),
            codec_g723_53_priority: item.text("codec_g723_53_priority"),
            codec_g726_16_enable: item.text("codec_g726_16_enable"),
            codec_g726_16_priority: item.text("codec_g726_16_priority"),
            codec_g726_24_enable: item.text("codec_g726_24_enable"),
            codec_g726_24_priority: item.text("codec_g726_24_priority"),
            codec_g726_32_enable: item.text("codec_g726_32_enable"),
            codec_g726_32_priority: item.text("codec_g726_32_priority"),
            codec_g726_40_enable: item.text("codec_g726_40_enable"),
            codec_g726_40_priority: item.text("codec_g726_40_priority"),
            codec_g729_enable: item.text("codec_g729_enable"),
            codec_g729_priority: item.text("codec_g729_priority"),
            codec_ilbc_13_33kbps_enable: item.text("codec_ilbc_13_33kbps_enable"),
            codec_ilbc_13_33kbps_priority: item.text("codec_ilbc_13_33kbps_priority"),
            codec_ilbc_15_2kbps_enable: item.text("codec_ilbc_15_2kbps_enable"),
            codec_ilbc_15_2kbps_priority: item.text("codec_ilbc_15_2kbps_priority"),
            codec_opus_enable: item.text("codec_opus_enable"),
            codec_opus_priority: item.text("codec_opus_priority"),
            codec_pcma_enable: item.text("codec_pcma_enable"),
            codec_pcma_priority: item.text("codec_pcma_priority"),
            codec_pcmu_enable: item.text("codec_pcmu_enable"),
            codec_pcmu_priority: item.text("codec_pcmu_priority"),
            subscribe_mwi: item.text("subscribe_mwi"),
            display_mwi_enable: item.text("display_mwi_enable"),
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
    module_keys: Vec<ModuleKeys<'a>>,
    accounts: Vec<Accounts<'a>>,
}

#[derive(Template)]
#[template(path = "t46s_modules/askama.txt", escape = "none", config = "askama.toml")]
struct Variables<'p, 'a> {
    phone: &'p Phone<'a>,
    keys: &'p [Keys<'a>],
    module_keys: &'p [ModuleKeys<'a>],
    accounts: &'p [Accounts<'a>],
}

#[derive(Template)]
#[template(path = "t46s_modules/site_literal.txt", escape = "none", config = "askama.toml")]
struct SiteLiteral<'p, 'a> {
    phone: &'p Phone<'a>,
    keys: &'p [Keys<'a>],
    module_keys: &'p [ModuleKeys<'a>],
    accounts: &'p [Accounts<'a>],
}

impl<'a> Filled<'a> {
    pub(crate) fn new(page: &'a Page) -> Self {
        Self {
            phone: Phone::new(&page.items("phone")[0]),
            keys: page.items("keys").iter().map(Keys::new).collect(),
            module_keys: page.items("module_keys").iter().map(ModuleKeys::new).collect(),
            accounts: page.items("accounts").iter().map(Accounts::new).collect(),
        }
    }
}

impl Contender for Filled<'_> {
    fn askama(&self, out: &mut String) -> askama::Result<()> {
        Variables {
            phone: &self.phone,
            keys: &self.keys,
            module_keys: &self.module_keys,
            accounts: &self.accounts,
        }
        .render_into(out)
    }

    fn site_literal(&self, out: &mut String) -> askama::Result<()> {
        SiteLiteral {
            phone: &self.phone,
            keys: &self.keys,
            module_keys: &self.module_keys,
            accounts: &self.accounts,
        }
        .render_into(out)
    }

    fn appends(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"#!version:1.0.0.1\n");
        out.extend_from_slice(b"# network\n");
        out.extend_from_slice(b"static.network.vlan.internet_port_enable = ");
        self.phone.static_network_vlan_internet_port_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.network.vlan.pc_port_enable = ");
        self.phone.static_network_vlan_pc_port_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# provisioning\n");
        out.extend_from_slice(b"static.auto_provision.server.url = ");
        self.phone.static_auto_provision_server_url.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.server.username = ");
        self.phone.static_auto_provision_server_username.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.server.password = ");
        self.phone.static_auto_provision_server_password.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.pnp_enable = ");
        self.phone.static_auto_provision_pnp_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.repeat.enable = ");
        self.phone.static_auto_provision_repeat_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.repeat.minutes = ");
        self.phone.static_auto_provision_repeat_minutes.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.auto_provision.weekly.enable = ");
        self.phone.static_auto_provision_weekly_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# security\n");
        out.extend_from_slice(b"static.security.user_name.user = ");
        self.phone.static_security_user_name_user.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.security.user_name.var = ");
        self.phone.static_security_user_name_var.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.security.user_name.admin = ");
        self.phone.static_security_user_name_admin.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.security.user_password = ");
        self.phone.static_security_user_password.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.security.user_password = ");
        self.phone.static_security_user_password_2.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"static.security.user_password = ");
        self.phone.static_security_user_password_3.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# certificates\n");
        out.extend_from_slice(b"static.security.trust_certificates = ");
        self.phone.static_security_trust_certificates.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# language\n");
        out.extend_from_slice(b"lang.gui = ");
        self.phone.lang_gui.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"lang.wui = ");
        self.phone.lang_wui.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"# time\n");
        out.extend_from_slice(b"local_time.ntp_server1 = ");
        self.phone.local_time_ntp_server1.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"local_time.ntp_server2 = ");
        self.phone.local_time_ntp_server2.push_to(out);
        out.extend_from_slice(b"\n");
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
        out.extend_from_slice(b"static.sip.nat_stun.enable = ");
        self.phone.static_sip_nat_stun_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"sip.nat_stun.enable = ");
        self.phone.sip_nat_stun_enable.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"sip.notify_reboot_enable = ");
        self.phone.sip_notify_reboot_enable.push_to(out);
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
        out.extend_from_slice(b"features.call_park.park_code = ");
        self.phone.features_call_park_park_code.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"features.call_park.park_retrieve_code = ");
        self.phone.features_call_park_park_retrieve_code.push_to(out);
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
        out.extend_from_slice(b"ldap.host = ");
        self.phone.ldap_host.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.port = ");
        self.phone.ldap_port.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.tls_mode = ");
        self.phone.ldap_tls_mode.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.base = ");
        self.phone.ldap_base.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.user = ");
        self.phone.ldap_user.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.password = ");
        self.phone.ldap_password.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.name_filter = ");
        self.phone.ldap_name_filter.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.number_filter = ");
        self.phone.ldap_number_filter.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.name_attr = ");
        self.phone.ldap_name_attr.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.numb_attr = ");
        self.phone.ldap_numb_attr.push_to(out);
        out.extend_from_slice(b"\n");
        out.extend_from_slice(b"ldap.display_name = ");
        self.phone.ldap_display_name.push_to(out);
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
            out.extend_from_slice(b".extension = ");
            row.extension.push_to(out);
            out.extend_from_slice(b"\n");
        }
        for row in &self.module_keys {
            out.extend_from_slice(b"expansion_module.");
            row.n.push_to(out);
            out.extend_from_slice(b".key.");
            row.m.push_to(out);
            out.extend_from_slice(b".type = ");
            row.kind.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"expansion_module.");
            row.n.push_to(out);
            out.extend_from_slice(b".key.");
            row.m.push_to(out);
            out.extend_from_slice(b".line = ");
            row.line.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"expansion_module.");
            row.n.push_to(out);
            out.extend_from_slice(b".key.");
            row.m.push_to(out);
            out.extend_from_slice(b".value = ");
            row.value.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"expansion_module.");
            row.n.push_to(out);
            out.extend_from_slice(b".key.");
            row.m.push_to(out);
            out.extend_from_slice(b".label = ");
            row.label.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"expansion_module.");
            row.n.push_to(out);
            out.extend_from_slice(b".key.");
            row.m.push_to(out);
            out.extend_from_slice(b".extension = ");
            row.extension.push_to(out);
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
            out.extend_from_slice(b".sip_server.1.address = ");
            row.sip_server_1_address.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server.1.port = ");
            row.sip_server_1_port.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server.1.transport_type = ");
            row.sip_server_1_transport_type.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server.1.expires = ");
            row.sip_server_1_expires.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".sip_server.2.address = ");
            row.sip_server_2_address.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_proxy_enable = ");
            row.outbound_proxy_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_proxy.1.address = ");
            row.outbound_proxy_1_address.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_proxy.1.port = ");
            row.outbound_proxy_1_port.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".outbound_proxy.2.address = ");
            row.outbound_proxy_2_address.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".fallback.redundancy_type = ");
            row.fallback_redundancy_type.push_to(out);
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
            out.extend_from_slice(b".codec.g722.enable = ");
            row.codec_g722_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722.priority = ");
            row.codec_g722_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1_24kpbs.enable = ");
            row.codec_g722_1_24kpbs_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1_24kpbs.priority = ");
            row.codec_g722_1_24kpbs_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_48kpbs.enable = ");
            row.codec_g722_1c_48kpbs_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_48kpbs.priority = ");
            row.codec_g722_1c_48kpbs_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_32kpbs.enable = ");
            row.codec_g722_1c_32kpbs_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_32kpbs.priority = ");
            row.codec_g722_1c_32kpbs_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_24kpbs.enable = ");
            row.codec_g722_1c_24kpbs_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g722_1c_24kpbs.priority = ");
            row.codec_g722_1c_24kpbs_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g723_63.enable = ");
            row.codec_g723_63_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g723_63.priority = ");
            row.codec_g723_63_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g723_53.enable = ");
            row.codec_g723_53_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g723_53.priority = ");
            row.codec_g723_53_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_16.enable = ");
            row.codec_g726_16_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_16.priority = ");
            row.codec_g726_16_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_24.enable = ");
            row.codec_g726_24_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_24.priority = ");
            row.codec_g726_24_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_32.enable = ");
            row.codec_g726_32_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_32.priority = ");
            row.codec_g726_32_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_40.enable = ");
            row.codec_g726_40_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g726_40.priority = ");
            row.codec_g726_40_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g729.enable = ");
            row.codec_g729_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.g729.priority = ");
            row.codec_g729_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.ilbc_13_33kbps.enable = ");
            row.codec_ilbc_13_33kbps_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.ilbc_13_33kbps.priority = ");
            row.codec_ilbc_13_33kbps_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.ilbc_15_2kbps.enable = ");
            row.codec_ilbc_15_2kbps_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.ilbc_15_2kbps.priority = ");
            row.codec_ilbc_15_2kbps_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.opus.enable = ");
            row.codec_opus_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.opus.priority = ");
            row.codec_opus_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.pcma.enable = ");
            row.codec_pcma_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.pcma.priority = ");
            row.codec_pcma_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.pcmu.enable = ");
            row.codec_pcmu_enable.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".codec.pcmu.priority = ");
            row.codec_pcmu_priority.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".subscribe_mwi = ");
            row.subscribe_mwi.push_to(out);
            out.extend_from_slice(b"\n");
            out.extend_from_slice(b"account.");
            row.n.push_to(out);
            out.extend_from_slice(b".display_mwi.enable = ");
            row.display_mwi_enable.push_to(out);
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
