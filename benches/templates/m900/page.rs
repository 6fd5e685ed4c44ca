// Made by `cargo bench -p provisioning-benches --bench templates -- --write` out of a rendered file.

struct Phone<'a> {
    _of: PhantomData<&'a ()>,
    url: Quoted<'a>,
    setting_server: Escaped<'a>,
    pnp_config: Escaped<'a>,
    http_client_user: Escaped<'a>,
    http_client_password: Escaped<'a>,
    http_user: Escaped<'a>,
    http_pass: Escaped<'a>,
    http_basic_user: Escaped<'a>,
    http_basic_pass: Escaped<'a>,
    http_engineer_user: Escaped<'a>,
    http_engineer_pass: Escaped<'a>,
    tls_server_authentication: Escaped<'a>,
    phone_name: Escaped<'a>,
    ntp_server: Escaped<'a>,
    timezone_by_country_region: Escaped<'a>,
    timezone: Escaped<'a>,
    dst_by_country_region: Escaped<'a>,
    language: Escaped<'a>,
    web_language: Escaped<'a>,
    enable_rport_rfc3581: Escaped<'a>,
    stun_server: Escaped<'a>,
    auto_dect_register: Escaped<'a>,
    phonebook_server_location: Escaped<'a>,
    phonebook_location: Escaped<'a>,
    phonebook_filename: Escaped<'a>,
    ldap_server: Escaped<'a>,
}

impl<'a> Phone<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            url: Quoted(item.text("url")),
            setting_server: Escaped(item.text("setting_server")),
            pnp_config: Escaped(item.text("pnp_config")),
            http_client_user: Escaped(item.text("http_client_user")),
            http_client_password: Escaped(item.text("http_client_password")),
            http_user: Escaped(item.text("http_user")),
            http_pass: Escaped(item.text("http_pass")),
            http_basic_user: Escaped(item.text("http_basic_user")),
            http_basic_pass: Escaped(item.text("http_basic_pass")),
            http_engineer_user: Escaped(item.text("http_engineer_user")),
            http_engineer_pass: Escaped(item.text("http_engineer_pass")),
            tls_server_authentication: Escaped(item.text("tls_server_authentication")),
            phone_name: Escaped(item.text("phone_name")),
            ntp_server: Escaped(item.text("ntp_server")),
            timezone_by_country_region: Escaped(item.text("timezone_by_country_region")),
            timezone: Escaped(item.text("timezone")),
            dst_by_country_region: Escaped(item.text("dst_by_country_region")),
            language: Escaped(item.text("language")),
            web_language: Escaped(item.text("web_language")),
            enable_rport_rfc3581: Escaped(item.text("enable_rport_rfc3581")),
            stun_server: Escaped(item.text("stun_server")),
            auto_dect_register: Escaped(item.text("auto_dect_register")),
            phonebook_server_location: Escaped(item.text("phonebook_server_location")),
            phonebook_location: Escaped(item.text("phonebook_location")),
            phonebook_filename: Escaped(item.text("phonebook_filename")),
            ldap_server: Escaped(item.text("ldap_server")),
        }
    }
}

struct Rows<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    srv_sip_server_alias: Escaped<'a>,
    user_host: Escaped<'a>,
    user_outbound: Escaped<'a>,
    srv_sip_transport: Escaped<'a>,
    user_expiry: Escaped<'a>,
    user_srtp: Escaped<'a>,
    codec_priority_list: Escaped<'a>,
    user_dtmf_info: Escaped<'a>,
    keepalive_interval: Escaped<'a>,
}

impl<'a> Rows<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            srv_sip_server_alias: Escaped(item.text("srv_sip_server_alias")),
            user_host: Escaped(item.text("user_host")),
            user_outbound: Escaped(item.text("user_outbound")),
            srv_sip_transport: Escaped(item.text("srv_sip_transport")),
            user_expiry: Escaped(item.text("user_expiry")),
            user_srtp: Escaped(item.text("user_srtp")),
            codec_priority_list: Escaped(item.text("codec_priority_list")),
            user_dtmf_info: Escaped(item.text("user_dtmf_info")),
            keepalive_interval: Escaped(item.text("keepalive_interval")),
        }
    }
}

struct Rows2<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
}

impl<'a> Rows2<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
        }
    }
}

