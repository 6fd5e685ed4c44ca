//! What is wrong with the bytes of a file.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// How grave a finding is, of the parsers and of [`lint`](crate::inspect::lint()).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing.
    Info,
    /// It works, or works on some phones, and is not meant so.
    Warning,
    /// A phone refuses the file, or takes something else than what is meant.
    Error,
}

impl Level {
    /// The level as it is printed: `warning`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that is wrong with a file, and where.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Finding {
    code: &'static str,
    level: Level,
    span: Range<usize>,
    message: Cow<'static, str>,
}

impl Finding {
    /// A finding at a range of bytes. The message quotes no value: any value may be a secret.
    fn new(
        code: &'static str,
        level: Level,
        span: Range<usize>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let message = message.into();
        Self {
            code,
            level,
            span,
            message,
        }
    }

    /// Its stable code: `P0105`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// How grave it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Where it is, in bytes of the input.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What it is, in words; never a value of the file.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// A code of the parsers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseCode {
    /// The code.
    pub code: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What it means.
    pub meaning: &'static str,
    /// A piece of a file that has it.
    pub example: &'static str,
}

/// What the parsers find, by its code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Code(usize);

impl Code {
    fn row(self) -> &'static ParseCode {
        &PARSE_CODES[self.0]
    }

    pub(super) fn at(self, span: Range<usize>) -> Finding {
        let row = self.row();
        Finding::new(row.code, row.level, span, row.meaning)
    }

    pub(super) fn because(self, span: Range<usize>, message: String) -> Finding {
        let row = self.row();
        Finding::new(row.code, row.level, span, message)
    }
}

/// The findings of a file, as far as the limit allows.
#[derive(Debug)]
pub(super) struct Findings {
    list: Vec<Finding>,
    limit: usize,
    full: bool,
}

impl Findings {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            limit,
            full: false,
        }
    }

    pub(super) fn push(&mut self, finding: Finding) {
        if self.list.len() < self.limit {
            self.list.push(finding);
        } else if !self.full {
            self.full = true;
            self.list.push(Code::TOO_MANY_FINDINGS.at(finding.span));
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// In the order of the file.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| finding.span.start);
        self.list
    }
}

macro_rules! codes {
    ($($name:ident $code:literal $level:ident $meaning:literal $example:literal;)*) => {
        /// Every code that the parsers give, in order.
        pub const PARSE_CODES: &[ParseCode] = &[$(ParseCode {
            code: $code,
            level: Level::$level,
            meaning: $meaning,
            example: $example,
        }),*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name),* }

        impl Code {
            $(pub(super) const $name: Self = Self(Place::$name as usize);)*
        }
    };
}

