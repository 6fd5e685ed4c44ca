//! Templates of the caller's: values of raw settings, and whole vendors (feature `templates`).
//!
//! A template is text with places in double braces that are filled in for each device, in the
//! language of [handlebars](https://handlebarsjs.com/guide/). Use one
//!
//! * for a raw setting of a shipped target whose value differs from phone to phone: an entry of
//!   `custom` with `template` instead of `value`;
//! * for a maker that this crate does not ship: a [`TemplateTarget`] of model rows, tables of the
//!   maker's words and template files, registered beside the shipped targets with
//!   [`Targets::new`](super::Targets::new).
//!
//! # A raw setting
//!
//! ```toml
//! [[site.settings.custom]]
//! target = "yealink"
//! name = "features.text_logo"
//! template = "{{site.name}} {{#if label}}{{label}}{{else}}{{mac}}{{/if}}"
//! ```
//!
//! What the template makes is one value: it is checked and escaped like a literal one, a control
//! character in it is an error, nothing at all clears the setting. Line ends between tags are left out
//! with `~`, as in `{{~#if label~}}`.
//!
#![cfg_attr(feature = "yealink", doc = "```")]
#![cfg_attr(not(feature = "yealink"), doc = "```ignore")]
//! use phone_provisioning::{Document, Provisioner, Targets};
//!
//! let document = Document::from_toml(r#"
//!     [site]
//!     name = "Example BV"
//!     [site.settings]
//!     time_zone = "Europe/Amsterdam"
//!     language = "en"
//!     registrar = { host = "sip.example.net" }
//!     [[site.settings.custom]]
//!     target = "yealink"
//!     name = "account.1.label"
//!     template = "{{#each extensions}}{{number}}={{display_name}}{{#unless @last}}, {{/unless}}{{/each}}"
//!     [[devices]]
//!     mac = "80:5e:0c:12:34:56"
//!     model = "yealink T46S"
//!     extensions = [
//!         { number = "1001", display_name = "Zoë & Co", password = "s3cret" },
//!         { number = "1002", display_name = "\"Bob\"", password = "s3cret" },
//!     ]
//! "#)?;
//! let fleet = document.resolve(&Targets::builtin())?;
//! let rendered = Provisioner::new(fleet.site().clone()).render(&fleet.devices()[0])?;
//! let file = rendered.file("805e0c123456.cfg").unwrap();
//! let text = std::str::from_utf8(file.bytes())?;
//! assert!(text.contains("\naccount.1.label = 1001=Zoë & Co, 1002=\"Bob\"\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A whole vendor
//!
//! `vendors/examples/` of the source has a complete one to copy. In short:
//!
//! ```
//! use std::sync::Arc;
//! use phone_provisioning::target::template::{FileTemplate, Format, TemplateTarget};
//! use phone_provisioning::target::{ModelRow, Targets};
//! use phone_provisioning::{Document, Provisioner};
//!
//! let mut row = ModelRow::new("X1");
//! row.accounts = Some(2);
//! row.line_keys = Some(0);
//! row.modules = Some(0);
//! row.handsets = Some(0);
//! let acme = TemplateTarget::builder("acme-desk", "acme")
//!     .model(row)
//!     .file(FileTemplate::new(
//!         "{{mac}}.xml",
//!         Format::Xml,
//!         "<phone zone=\"{{zone.posix}}\" language=\"{{language.tag}}\">\n\
//!          {{#each accounts}}\n\
//!          \x20 <account index=\"{{index}}\" server=\"{{#if used}}{{registrar.address}}{{/if}}\">\
//!          {{number}}:{{secret password}}</account>\n\
//!          {{/each}}\n\
//!          </phone>\n",
//!     ))
//!     .build()?;
//! let targets = Targets::new([Arc::new(acme) as Arc<_>]);
//!
//! let fleet = Document::from_toml(r#"
//!     [site]
//!     name = "Example BV"
//!     [site.settings]
//!     time_zone = "Europe/Amsterdam"
//!     language = "nl"
//!     registrar = { host = "sip.example.net" }
//!     [[devices]]
//!     mac = "00:00:5e:00:53:01"
//!     model = "Acme X1"
//!     extensions = [{ number = "1001", password = "s&cret" }]
//! "#)?.resolve(&targets)?;
//! let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
//! let rendered = provisioner.render(&fleet.devices()[0])?;
//! assert_eq!(
//!     std::str::from_utf8(rendered.file("00005e005301.xml").unwrap().bytes())?,
//!     "<phone zone=\"CET-1CEST,M3.5.0,M10.5.0/3\" language=\"nl\">\n  \
//!        <account index=\"1\" server=\"sip.example.net\">1001:s&amp;cret</account>\n  \
//!        <account index=\"2\" server=\"\">:</account>\n</phone>\n",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! * A name that the data does not have is an error with line and column, also in `#if`. What is absent
//!   is `null`: false in `#if`, nothing when written. So `{{settings.vlan.id}}` without a VLAN is an error, and
//!   `{{#if settings.vlan}}{{settings.vlan.id}}{{/if}}` is not.
//! * Values are escaped for the format of the file. `{{{…}}}` and `{{&…}}`, which would not, are refused;
//!   so are partials and decorators.
//! * Passwords and tokens are written by `{{secret …}}` and by nothing else.
//! * The result is read back where its format is known, see [`Format`]. A value is text of the file and
//!   nothing else; only values of ASCII letters, digits and `. _ -` may be part of a name or a comment.
//! * What is set for a phone and named in none of the vendor's templates is an error or a notice, as
//!   with the shipped targets: set on the device itself an error, inherited a notice.
//! * A template takes at most 200,000 steps and writes at most 4 MiB.
//!
//! # The data
//!
//! | name | what it is |
//! |---|---|
//! | `mac`, `mac_upper`, `mac_colons` | hardware address: `0004139a2b3c`, `0004139A2B3C`, `00:04:13:9a:2b:3c` |
//! | `vendor`, `model` | lower case; as in the model's row |
//! | `label`, `profile` | of the device |
//! | `token` | secret |
//! | `provisioning_url` | filled in; secret where it has a token; `null` while the device lacks one |
//! | `firmware` | `{version, url}`, or `null` when none is chosen |
//! | `site.name` | |
//! | `extensions` | the accounts in use, see below |
//! | `settings` | the words of the fleet document: `settings.vlan.id`, `settings.nat.stun.address`, …; always the highest layer. Places have `host`, `port` and `address` (`host:port`), codecs `name` and `token`, passwords are secrets, `daily_at` has `hour`, `minute`, `text` |
//! | `zone` | `name`, `posix`, `offset_seconds`, `offset_minutes`, `offset_hhmm` of the standard time, `rule` (`null`, or `start` and `end` with `month`, `week` 1–5 (5 = last), `weekday` 1 (Monday)–7, `hour`, `minute`; `shift_minutes`) |
//!
//! An account has `index` from 1, `used`, `logged_out`, `number`, `username`, `auth_username`, `password`
//! (secret), `label`, `display_name`, `voicemail`, `registrar` (`host`, `port`, `address`, `transport`,
//! `srtp`, `expires`), `transport`, `outbound_proxy`, `backup_registrar`, `codecs`, `dtmf`, `call_waiting`,
//! `ring_tones`, `forward`, `dnd`, `auto_answer`: its own value where it has one, else that of the layers.
//!
//! The files of a [`TemplateTarget`] also see
//!
//! | name | what it is |
//! |---|---|
//! | `family`, `tags` | of the model's row |
//! | `accounts` | every account of the model, with `used` false and everything else `null` where nobody uses it |
//! | `keys` | every key of the phone and its modules: `position`, `module` (`null` = the phone), `kind`, `value` (its own or the code that serves it), `pickup` (of a lamp), `label`, `extension`; `none` where nothing is |
//! | `language` | `tag`, and `token` out of the table `languages` |
//! | `custom` | the raw settings of this target: `name`, `index`, `value` (secret) |
//!
//! A shared file sees `vendor`, `model`, `site`, `settings` and `zone` of the site alone.
//!
//! # What a template can call
//!
//! | helper | does |
//! |---|---|
//! | `#if`, `#unless`, `#each`, `#with`, `lookup`, `len`, `eq` `ne` `gt` `gte` `lt` `lte` `and` `or` `not` | as in handlebars |
//! | `{{secret password}}`, `{{secret token place="url"}}` | writes a secret, as a part of a URL with `place` |
//! | `{{url_part label}}` | percent-encodes a part of a URL |
//! | `{{map "table" word}}`, `{{map "table" word index}}` | an entry of the vendor's tables; the words are joined with dots |
//! | `{{key_type kind}}` | the entry of the table `keys` |
//! | `{{#each (slots codecs 8)}}` | a list at exactly this length, its last entry repeated; entries have their place as `slot` |
//! | `{{minutes registrar.expires}}` | seconds as minutes, rounded up |
//! | `{{notice "…"}}`, `{{fail "…"}}` | tells the caller something about the phone, or refuses it; the text stands in the template |
//! | `{{scale settings.volumes.ringer 0 7}}` | a share of 0–100 as a step of a range |
//!
//! Three tables have a meaning: `codecs` (the words of the fleet document: what it lacks is left out of
//! the list with a notice, as with the shipped targets), `keys` (the kinds of keys; it has `none` and
//! `line`), `languages` (BCP 47 tags, found along the tag).