struct Rows3<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    user_active: Escaped<'a>,
    user_name: Escaped<'a>,
    user_pname: Escaped<'a>,
    user_pass: Escaped<'a>,
    user_realname: Escaped<'a>,
    subscr_sip_line_name: Escaped<'a>,
    subscr_sip_hs_idx: Escaped<'a>,
    subscr_dect_ipui: Escaped<'a>,
    subscr_dect_ac_code: Escaped<'a>,
    subscr_sip_ua_data_server_id: Escaped<'a>,
    user_mailbox: Escaped<'a>,
    user_mailnumber: Escaped<'a>,
    call_waiting: Escaped<'a>,
    fwd_all_enabled: Escaped<'a>,
    fwd_all_target: Escaped<'a>,
    fwd_busy_enabled: Escaped<'a>,
    fwd_busy_target: Escaped<'a>,
    fwd_time_enabled: Escaped<'a>,
    fwd_time_target: Escaped<'a>,
    fwd_time_secs: Escaped<'a>,
    auto_answer_mode: Escaped<'a>,
}

impl<'a> Rows3<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            user_active: Escaped(item.text("user_active")),
            user_name: Escaped(item.text("user_name")),
            user_pname: Escaped(item.text("user_pname")),
            user_pass: Escaped(item.text("user_pass")),
            user_realname: Escaped(item.text("user_realname")),
            subscr_sip_line_name: Escaped(item.text("subscr_sip_line_name")),
            subscr_sip_hs_idx: Escaped(item.text("subscr_sip_hs_idx")),
            subscr_dect_ipui: Escaped(item.text("subscr_dect_ipui")),
            subscr_dect_ac_code: Escaped(item.text("subscr_dect_ac_code")),
            subscr_sip_ua_data_server_id: Escaped(item.text("subscr_sip_ua_data_server_id")),
            user_mailbox: Escaped(item.text("user_mailbox")),
            user_mailnumber: Escaped(item.text("user_mailnumber")),
            call_waiting: Escaped(item.text("call_waiting")),
            fwd_all_enabled: Escaped(item.text("fwd_all_enabled")),
            fwd_all_target: Escaped(item.text("fwd_all_target")),
            fwd_busy_enabled: Escaped(item.text("fwd_busy_enabled")),
            fwd_busy_target: Escaped(item.text("fwd_busy_target")),
            fwd_time_enabled: Escaped(item.text("fwd_time_enabled")),
            fwd_time_target: Escaped(item.text("fwd_time_target")),
            fwd_time_secs: Escaped(item.text("fwd_time_secs")),
            auto_answer_mode: Escaped(item.text("auto_answer_mode")),
        }
    }
}

struct Rows4<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
}

impl<'a> Rows4<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
        }
    }
}

struct Phone3<'a> {
    _of: PhantomData<&'a ()>,
    network_sync_enable: Escaped<'a>,
    network_sync_chain_id: Escaped<'a>,
    network_sync_primary_static_ip: Escaped<'a>,
}

impl<'a> Phone3<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            network_sync_enable: Escaped(item.text("network_sync_enable")),
            network_sync_chain_id: Escaped(item.text("network_sync_chain_id")),
            network_sync_primary_static_ip: Escaped(item.text("network_sync_primary_static_ip")),
        }
    }
}

pub(crate) struct Filled<'a> {
    phone: Phone<'a>,
    rows: Vec<Rows<'a>>,
    rows_2: Vec<Rows2<'a>>,
    rows_3: Vec<Rows3<'a>>,
    rows_4: Vec<Rows4<'a>>,
    phone_3: Phone3<'a>,
}

#[derive(Template)]
#[template(path = "m900/askama.txt", escape = "none", config = "askama.toml")]
struct Variables<'p, 'a> {
    phone: &'p Phone<'a>,
    rows: &'p [Rows<'a>],
    rows_2: &'p [Rows2<'a>],
    rows_3: &'p [Rows3<'a>],
    rows_4: &'p [Rows4<'a>],
    phone_3: &'p Phone3<'a>,
}

#[derive(Template)]
#[template(path = "m900/site_literal.txt", escape = "none", config = "askama.toml")]
struct SiteLiteral<'p, 'a> {
    phone: &'p Phone<'a>,
    rows: &'p [Rows<'a>],
    rows_2: &'p [Rows2<'a>],
    rows_3: &'p [Rows3<'a>],
    rows_4: &'p [Rows4<'a>],
    phone_3: &'p Phone3<'a>,
}

