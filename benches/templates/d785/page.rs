// Made by `cargo bench -p provisioning-benches --bench templates -- --write` out of a rendered file.

struct Phone<'a> {
    _of: PhantomData<&'a ()>,
    url: Quoted<'a>,
    setting_server: Escaped<'a>,
    pnp_config: Escaped<'a>,
    update_policy: Escaped<'a>,
    prov_polling_enabled: Escaped<'a>,
    prov_polling_mode: Escaped<'a>,
    prov_polling_period: Escaped<'a>,
    http_client_user: Escaped<'a>,
    http_client_pass: Escaped<'a>,
    admin_mode: Escaped<'a>,
    admin_mode_login: Escaped<'a>,
    admin_mode_password: Escaped<'a>,
    admin_mode_password_confirm: Escaped<'a>,
    http_user: Escaped<'a>,
    http_pass: Escaped<'a>,
    service_mode_login: Escaped<'a>,
    service_mode_pass: Escaped<'a>,
    tls_server_authentication: Escaped<'a>,
    keyboard_lock_emergency: Escaped<'a>,
    logon_wizard: Escaped<'a>,
    ntp_server: Escaped<'a>,
    timezone: Escaped<'a>,
    time_24_format: Escaped<'a>,
    date_us_format: Escaped<'a>,
    language: Escaped<'a>,
    web_language: Escaped<'a>,
    enable_rport_rfc3581: Escaped<'a>,
    alert_internal_ring_text: Escaped<'a>,
    alert_internal_ring_sound: Escaped<'a>,
    display_method: Escaped<'a>,
    ldap_server: Escaped<'a>,
    ldap_port: Escaped<'a>,
    ldap_over_tls: Escaped<'a>,
    ldap_base: Escaped<'a>,
    ldap_username: Escaped<'a>,
    ldap_password: Escaped<'a>,
    ldap_search_filter: Escaped<'a>,
    ldap_number_filter: Escaped<'a>,
    ldap_name_attributes: Escaped<'a>,
    ldap_number_attributes: Escaped<'a>,
    ldap_display_name: Escaped<'a>,
}

impl<'a> Phone<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            url: Quoted(item.text("url")),
            setting_server: Escaped(item.text("setting_server")),
            pnp_config: Escaped(item.text("pnp_config")),
            update_policy: Escaped(item.text("update_policy")),
            prov_polling_enabled: Escaped(item.text("prov_polling_enabled")),
            prov_polling_mode: Escaped(item.text("prov_polling_mode")),
            prov_polling_period: Escaped(item.text("prov_polling_period")),
            http_client_user: Escaped(item.text("http_client_user")),
            http_client_pass: Escaped(item.text("http_client_pass")),
            admin_mode: Escaped(item.text("admin_mode")),
            admin_mode_login: Escaped(item.text("admin_mode_login")),
            admin_mode_password: Escaped(item.text("admin_mode_password")),
            admin_mode_password_confirm: Escaped(item.text("admin_mode_password_confirm")),
            http_user: Escaped(item.text("http_user")),
            http_pass: Escaped(item.text("http_pass")),
            service_mode_login: Escaped(item.text("service_mode_login")),
            service_mode_pass: Escaped(item.text("service_mode_pass")),
            tls_server_authentication: Escaped(item.text("tls_server_authentication")),
            keyboard_lock_emergency: Escaped(item.text("keyboard_lock_emergency")),
            logon_wizard: Escaped(item.text("logon_wizard")),
            ntp_server: Escaped(item.text("ntp_server")),
            timezone: Escaped(item.text("timezone")),
            time_24_format: Escaped(item.text("time_24_format")),
            date_us_format: Escaped(item.text("date_us_format")),
            language: Escaped(item.text("language")),
            web_language: Escaped(item.text("web_language")),
            enable_rport_rfc3581: Escaped(item.text("enable_rport_rfc3581")),
            alert_internal_ring_text: Escaped(item.text("alert_internal_ring_text")),
            alert_internal_ring_sound: Escaped(item.text("alert_internal_ring_sound")),
            display_method: Escaped(item.text("display_method")),
            ldap_server: Escaped(item.text("ldap_server")),
            ldap_port: Escaped(item.text("ldap_port")),
            ldap_over_tls: Escaped(item.text("ldap_over_tls")),
            ldap_base: Escaped(item.text("ldap_base")),
            ldap_username: Escaped(item.text("ldap_username")),
            ldap_password: Escaped(item.text("ldap_password")),
            ldap_search_filter: Escaped(item.text("ldap_search_filter")),
            ldap_number_filter: Escaped(item.text("ldap_number_filter")),
            ldap_name_attributes: Escaped(item.text("ldap_name_attributes")),
            ldap_number_attributes: Escaped(item.text("ldap_number_attributes")),
            ldap_display_name: Escaped(item.text("ldap_display_name")),
        }
    }
}