mod builder;
mod check;
mod custom;
mod data;
mod engine;
mod file;
mod helpers;
mod phone;
mod scan;
mod sink;
mod tables;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

pub use builder::TemplateTargetBuilder;
pub(crate) use custom::{CustomTemplates, check_value, fill_custom};
pub use file::{FileTemplate, Format, KeyValue};

use super::context::Context;
use super::{ModelRow, Output, Prepare, Prepared, ProvisioningTarget, TargetId};
use crate::error::{Error, ErrorKind, Errors, Notice, NoticeCode, Path};
use crate::model::{Device, FirmwareScheme};
use crate::parse;
use data::Data;
use engine::{Compiled, Engine, Secrets};
use file::{Names, file_name};
use scan::Fault;
use tables::Tables;

/// A target for phones that this crate does not ship, made of the caller's model rows, tables and
/// templates. See the [page of the module](self).
#[derive(Clone, Debug)]
pub struct TemplateTarget {
    id: TargetId,
    vendor: String,
    scheme: FirmwareScheme,
    models: Vec<ModelRow>,
    vendor_files: Arc<VendorFiles>,
}

/// What all prepared targets share.
struct VendorFiles {
    files: Vec<VendorFile>,
    tables: Arc<Tables>,
    /// Every name that stands in a template.
    names: BTreeSet<String>,
    plain: Engine,
    xml: Engine,
}