impl<'a> Filled<'a> {
    pub(crate) fn new(page: &'a Page) -> Self {
        Self {
            phone: Phone::new(&page.items("phone")[0]),
            rows: page.items("rows").iter().map(Rows::new).collect(),
            rows_2: page.items("rows_2").iter().map(Rows2::new).collect(),
            rows_3: page.items("rows_3").iter().map(Rows3::new).collect(),
            rows_4: page.items("rows_4").iter().map(Rows4::new).collect(),
            phone_3: Phone3::new(&page.items("phone_3")[0]),
        }
    }
}

impl Contender for Filled<'_> {
    fn askama(&self, out: &mut String) -> askama::Result<()> {
        Variables {
            phone: &self.phone,
            rows: &self.rows,
            rows_2: &self.rows_2,
            rows_3: &self.rows_3,
            rows_4: &self.rows_4,
            phone_3: &self.phone_3,
        }
        .render_into(out)
    }

    fn site_literal(&self, out: &mut String) -> askama::Result<()> {
        SiteLiteral {
            phone: &self.phone,
            rows: &self.rows,
            rows_2: &self.rows_2,
            rows_3: &self.rows_3,
            rows_4: &self.rows_4,
            phone_3: &self.phone_3,
        }
        .render_into(out)
    }

    fn appends(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.extend_from_slice(b"<setting-files>\n");
        out.extend_from_slice(b"  <file url=\"");
        self.phone.url.push_to(out);
        out.extend_from_slice(b"\"/>\n");
        out.extend_from_slice(b"</setting-files>\n");
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.extend_from_slice(b"<settings>\n");
        out.extend_from_slice(b"  <global>\n");
        out.extend_from_slice(b"    <setting_server>");
        self.phone.setting_server.push_to(out);
        out.extend_from_slice(b"</setting_server>\n");
        out.extend_from_slice(b"    <pnp_config>");
        self.phone.pnp_config.push_to(out);
        out.extend_from_slice(b"</pnp_config>\n");
        out.extend_from_slice(b"    <http_client_user>");
        self.phone.http_client_user.push_to(out);
        out.extend_from_slice(b"</http_client_user>\n");
        out.extend_from_slice(b"    <http_client_password>");
        self.phone.http_client_password.push_to(out);
        out.extend_from_slice(b"</http_client_password>\n");
        out.extend_from_slice(b"    <http_user>");
        self.phone.http_user.push_to(out);
        out.extend_from_slice(b"</http_user>\n");
        out.extend_from_slice(b"    <http_pass>");
        self.phone.http_pass.push_to(out);
        out.extend_from_slice(b"</http_pass>\n");
        out.extend_from_slice(b"    <http_basic_user>");
        self.phone.http_basic_user.push_to(out);
        out.extend_from_slice(b"</http_basic_user>\n");
        out.extend_from_slice(b"    <http_basic_pass>");
        self.phone.http_basic_pass.push_to(out);
        out.extend_from_slice(b"</http_basic_pass>\n");
        out.extend_from_slice(b"    <http_engineer_user>");
        self.phone.http_engineer_user.push_to(out);
        out.extend_from_slice(b"</http_engineer_user>\n");
        out.extend_from_slice(b"    <http_engineer_pass>");
        self.phone.http_engineer_pass.push_to(out);
        out.extend_from_slice(b"</http_engineer_pass>\n");
        out.extend_from_slice(b"    <tls_server_authentication>");
        self.phone.tls_server_authentication.push_to(out);
        out.extend_from_slice(b"</tls_server_authentication>\n");
        out.extend_from_slice(b"    <phone_name>");
        self.phone.phone_name.push_to(out);
        out.extend_from_slice(b"</phone_name>\n");
        out.extend_from_slice(b"    <ntp_server>");
        self.phone.ntp_server.push_to(out);
        out.extend_from_slice(b"</ntp_server>\n");
        out.extend_from_slice(b"    <timezone_by_country_region>");
        self.phone.timezone_by_country_region.push_to(out);
        out.extend_from_slice(b"</timezone_by_country_region>\n");
        out.extend_from_slice(b"    <timezone>");
        self.phone.timezone.push_to(out);
        out.extend_from_slice(b"</timezone>\n");
        out.extend_from_slice(b"    <dst_by_country_region>");
        self.phone.dst_by_country_region.push_to(out);
        out.extend_from_slice(b"</dst_by_country_region>\n");
        out.extend_from_slice(b"    <language>");
        self.phone.language.push_to(out);
        out.extend_from_slice(b"</language>\n");
        out.extend_from_slice(b"    <web_language>");
        self.phone.web_language.push_to(out);
        out.extend_from_slice(b"</web_language>\n");
        out.extend_from_slice(b"    <enable_rport_rfc3581>");
        self.phone.enable_rport_rfc3581.push_to(out);
        out.extend_from_slice(b"</enable_rport_rfc3581>\n");
        out.extend_from_slice(b"    <stun_server>");
        self.phone.stun_server.push_to(out);
        out.extend_from_slice(b"</stun_server>\n");
        out.extend_from_slice(b"    <auto_dect_register>");
        self.phone.auto_dect_register.push_to(out);
        out.extend_from_slice(b"</auto_dect_register>\n");
        out.extend_from_slice(b"    <phonebook_server_location>");
        self.phone.phonebook_server_location.push_to(out);
        out.extend_from_slice(b"</phonebook_server_location>\n");
        out.extend_from_slice(b"    <phonebook_location>");
        self.phone.phonebook_location.push_to(out);
        out.extend_from_slice(b"</phonebook_location>\n");
        out.extend_from_slice(b"    <phonebook_filename>");
        self.phone.phonebook_filename.push_to(out);
        out.extend_from_slice(b"</phonebook_filename>\n");
        out.extend_from_slice(b"    <ldap_server>");
        self.phone.ldap_server.push_to(out);
        out.extend_from_slice(b"</ldap_server>\n");
        out.extend_from_slice(b"  </global>\n");
        out.extend_from_slice(b"  <server>\n");
        for row in &self.rows {
            out.extend_from_slice(b"    <srv_sip_server_alias idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.srv_sip_server_alias.push_to(out);
            out.extend_from_slice(b"</srv_sip_server_alias>\n");
            out.extend_from_slice(b"    <user_host idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_host.push_to(out);
            out.extend_from_slice(b"</user_host>\n");
            out.extend_from_slice(b"    <user_outbound idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_outbound.push_to(out);
            out.extend_from_slice(b"</user_outbound>\n");
            out.extend_from_slice(b"    <srv_sip_transport idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.srv_sip_transport.push_to(out);
            out.extend_from_slice(b"</srv_sip_transport>\n");
            out.extend_from_slice(b"    <user_expiry idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_expiry.push_to(out);
            out.extend_from_slice(b"</user_expiry>\n");
            out.extend_from_slice(b"    <user_srtp idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_srtp.push_to(out);
            out.extend_from_slice(b"</user_srtp>\n");
            out.extend_from_slice(b"    <codec_priority_list idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.codec_priority_list.push_to(out);
            out.extend_from_slice(b"</codec_priority_list>\n");
            out.extend_from_slice(b"    <user_dtmf_info idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_dtmf_info.push_to(out);
            out.extend_from_slice(b"</user_dtmf_info>\n");
            out.extend_from_slice(b"    <keepalive_interval idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.keepalive_interval.push_to(out);
            out.extend_from_slice(b"</keepalive_interval>\n");
        }
        for row in &self.rows_2 {
            out.extend_from_slice(b"    <srv_sip_server_alias idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            out.extend_from_slice(b"");
            out.extend_from_slice(b"</srv_sip_server_alias>\n");
            out.extend_from_slice(b"    <user_host idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            out.extend_from_slice(b"");
            out.extend_from_slice(b"</user_host>\n");
        }
        out.extend_from_slice(b"  </server>\n");
        out.extend_from_slice(b"  <extension>\n");
        for row in &self.rows_3 {
            out.extend_from_slice(b"    <user_active idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_active.push_to(out);
            out.extend_from_slice(b"</user_active>\n");
            out.extend_from_slice(b"    <user_name idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_name.push_to(out);
            out.extend_from_slice(b"</user_name>\n");
            out.extend_from_slice(b"    <user_pname idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_pname.push_to(out);
            out.extend_from_slice(b"</user_pname>\n");
            out.extend_from_slice(b"    <user_pass idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_pass.push_to(out);
            out.extend_from_slice(b"</user_pass>\n");
            out.extend_from_slice(b"    <user_realname idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_realname.push_to(out);
            out.extend_from_slice(b"</user_realname>\n");
            out.extend_from_slice(b"    <subscr_sip_line_name idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.subscr_sip_line_name.push_to(out);
            out.extend_from_slice(b"</subscr_sip_line_name>\n");
            out.extend_from_slice(b"    <subscr_sip_hs_idx idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.subscr_sip_hs_idx.push_to(out);
            out.extend_from_slice(b"</subscr_sip_hs_idx>\n");
            out.extend_from_slice(b"    <subscr_dect_ipui idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.subscr_dect_ipui.push_to(out);
            out.extend_from_slice(b"</subscr_dect_ipui>\n");
            out.extend_from_slice(b"    <subscr_dect_ac_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.subscr_dect_ac_code.push_to(out);
            out.extend_from_slice(b"</subscr_dect_ac_code>\n");
            out.extend_from_slice(b"    <subscr_sip_ua_data_server_id idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.subscr_sip_ua_data_server_id.push_to(out);
            out.extend_from_slice(b"</subscr_sip_ua_data_server_id>\n");
            out.extend_from_slice(b"    <user_mailbox idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_mailbox.push_to(out);
            out.extend_from_slice(b"</user_mailbox>\n");
            out.extend_from_slice(b"    <user_mailnumber idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.user_mailnumber.push_to(out);
            out.extend_from_slice(b"</user_mailnumber>\n");
            out.extend_from_slice(b"    <call_waiting idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.call_waiting.push_to(out);
            out.extend_from_slice(b"</call_waiting>\n");
            out.extend_from_slice(b"    <fwd_all_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_all_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_all_enabled>\n");
            out.extend_from_slice(b"    <fwd_all_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_all_target.push_to(out);
            out.extend_from_slice(b"</fwd_all_target>\n");
            out.extend_from_slice(b"    <fwd_busy_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_busy_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_busy_enabled>\n");
            out.extend_from_slice(b"    <fwd_busy_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_busy_target.push_to(out);
            out.extend_from_slice(b"</fwd_busy_target>\n");
            out.extend_from_slice(b"    <fwd_time_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_time_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_time_enabled>\n");
            out.extend_from_slice(b"    <fwd_time_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_time_target.push_to(out);
            out.extend_from_slice(b"</fwd_time_target>\n");
            out.extend_from_slice(b"    <fwd_time_secs idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.fwd_time_secs.push_to(out);
            out.extend_from_slice(b"</fwd_time_secs>\n");
            out.extend_from_slice(b"    <auto_answer_mode idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            row.auto_answer_mode.push_to(out);
            out.extend_from_slice(b"</auto_answer_mode>\n");
        }
        for row in &self.rows_4 {
            out.extend_from_slice(b"    <user_active idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            out.extend_from_slice(b"off");
            out.extend_from_slice(b"</user_active>\n");
            out.extend_from_slice(b"    <user_name idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            out.extend_from_slice(b"");
            out.extend_from_slice(b"</user_name>\n");
            out.extend_from_slice(b"    <subscr_dect_ipui idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\">");
            out.extend_from_slice(b"0xFFFFFFFFFF");
            out.extend_from_slice(b"</subscr_dect_ipui>\n");
        }
        out.extend_from_slice(b"  </extension>\n");
        out.extend_from_slice(b"  <multicell>\n");
        out.extend_from_slice(b"    <network_sync_enable>");
        self.phone_3.network_sync_enable.push_to(out);
        out.extend_from_slice(b"</network_sync_enable>\n");
        out.extend_from_slice(b"    <network_sync_chain_id>");
        self.phone_3.network_sync_chain_id.push_to(out);
        out.extend_from_slice(b"</network_sync_chain_id>\n");
        out.extend_from_slice(b"    <network_sync_primary_static_ip>");
        self.phone_3.network_sync_primary_static_ip.push_to(out);
        out.extend_from_slice(b"</network_sync_primary_static_ip>\n");
        out.extend_from_slice(b"  </multicell>\n");
        out.extend_from_slice(b"</settings>\n");
    }
}