struct Rows<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    user_active: Escaped<'a>,
    user_realname: Escaped<'a>,
    user_name: Escaped<'a>,
    user_pname: Escaped<'a>,
    user_pass: Escaped<'a>,
    user_host: Escaped<'a>,
    user_outbound: Escaped<'a>,
    user_expiry: Escaped<'a>,
    user_srtp: Escaped<'a>,
    user_savp: Escaped<'a>,
    user_auth_tag: Escaped<'a>,
    codec_priority_list: Escaped<'a>,
    user_dtmf_info: Escaped<'a>,
    user_mailbox: Escaped<'a>,
    keepalive_interval: Escaped<'a>,
    stun_server: Escaped<'a>,
    user_ringer: Escaped<'a>,
    call_waiting: Escaped<'a>,
    dnd_mode: Escaped<'a>,
    dnd_on_code: Escaped<'a>,
    dnd_off_code: Escaped<'a>,
    fwd_all_enabled: Escaped<'a>,
    fwd_all_target: Escaped<'a>,
    fwd_all_on_code: Escaped<'a>,
    fwd_all_off_code: Escaped<'a>,
    fwd_busy_enabled: Escaped<'a>,
    fwd_busy_target: Escaped<'a>,
    fwd_busy_on_code: Escaped<'a>,
    fwd_busy_off_code: Escaped<'a>,
    fwd_time_enabled: Escaped<'a>,
    fwd_time_target: Escaped<'a>,
    fwd_time_secs: Escaped<'a>,
    fwd_time_on_code: Escaped<'a>,
    fwd_time_off_code: Escaped<'a>,
    user_auto_connect: Escaped<'a>,
    blf_directed_call_pickup: Escaped<'a>,
    blf_park_pick_up: Escaped<'a>,
    callpark_park_fac: Escaped<'a>,
    user_idle_text: Escaped<'a>,
    user_idle_number: Escaped<'a>,
}

impl<'a> Rows<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            user_active: Escaped(item.text("user_active")),
            user_realname: Escaped(item.text("user_realname")),
            user_name: Escaped(item.text("user_name")),
            user_pname: Escaped(item.text("user_pname")),
            user_pass: Escaped(item.text("user_pass")),
            user_host: Escaped(item.text("user_host")),
            user_outbound: Escaped(item.text("user_outbound")),
            user_expiry: Escaped(item.text("user_expiry")),
            user_srtp: Escaped(item.text("user_srtp")),
            user_savp: Escaped(item.text("user_savp")),
            user_auth_tag: Escaped(item.text("user_auth_tag")),
            codec_priority_list: Escaped(item.text("codec_priority_list")),
            user_dtmf_info: Escaped(item.text("user_dtmf_info")),
            user_mailbox: Escaped(item.text("user_mailbox")),
            keepalive_interval: Escaped(item.text("keepalive_interval")),
            stun_server: Escaped(item.text("stun_server")),
            user_ringer: Escaped(item.text("user_ringer")),
            call_waiting: Escaped(item.text("call_waiting")),
            dnd_mode: Escaped(item.text("dnd_mode")),
            dnd_on_code: Escaped(item.text("dnd_on_code")),
            dnd_off_code: Escaped(item.text("dnd_off_code")),
            fwd_all_enabled: Escaped(item.text("fwd_all_enabled")),
            fwd_all_target: Escaped(item.text("fwd_all_target")),
            fwd_all_on_code: Escaped(item.text("fwd_all_on_code")),
            fwd_all_off_code: Escaped(item.text("fwd_all_off_code")),
            fwd_busy_enabled: Escaped(item.text("fwd_busy_enabled")),
            fwd_busy_target: Escaped(item.text("fwd_busy_target")),
            fwd_busy_on_code: Escaped(item.text("fwd_busy_on_code")),
            fwd_busy_off_code: Escaped(item.text("fwd_busy_off_code")),
            fwd_time_enabled: Escaped(item.text("fwd_time_enabled")),
            fwd_time_target: Escaped(item.text("fwd_time_target")),
            fwd_time_secs: Escaped(item.text("fwd_time_secs")),
            fwd_time_on_code: Escaped(item.text("fwd_time_on_code")),
            fwd_time_off_code: Escaped(item.text("fwd_time_off_code")),
            user_auto_connect: Escaped(item.text("user_auto_connect")),
            blf_directed_call_pickup: Escaped(item.text("blf_directed_call_pickup")),
            blf_park_pick_up: Escaped(item.text("blf_park_pick_up")),
            callpark_park_fac: Escaped(item.text("callpark_park_fac")),
            user_idle_text: Escaped(item.text("user_idle_text")),
            user_idle_number: Escaped(item.text("user_idle_number")),
        }
    }
}