impl fmt::Debug for VendorFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.files.iter().map(|file| &file.about);
        f.debug_list().entries(names).finish()
    }
}

struct VendorFile {
    about: FileTemplate,
    template: Compiled,
}

impl TemplateTarget {
    /// Begins a target: its id in documents (`acme-desk`), and the maker's name as it stands before a
    /// model (`acme`), in lower-case letters and digits.
    pub fn builder(id: &str, vendor: &str) -> TemplateTargetBuilder {
        TemplateTargetBuilder::new(id, vendor)
    }
}

impl ProvisioningTarget for TemplateTarget {
    fn id(&self) -> TargetId {
        self.id.clone()
    }

    fn vendor(&self) -> &str {
        &self.vendor
    }

    fn firmware_scheme(&self) -> FirmwareScheme {
        self.scheme
    }

    fn models(&self) -> &[ModelRow] {
        &self.models
    }

    /// XML, when any of its files is.
    fn format(&self) -> parse::Format {
        let mut files = self.vendor_files.files.iter();
        if files.any(|file| file.about.format == Format::Xml) {
            parse::Format::Xml
        } else {
            parse::Format::Cfg
        }
    }

    fn file_names(&self, model: &ModelRow) -> Vec<String> {
        let names = Names {
            mac: "<mac>",
            mac_upper: "<MAC>",
            model: &model.name,
        };
        let (shared, own): (Vec<_>, Vec<_>) = self
            .vendor_files
            .files
            .iter()
            .partition(|file| file.about.shared);
        let files = shared.into_iter().chain(own);
        files
            .map(|file| file_name(&file.about.name, names))
            .collect()
    }

    fn prepare(&self, request: Prepare<'_>) -> Result<Box<dyn Prepared>, Errors> {
        Ok(Box::new(PreparedTemplates {
            context: Context::new(self, request),
            vendor_files: self.vendor_files.clone(),
        }))
    }
}

#[derive(Debug)]
struct PreparedTemplates {
    context: Context,
    vendor_files: Arc<VendorFiles>,
}

