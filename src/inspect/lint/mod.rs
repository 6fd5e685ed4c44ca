//! Checks a file against what is known of its phones ([`lint`]).

mod codes;
mod facts;
mod index;
mod items;
mod logins;
mod names;
mod place;
mod together;
mod values;

use std::borrow::Cow;
use std::ops::Range;

pub use codes::{LINT_CODES, LintCode};

use crate::model::Firmware;
use crate::parse::{File, FileKind, Level, Limits, Position};
use crate::target::{ModelRow, ProvisioningTarget};
use facts::Facts;
use items::Items;

/// What to check, and what is known about it.
///
/// ```
/// use phone_provisioning::inspect::{LintRequest, lint};
/// use phone_provisioning::parse::{self, Limits};
/// # #[cfg(feature = "yealink")] {
/// use phone_provisioning::target::yealink::Yealink;
///
/// let bytes = b"#!version:1.0.0.1\naccount.1.enable = true\n";
/// let file = parse::parse(bytes, &Limits::default());
/// let findings = lint(&LintRequest::new(&file, &Yealink::new()));
///
/// assert_eq!(findings[0].code(), "Y0302");
/// assert_eq!(findings[0].position().line, 2);
/// assert_eq!(findings[0].suggestion(), Some("1"));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LintRequest<'a> {
    file: &'a File<'a>,
    target: &'a dyn ProvisioningTarget,
    model: Option<&'a ModelRow>,
    firmware: Option<Firmware>,
    shared: Option<bool>,
    limit: usize,
}

impl<'a> LintRequest<'a> {
    /// A file that is meant for phones of this target.
    pub fn new(file: &'a File<'a>, target: &'a dyn ProvisioningTarget) -> Self {
        Self {
            file,
            target,
            model: None,
            firmware: None,
            shared: None,
            limit: Limits::default().findings,
        }
    }

    /// The model that the file is for.
    #[must_use]
    pub fn model(self, model: &'a ModelRow) -> Self {
        let model = Some(model);
        Self { model, ..self }
    }

    /// The firmware that the phone runs.
    #[must_use]
    pub fn firmware(self, firmware: Firmware) -> Self {
        let firmware = Some(firmware);
        Self { firmware, ..self }
    }

    /// The name by which phones ask for the file: it tells a phone's own file from one that all
    /// phones of a model ask for. A name that tells neither changes nothing.
    #[must_use]
    pub fn file_name(self, name: &str) -> Self {
        let shared = place::is_shared(self.target, name).or(self.shared);
        Self { shared, ..self }
    }

    /// Whether the file is for all phones of a model (`true`) or for one phone.
    #[must_use]
    pub fn shared(self, shared: bool) -> Self {
        let shared = Some(shared);
        Self { shared, ..self }
    }

    /// How many findings are listed at most: 1,000, and one more that says that there are more.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

/// Something that is wrong with a file or worth knowing about it, and where.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct LintFinding {
    code: Cow<'static, str>,
    level: Level,
    #[serde(flatten)]
    position: Position,
    span: Range<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    message: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
}