struct Keys<'a> {
    _of: PhantomData<&'a ()>,
    n: u32,
    context: Quoted<'a>,
    label: Quoted<'a>,
    fkey: Escaped<'a>,
}

impl<'a> Keys<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            _of: PhantomData,
            n: item.number(0),
            context: Quoted(item.text("context")),
            label: Quoted(item.text("label")),
            fkey: Escaped(item.text("fkey")),
        }
    }
}

pub(crate) struct Filled<'a> {
    phone: Phone<'a>,
    rows: Vec<Rows<'a>>,
    keys: Vec<Keys<'a>>,
}

#[derive(Template)]
#[template(path = "d785/askama.txt", escape = "none", config = "askama.toml")]
struct Variables<'p, 'a> {
    phone: &'p Phone<'a>,
    rows: &'p [Rows<'a>],
    keys: &'p [Keys<'a>],
}

#[derive(Template)]
#[template(path = "d785/site_literal.txt", escape = "none", config = "askama.toml")]
struct SiteLiteral<'p, 'a> {
    phone: &'p Phone<'a>,
    rows: &'p [Rows<'a>],
    keys: &'p [Keys<'a>],
}

impl<'a> Filled<'a> {
    pub(crate) fn new(page: &'a Page) -> Self {
        Self {
            phone: Phone::new(&page.items("phone")[0]),
            rows: page.items("rows").iter().map(Rows::new).collect(),
            keys: page.items("keys").iter().map(Keys::new).collect(),
        }
    }
}