impl Prepared for PreparedTemplates {
    fn render(&self, device: &Device, output: &mut Output) -> Result<(), Errors> {
        let context = &self.context;
        let files = &*self.vendor_files;
        let mut job = context.job_for(device);
        job.errors.extend(context.limits(device));
        let mut data = Data::new(&mut job);
        let json = phone::data(&mut data, context, device, &files.tables, &files.names);
        let mut secrets = data.secrets;
        // What is missing in the data would be told once more by the templates.
        Errors::check(job.errors)?;

        let mac = device.mac().plain_lower().to_string();
        let mac_upper = device.mac().plain_upper().to_string();
        let names = Names {
            mac: &mac,
            mac_upper: &mac_upper,
            model: &context.model.name,
        };
        let own = files.files.iter().filter(|file| !file.about.shared);
        let written = files.write(own, Json::Object(json), &mut secrets, names, device.path());
        let written = written?.into_iter();
        written.for_each(|file| file.add(device.path(), output));
        job.notices
            .into_iter()
            .for_each(|notice| output.add_notice(notice));
        context.tell_of(device, output);
        Ok(())
    }

    fn render_shared(&self, output: &mut Output) -> Result<(), Errors> {
        let files = &*self.vendor_files;
        let at = Path::root().key("site");
        let mut job = self.context.shared_job(&at);
        let mut data = Data::new(&mut job);
        let mut json = data.of_site(&self.context);
        phone::codecs_of_phone(&mut json, &files.tables);
        let mut secrets = data.secrets;
        let names = Names {
            mac: "",
            mac_upper: "",
            model: &self.context.model.name,
        };
        let shared = files.files.iter().filter(|file| file.about.shared);
        let written = files.write(shared, Json::Object(json), &mut secrets, names, &at);
        written?.into_iter().for_each(|file| file.add(&at, output));
        Ok(())
    }
}

/// A file that is made and checked.
struct Written<'f> {
    about: &'f FileTemplate,
    name: String,
    aliases: Vec<String>,
    sensitive: bool,
    notices: Vec<String>,
    text: zeroize::Zeroizing<String>,
}

impl Written<'_> {
    fn add(self, at: &Path, output: &mut Output) {
        for text in self.notices {
            output.add_notice(Notice::new(NoticeCode::NotApplicable, at.clone(), text));
        }
        let aliases: Vec<&str> = self.aliases.iter().map(String::as_str).collect();
        let content_type = self.about.content_type;
        output.add_file(
            &self.name,
            &aliases,
            content_type,
            self.sensitive,
            |bytes| {
                bytes.extend_from_slice(self.text.as_bytes());
            },
        );
    }
}

impl VendorFiles {
    /// Fills in the templates of these files.
    ///
    /// # Errors
    /// What is wrong with each.
    fn write<'f>(
        &self,
        files: impl Iterator<Item = &'f VendorFile>,
        data: Json,
        secrets: &mut Secrets,
        names: Names<'_>,
        at: &Path,
    ) -> Result<Vec<Written<'f>>, Errors> {
        let mut written = Vec::new();
        let mut errors = Vec::new();
        for file in files {
            let about = &file.about;
            let engine = match about.format.escape() {
                engine::Escape::Xml => &self.xml,
                engine::Escape::None => &self.plain,
            };
            let of_template = || format!("the template of `{}`", about.name);
            let filled = engine.fill(&file.template, data.clone(), secrets);
            let sink = match filled {
                Ok(sink) => sink,
                Err(fault) => {
                    errors.push(error(at, of_template(), fault));
                    continue;
                }
            };
            if let Err(fault) = check::check(&about.format, &sink) {
                errors.push(error(at, format!("what {} gives", of_template()), fault));
            }
            let aliases = about.aliases.iter();
            written.push(Written {
                notices: sink.notices,
                name: file_name(&about.name, names),
                aliases: aliases.map(|alias| file_name(alias, names)).collect(),
                sensitive: about.sensitive || file.template.writes_secret,
                text: sink.text,
                about,
            });
        }
        Errors::check(errors).map(|()| written)
    }
}

fn error(at: &Path, what: String, fault: Fault) -> Error {
    let kind = ErrorKind::Template {
        what,
        line: fault.line,
        column: fault.column,
        reason: fault.reason,
    };
    Error::new(at.clone(), kind)
}