impl LintFinding {
    /// Its stable code: `Y0103`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// How grave it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The line and the column where it begins.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Where it is, in bytes of the file.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The setting that it is about, as the file spells it, cut after 64 characters.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What it is, in words; never a value of the file.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The name or the value to write instead, where there is one.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

/// Checks a file against the dictionary of its phones, and against what is known of files that went
/// wrong. The findings, those of the parser among them, are in the order of the file.
///
/// Files that hold no settings of a phone (phone books, lists of languages, encrypted files) have
/// the findings of the parser alone.
///
/// Findings have stable codes: a letter and four digits. The letter is that of the target whose tables
/// the finding rests on ([`ProvisioningTarget::lint_prefix`]), `G` where it rests on none, `P` for what
/// is wrong with the bytes of the file ([`PARSE_CODES`](crate::parse::PARSE_CODES)). The number means the
/// same for every letter.
///
/// *Error*: the phone refuses it or does something else than is meant. *Warning*: the phone ignores
/// it, or it is a risk. *Info*: worth knowing, and right on some phones.
///
/// A rule that depends on the model or the firmware needs to be told them; without them the file is
/// judged by what holds for all phones of the target. No message holds a value of the file: any value
/// may be a secret.
///
#[doc = include_str!("codes.md")]
pub fn lint(request: &LintRequest<'_>) -> Vec<LintFinding> {
    let facts = Facts::of(request.target);
    let mut linter = Linter {
        request,
        level: facts.level(request.firmware),
        facts: &facts,
        found: Vec::new(),
        full: false,
    };
    for finding in request.file.findings() {
        linter.push(
            finding.code().into(),
            finding.level(),
            finding.span(),
            None,
            finding.message().to_owned().into(),
            None,
        );
    }
    let kind = request.file.kind();
    if matches!(
        kind,
        FileKind::Settings | FileKind::Boot | FileKind::Firmware
    ) && !request.target.settings().is_empty()
    {
        let items = Items::of(request, &facts);
        names::check(&mut linter, &items);
        index::check(&mut linter, &items);
        values::check(&mut linter, &items);
        place::check(&mut linter, &items);
        together::check(&mut linter, &items);
        logins::check(&mut linter, &items);
    }
    linter.finish()
}

/// What the rules share while a file is checked.
struct Linter<'a> {
    request: &'a LintRequest<'a>,
    /// The level of the phone's firmware, where it is known.
    level: Option<[u16; 5]>,
    facts: &'a Facts<'a>,
    found: Vec<LintFinding>,
    full: bool,
}

impl Linter<'_> {
    /// Tells something about a setting.
    fn tell(&mut self, code: LintCode, item: &items::Item<'_>, told: Told) {
        let letter = if code.general {
            'G'
        } else {
            self.request.target.lint_prefix()
        };
        let span = if told.at_value && !item.setting.value_span().is_empty() {
            item.setting.value_span()
        } else {
            item.setting.span()
        };
        self.push(
            format!("{letter}{}", code.number).into(),
            told.level.unwrap_or(code.level),
            span,
            Some(crate::error::shortened(item.setting.name())),
            told.message.into(),
            told.suggestion,
        );
    }

    fn push(
        &mut self,
        code: Cow<'static, str>,
        level: Level,
        span: Range<usize>,
        name: Option<String>,
        message: Cow<'static, str>,
        suggestion: Option<String>,
    ) {
        if self.found.len() >= self.request.limit {
            self.full = true;
            return;
        }
        let position = self.request.file.position(span.start);
        self.found.push(LintFinding {
            code,
            level,
            position,
            span,
            name,
            message,
            suggestion,
        });
    }

    fn finish(self) -> Vec<LintFinding> {
        let mut found = self.found;
        found.sort_by(|a, b| (a.span.start, &a.code).cmp(&(b.span.start, &b.code)));
        if self.full {
            let span = found.last().map_or(0..0, |last| last.span.clone());
            let position = self.request.file.position(span.start);
            found.push(LintFinding {
                code: format!("G{}", codes::TOO_MANY.number).into(),
                level: codes::TOO_MANY.level,
                position,
                span,
                name: None,
                message: codes::TOO_MANY.meaning.into(),
                suggestion: None,
            });
        }
        found
    }
}

/// What is told about a setting.
struct Told {
    message: String,
    suggestion: Option<String>,
    /// How grave it is, where that differs from the code's own level.
    level: Option<Level>,
    /// Whether it is about the value rather than the whole setting.
    at_value: bool,
}

impl Told {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            suggestion: None,
            level: None,
            at_value: false,
        }
    }

    /// About the value.
    fn at_value(self) -> Self {
        Self {
            at_value: true,
            ..self
        }
    }

    fn level(self, level: impl Into<Option<Level>>) -> Self {
        Self {
            level: level.into(),
            ..self
        }
    }

    fn instead(self, suggestion: impl Into<Option<String>>) -> Self {
        Self {
            suggestion: suggestion.into(),
            ..self
        }
    }
}

/// ` because …`, where there is a reason.
fn because(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!(": {reason}")
    }
}