impl Contender for Filled<'_> {
    fn askama(&self, out: &mut String) -> askama::Result<()> {
        Variables {
            phone: &self.phone,
            rows: &self.rows,
            keys: &self.keys,
        }
        .render_into(out)
    }

    fn site_literal(&self, out: &mut String) -> askama::Result<()> {
        SiteLiteral {
            phone: &self.phone,
            rows: &self.rows,
            keys: &self.keys,
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
        out.extend_from_slice(b"  <phone-settings e=\"2\">\n");
        out.extend_from_slice(b"    <setting_server perm=\"RW\">");
        self.phone.setting_server.push_to(out);
        out.extend_from_slice(b"</setting_server>\n");
        out.extend_from_slice(b"    <pnp_config perm=\"R\">");
        self.phone.pnp_config.push_to(out);
        out.extend_from_slice(b"</pnp_config>\n");
        out.extend_from_slice(b"    <update_policy perm=\"R\">");
        self.phone.update_policy.push_to(out);
        out.extend_from_slice(b"</update_policy>\n");
        out.extend_from_slice(b"    <prov_polling_enabled perm=\"R\">");
        self.phone.prov_polling_enabled.push_to(out);
        out.extend_from_slice(b"</prov_polling_enabled>\n");
        out.extend_from_slice(b"    <prov_polling_mode perm=\"R\">");
        self.phone.prov_polling_mode.push_to(out);
        out.extend_from_slice(b"</prov_polling_mode>\n");
        out.extend_from_slice(b"    <prov_polling_period perm=\"R\">");
        self.phone.prov_polling_period.push_to(out);
        out.extend_from_slice(b"</prov_polling_period>\n");
        out.extend_from_slice(b"    <http_client_user perm=\"R\">");
        self.phone.http_client_user.push_to(out);
        out.extend_from_slice(b"</http_client_user>\n");
        out.extend_from_slice(b"    <http_client_pass perm=\"R\">");
        self.phone.http_client_pass.push_to(out);
        out.extend_from_slice(b"</http_client_pass>\n");
        out.extend_from_slice(b"    <admin_mode perm=\"RW\">");
        self.phone.admin_mode.push_to(out);
        out.extend_from_slice(b"</admin_mode>\n");
        out.extend_from_slice(b"    <admin_mode_login perm=\"R\">");
        self.phone.admin_mode_login.push_to(out);
        out.extend_from_slice(b"</admin_mode_login>\n");
        out.extend_from_slice(b"    <admin_mode_password perm=\"R\">");
        self.phone.admin_mode_password.push_to(out);
        out.extend_from_slice(b"</admin_mode_password>\n");
        out.extend_from_slice(b"    <admin_mode_password_confirm perm=\"R\">");
        self.phone.admin_mode_password_confirm.push_to(out);
        out.extend_from_slice(b"</admin_mode_password_confirm>\n");
        out.extend_from_slice(b"    <http_user perm=\"R\">");
        self.phone.http_user.push_to(out);
        out.extend_from_slice(b"</http_user>\n");
        out.extend_from_slice(b"    <http_pass perm=\"R\">");
        self.phone.http_pass.push_to(out);
        out.extend_from_slice(b"</http_pass>\n");
        out.extend_from_slice(b"    <service_mode_login perm=\"R\">");
        self.phone.service_mode_login.push_to(out);
        out.extend_from_slice(b"</service_mode_login>\n");
        out.extend_from_slice(b"    <service_mode_pass perm=\"R\">");
        self.phone.service_mode_pass.push_to(out);
        out.extend_from_slice(b"</service_mode_pass>\n");
        out.extend_from_slice(b"    <tls_server_authentication perm=\"R\">");
        self.phone.tls_server_authentication.push_to(out);
        out.extend_from_slice(b"</tls_server_authentication>\n");
        out.extend_from_slice(b"    <keyboard_lock_emergency perm=\"R\">");
        self.phone.keyboard_lock_emergency.push_to(out);
        out.extend_from_slice(b"</keyboard_lock_emergency>\n");
        out.extend_from_slice(b"    <logon_wizard perm=\"R\">");
        self.phone.logon_wizard.push_to(out);
        out.extend_from_slice(b"</logon_wizard>\n");
        out.extend_from_slice(b"    <ntp_server perm=\"R\">");
        self.phone.ntp_server.push_to(out);
        out.extend_from_slice(b"</ntp_server>\n");
        out.extend_from_slice(b"    <timezone perm=\"R\">");
        self.phone.timezone.push_to(out);
        out.extend_from_slice(b"</timezone>\n");
        out.extend_from_slice(b"    <time_24_format perm=\"RW\">");
        self.phone.time_24_format.push_to(out);
        out.extend_from_slice(b"</time_24_format>\n");
        out.extend_from_slice(b"    <date_us_format perm=\"RW\">");
        self.phone.date_us_format.push_to(out);
        out.extend_from_slice(b"</date_us_format>\n");
        out.extend_from_slice(b"    <language perm=\"RW\">");
        self.phone.language.push_to(out);
        out.extend_from_slice(b"</language>\n");
        out.extend_from_slice(b"    <web_language perm=\"RW\">");
        self.phone.web_language.push_to(out);
        out.extend_from_slice(b"</web_language>\n");
        out.extend_from_slice(b"    <enable_rport_rfc3581 perm=\"R\">");
        self.phone.enable_rport_rfc3581.push_to(out);
        out.extend_from_slice(b"</enable_rport_rfc3581>\n");
        out.extend_from_slice(b"    <alert_internal_ring_text perm=\"R\">");
        self.phone.alert_internal_ring_text.push_to(out);
        out.extend_from_slice(b"</alert_internal_ring_text>\n");
        out.extend_from_slice(b"    <alert_internal_ring_sound perm=\"RW\">");
        self.phone.alert_internal_ring_sound.push_to(out);
        out.extend_from_slice(b"</alert_internal_ring_sound>\n");
        out.extend_from_slice(b"    <display_method perm=\"RW\">");
        self.phone.display_method.push_to(out);
        out.extend_from_slice(b"</display_method>\n");
        out.extend_from_slice(b"    <ldap_server perm=\"R\">");
        self.phone.ldap_server.push_to(out);
        out.extend_from_slice(b"</ldap_server>\n");
        out.extend_from_slice(b"    <ldap_port perm=\"R\">");
        self.phone.ldap_port.push_to(out);
        out.extend_from_slice(b"</ldap_port>\n");
        out.extend_from_slice(b"    <ldap_over_tls perm=\"R\">");
        self.phone.ldap_over_tls.push_to(out);
        out.extend_from_slice(b"</ldap_over_tls>\n");
        out.extend_from_slice(b"    <ldap_base perm=\"R\">");
        self.phone.ldap_base.push_to(out);
        out.extend_from_slice(b"</ldap_base>\n");
        out.extend_from_slice(b"    <ldap_username perm=\"R\">");
        self.phone.ldap_username.push_to(out);
        out.extend_from_slice(b"</ldap_username>\n");
        out.extend_from_slice(b"    <ldap_password perm=\"R\">");
        self.phone.ldap_password.push_to(out);
        out.extend_from_slice(b"</ldap_password>\n");
        out.extend_from_slice(b"    <ldap_search_filter perm=\"R\">");
        self.phone.ldap_search_filter.push_to(out);
        out.extend_from_slice(b"</ldap_search_filter>\n");
        out.extend_from_slice(b"    <ldap_number_filter perm=\"R\">");
        self.phone.ldap_number_filter.push_to(out);
        out.extend_from_slice(b"</ldap_number_filter>\n");
        out.extend_from_slice(b"    <ldap_name_attributes perm=\"R\">");
        self.phone.ldap_name_attributes.push_to(out);
        out.extend_from_slice(b"</ldap_name_attributes>\n");
        out.extend_from_slice(b"    <ldap_number_attributes perm=\"R\">");
        self.phone.ldap_number_attributes.push_to(out);
        out.extend_from_slice(b"</ldap_number_attributes>\n");
        out.extend_from_slice(b"    <ldap_display_name perm=\"R\">");
        self.phone.ldap_display_name.push_to(out);
        out.extend_from_slice(b"</ldap_display_name>\n");
        for row in &self.rows {
            out.extend_from_slice(b"    <user_active idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_active.push_to(out);
            out.extend_from_slice(b"</user_active>\n");
            out.extend_from_slice(b"    <user_realname idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_realname.push_to(out);
            out.extend_from_slice(b"</user_realname>\n");
            out.extend_from_slice(b"    <user_name idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_name.push_to(out);
            out.extend_from_slice(b"</user_name>\n");
            out.extend_from_slice(b"    <user_pname idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_pname.push_to(out);
            out.extend_from_slice(b"</user_pname>\n");
            out.extend_from_slice(b"    <user_pass idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_pass.push_to(out);
            out.extend_from_slice(b"</user_pass>\n");
            out.extend_from_slice(b"    <user_host idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_host.push_to(out);
            out.extend_from_slice(b"</user_host>\n");
            out.extend_from_slice(b"    <user_outbound idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_outbound.push_to(out);
            out.extend_from_slice(b"</user_outbound>\n");
            out.extend_from_slice(b"    <user_expiry idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_expiry.push_to(out);
            out.extend_from_slice(b"</user_expiry>\n");
            out.extend_from_slice(b"    <user_srtp idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_srtp.push_to(out);
            out.extend_from_slice(b"</user_srtp>\n");
            out.extend_from_slice(b"    <user_savp idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_savp.push_to(out);
            out.extend_from_slice(b"</user_savp>\n");
            out.extend_from_slice(b"    <user_auth_tag idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_auth_tag.push_to(out);
            out.extend_from_slice(b"</user_auth_tag>\n");
            out.extend_from_slice(b"    <codec_priority_list idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.codec_priority_list.push_to(out);
            out.extend_from_slice(b"</codec_priority_list>\n");
            out.extend_from_slice(b"    <user_dtmf_info idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_dtmf_info.push_to(out);
            out.extend_from_slice(b"</user_dtmf_info>\n");
            out.extend_from_slice(b"    <user_mailbox idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_mailbox.push_to(out);
            out.extend_from_slice(b"</user_mailbox>\n");
            out.extend_from_slice(b"    <keepalive_interval idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.keepalive_interval.push_to(out);
            out.extend_from_slice(b"</keepalive_interval>\n");
            out.extend_from_slice(b"    <stun_server idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.stun_server.push_to(out);
            out.extend_from_slice(b"</stun_server>\n");
            out.extend_from_slice(b"    <user_ringer idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.user_ringer.push_to(out);
            out.extend_from_slice(b"</user_ringer>\n");
            out.extend_from_slice(b"    <call_waiting idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.call_waiting.push_to(out);
            out.extend_from_slice(b"</call_waiting>\n");
            out.extend_from_slice(b"    <dnd_mode idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.dnd_mode.push_to(out);
            out.extend_from_slice(b"</dnd_mode>\n");
            out.extend_from_slice(b"    <dnd_on_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.dnd_on_code.push_to(out);
            out.extend_from_slice(b"</dnd_on_code>\n");
            out.extend_from_slice(b"    <dnd_off_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.dnd_off_code.push_to(out);
            out.extend_from_slice(b"</dnd_off_code>\n");
            out.extend_from_slice(b"    <fwd_all_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_all_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_all_enabled>\n");
            out.extend_from_slice(b"    <fwd_all_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_all_target.push_to(out);
            out.extend_from_slice(b"</fwd_all_target>\n");
            out.extend_from_slice(b"    <fwd_all_on_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_all_on_code.push_to(out);
            out.extend_from_slice(b"</fwd_all_on_code>\n");
            out.extend_from_slice(b"    <fwd_all_off_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_all_off_code.push_to(out);
            out.extend_from_slice(b"</fwd_all_off_code>\n");
            out.extend_from_slice(b"    <fwd_busy_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_busy_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_busy_enabled>\n");
            out.extend_from_slice(b"    <fwd_busy_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_busy_target.push_to(out);
            out.extend_from_slice(b"</fwd_busy_target>\n");
            out.extend_from_slice(b"    <fwd_busy_on_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_busy_on_code.push_to(out);
            out.extend_from_slice(b"</fwd_busy_on_code>\n");
            out.extend_from_slice(b"    <fwd_busy_off_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_busy_off_code.push_to(out);
            out.extend_from_slice(b"</fwd_busy_off_code>\n");
            out.extend_from_slice(b"    <fwd_time_enabled idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_time_enabled.push_to(out);
            out.extend_from_slice(b"</fwd_time_enabled>\n");
            out.extend_from_slice(b"    <fwd_time_target idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_time_target.push_to(out);
            out.extend_from_slice(b"</fwd_time_target>\n");
            out.extend_from_slice(b"    <fwd_time_secs idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"RW\">");
            row.fwd_time_secs.push_to(out);
            out.extend_from_slice(b"</fwd_time_secs>\n");
            out.extend_from_slice(b"    <fwd_time_on_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_time_on_code.push_to(out);
            out.extend_from_slice(b"</fwd_time_on_code>\n");
            out.extend_from_slice(b"    <fwd_time_off_code idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fwd_time_off_code.push_to(out);
            out.extend_from_slice(b"</fwd_time_off_code>\n");
            out.extend_from_slice(b"    <user_auto_connect idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_auto_connect.push_to(out);
            out.extend_from_slice(b"</user_auto_connect>\n");
            out.extend_from_slice(b"    <blf_directed_call_pickup idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.blf_directed_call_pickup.push_to(out);
            out.extend_from_slice(b"</blf_directed_call_pickup>\n");
            out.extend_from_slice(b"    <blf_park_pick_up idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.blf_park_pick_up.push_to(out);
            out.extend_from_slice(b"</blf_park_pick_up>\n");
            out.extend_from_slice(b"    <callpark_park_fac idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.callpark_park_fac.push_to(out);
            out.extend_from_slice(b"</callpark_park_fac>\n");
            out.extend_from_slice(b"    <user_idle_text idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_idle_text.push_to(out);
            out.extend_from_slice(b"</user_idle_text>\n");
            out.extend_from_slice(b"    <user_idle_number idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.user_idle_number.push_to(out);
            out.extend_from_slice(b"</user_idle_number>\n");
        }
        out.extend_from_slice(b"  </phone-settings>\n");
        out.extend_from_slice(b"  <functionKeys e=\"2\">\n");
        for row in &self.keys {
            out.extend_from_slice(b"    <fkey idx=\"");
            row.n.push_to(out);
            out.extend_from_slice(b"\" context=\"");
            row.context.push_to(out);
            out.extend_from_slice(b"\" label=\"");
            row.label.push_to(out);
            out.extend_from_slice(b"\" perm=\"R\">");
            row.fkey.push_to(out);
            out.extend_from_slice(b"</fkey>\n");
        }
        out.extend_from_slice(b"  </functionKeys>\n");
        out.extend_from_slice(b"</settings>\n");
    }
}