codes! {
    TOO_LARGE "P0001" Error "the file is larger than the limit; the rest is not read" "";
    TOO_MANY_SETTINGS "P0002" Error "more settings than the limit; the rest is not read" "";
    TOO_DEEP "P0003" Error "elements stand deeper in one another than the limit" "";
    TOO_MANY_FINDINGS "P0004" Error "more findings than the limit; the rest is not listed" "";
    EMPTY "P0005" Error "the file is empty" "";
    NOT_TEXT "P0006" Error "neither text nor a whole number of encrypted blocks" "";
    ENCRYPTED "P0007" Info "the file is encrypted; decrypt it first" "#!encrypt:1.0.0.0";
    BYTE_ORDER_MARK "P0008" Warning "a byte-order mark stands before the first line; save the file without one" "\u{feff}#!version:1.0.0.1";
    UTF_16 "P0009" Error "the file is UTF-16; phones read UTF-8" "#\u{0}!\u{0}v\u{0}";
    NOT_UTF_8 "P0010" Error "bytes that are no UTF-8; save the file as UTF-8" "";
    CONTROL "P0011" Error "a control character" "account.1.label = a\u{7}b";
    RESIDUE "P0012" Warning "a piece of a template was left in" "account.1.label = {$label}";
    BEFORE_START "P0013" Error "something stands before the start of the file; a phone may refuse all of it" "Notice: undefined index\n<?xml version=\"1.0\"?><settings/>";
    WEB_PAGE "P0014" Error "this is a web page, probably the error message of a server" "<html><body>404</body></html>";
    MASKED "P0015" Warning "a masked secret of an export; sent back, the asterisks become the secret" "<http_pass>**********</http_pass>";
    OTHER_TEXT "P0016" Error "a text format of other devices; no setting of it is read" "%NETWORK_SNTP_SERVER%:\"ntp.example.net\"";
    NO_DECLARATION "P0101" Warning "no XML declaration on the first line" "<settings/>";
    COMMENT_FIRST "P0102" Warning "a comment stands before the XML declaration: not well-formed" "<!-- made by hand --><?xml version=\"1.0\"?><settings/>";
    DECLARATION_AGAIN "P0103" Error "an XML declaration in the middle of the file" "<settings><?xml version=\"1.0\"?></settings>";
    ENCODING "P0104" Warning "the declaration names another encoding than UTF-8" "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>";
    RAW_AMPERSAND "P0105" Error "`&` must be written `&amp;`" "<user_pass>a&b</user_pass>";
    RAW_LESS_THAN "P0106" Error "`<` must be written `&lt;`" "<fkey>blf <sip:1@h></fkey>";
    UNKNOWN_REFERENCE "P0107" Error "XML has no reference of this name" "<user_realname>a&nbsp;b</user_realname>";
    BYTE_REFERENCE "P0108" Warning "without `e=\"2\"` on the section a numeric reference means a byte of UTF-8; write the letter itself" "<user_realname>&#228;</user_realname>";
    NO_CHARACTER "P0109" Error "a numeric reference to no character" "<user_realname>&#0;</user_realname>";
    NO_QUOTES "P0110" Error "the value of an attribute stands without quotes" "<pp_fwu_sw_version type=M65>1</pp_fwu_sw_version>";
    STRAY_QUOTE "P0111" Error "a quote within the value of an attribute must be written `&quot;`" "<fkey label=\"Bob \"the\" X\"/>";
    LESS_THAN_IN_ATTRIBUTE "P0112" Error "`<` in an attribute must be written `&lt;`" "<fkey label=\"a<b\"/>";
    ATTRIBUTE_TWICE "P0113" Error "an attribute stands there twice" "<fkey idx=\"1\" idx=\"2\"/>";
    NO_VALUE "P0114" Error "an attribute without a value" "<fkey idx/>";
    TAG_NOT_CLOSED "P0115" Error "a tag is not closed by `>`" "<user_name idx=\"1\"\n<user_pass/>";
    NOT_CLOSED "P0116" Error "an element is not closed" "<user_name>201\n<user_pass>x</user_pass>";
    CLOSED_BY_OTHER "P0117" Error "an element is closed by the end tag of another" "<context_key idx=\"0\">keyevent F_REDIRECT</gui_fkey1>";
    CROSSED "P0118" Error "elements cross each other" "<a>1<b>2</a></b>";
    STRAY_END "P0119" Error "an end tag that closes nothing" "</user_name>";
    SECOND_ROOT "P0120" Error "a second root element; XML has one" "<settings/><settings/>";
    STRAY_TEXT "P0121" Error "text stands where only elements may" "<phone-settings>x</phone-settings>";
    NO_ROOT "P0122" Error "no root element around the settings" "<user_name idx=\"1\">201</user_name>";
    BAD_INDEX "P0123" Error "`idx` is no number" "<user_name idx=\"one\"/>";
    COMMENT_NOT_CLOSED "P0124" Error "a comment, a CDATA section or an instruction is not closed" "<!-- ";
    DASHES "P0125" Warning "`--` within a comment: not well-formed" "<!-- a -- b -->";
    DOCUMENT_TYPE "P0126" Warning "a document type is not read" "<!DOCTYPE settings>";
    NO_HEADER "P0201" Error "the first line is not `#!version:1.0.0.1`; a phone refuses such a file" "account.1.enable = 1";
    HEADER_LATE "P0202" Error "`#!version:1.0.0.1` must be the first line" "\n#!version:1.0.0.1";
    OTHER_HEADER "P0203" Error "the first line must be `#!version:1.0.0.1`, letter by letter" "#!version: 1.0.0.1";
    NO_EQUALS "P0204" Error "a line without `=`" "account.1.enable";
    BARE_NAME "P0205" Warning "nothing after `=`: phones ignore the line or reset the setting; write `%NULL%` to clear it" "account.1.label =";
    NO_NAME "P0206" Error "nothing before `=`" "= 1";
    STRANGE_NAME "P0207" Error "a character that no name has" "account 1.enable = 1";
    GLUED "P0208" Error "the next setting stands on the same line and becomes part of the value" "account.1.enable = 1account.1.label = Anna";
    COMMENT_IN_VALUE "P0209" Info "` #` begins no comment here: it is part of the value" "lang.gui = English # for all";
    QUOTED "P0210" Info "the quotes are part of the value" "lang.gui = \"English\"";
    BAD_PREFIX "P0211" Error "a list of models in brackets that is not closed, or that nothing follows" "[T46S account.1.enable = 1";
    BAD_INCLUDE "P0212" Error "`include:config` names a file as `<path>` or `\"path\"`" "include:config sip.cfg";
    INCLUDE_NAME "P0213" Warning "only files `….cfg` can be included" "include:config <sip.xml>";
    OLD_LINE_ENDS "P0214" Error "lines end in a carriage return alone" "a.b = 1\rc.d = 2";
    OTHER_COMMENT "P0215" Error "only `#` at the start of a line begins a comment" "; account 1";
    NO_COLON "P0301" Error "neither a comment nor `name: value`" "setting_server: x\nlanguage: English\nuser_pass x";
    OLD_FORM "P0302" Warning "the text form that XML replaced; phones read little of it" "setting_server: x";
}
