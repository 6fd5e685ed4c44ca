//! XML-RPC: calls are written, answers are read.
//!
//! The specification is short (xmlrpc.com/spec.md) and its servers are lax: a string stands in a
//! `<string>` or in nothing, tags are pretty-printed, prefixed, or with attributes. All of that is read.
//! A document type is not: an entity of its own could make megabytes out of a line.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::MAX_ANSWER_LEN;
use crate::emit::xml;

/// What the services are told. All of it comes from checked types ([`Mac`](crate::model::Mac),
/// [`Url`](crate::model::Url), names), none of which holds a character that XML cannot carry.
#[derive(Clone, Copy)]
pub(crate) enum Param<'a> {
    Text(&'a str),
    Texts(&'a [String]),
    Nil,
}

/// A call: the body of a `POST` of `text/xml`.
pub(crate) fn call(method: &str, params: &[Param<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall><methodName>");
    xml::escape(method, false, &mut out);
    out.extend_from_slice(b"</methodName><params>");
    for param in params {
        out.extend_from_slice(b"<param>");
        match param {
            Param::Text(text) => string(text, &mut out),
            Param::Texts(texts) => {
                out.extend_from_slice(b"<value><array><data>");
                texts.iter().for_each(|text| string(text, &mut out));
                out.extend_from_slice(b"</data></array></value>");
            }
            Param::Nil => out.extend_from_slice(b"<value><nil/></value>"),
        }
        out.extend_from_slice(b"</param>");
    }
    out.extend_from_slice(b"</params></methodCall>\n");
    out
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<value><string>");
    xml::escape(text, false, out);
    out.extend_from_slice(b"</string></value>");
}

/// What came back.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Answer {
    Value(Value),
    /// The call was not answered at all: an unknown method, a wrong number of parameters.
    Fault {
        code: i64,
        text: String,
    },
}

/// A value of an answer. Numbers with a fraction, dates and bytes are the text that stands there: no
/// service needs them.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Value {
    Text(String),
    Boolean(bool),
    Int(i64),
    Array(Vec<Value>),
    Struct(Vec<(String, Value)>),
    Nil,
}

impl Value {
    /// The text, without blanks around it.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    /// The value of this member.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        let Self::Struct(members) = self else {
            return None;
        };
        let (_, value) = members.iter().find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// Reads an answer.
///
/// # Errors
/// What is wrong with it, in words of ours.
pub(crate) fn answer(body: &[u8]) -> Result<Answer, &'static str> {
    if body.len() > MAX_ANSWER_LEN {
        return Err("it is too long");
    }
    let text = decoded(body).ok_or("it is not in UTF-8")?;
    let mut reader = Reader::from_str(&text);
    // `<a/>` comes as `<a></a>`.
    reader.config_mut().expand_empty_elements = true;
    let mut parser = Parser { reader, values: 0 };
    parser.document()
}

/// UTF-8 whatever is declared, or Latin-1 where that is declared.
fn decoded(body: &[u8]) -> Option<Cow<'_, str>> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if let Ok(text) = std::str::from_utf8(body) {
        return Some(Cow::Borrowed(text));
    }
    let head = body.get(..body.len().min(128))?.to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head).into_owned();
    let declared = head.split("encoding=").nth(1)?;
    let latin = ["iso-8859-1", "latin1", "windows-1252"];
    let name = declared.get(1..)?;
    let is_latin = latin.iter().any(|latin| name.starts_with(latin));
    is_latin.then(|| body.iter().copied().map(char::from).collect())
}

/// Arrays and structs inside one another: deeper than any service, and no danger to the stack.
const DEEPEST: usize = 32;

/// Values of one answer: twice the phones of the largest account.
const MOST_VALUES: usize = 200_000;

const CUT: &str = "it ends in the middle";
const NOT_XML: &str = "it is not well-formed XML";
const NO_ANSWER: &str = "it is no XML-RPC answer";

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    values: usize,
}

enum Token {
    /// Its name without prefix.
    Open(String),
    Close,
    Text(String),
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Answer, &'static str> {
        // What a server prints in front of its answer is no part of it.
        let root = loop {
            if let Token::Open(name) = self.token()? {
                break name;
            }
        };
        is(&root, "methodResponse")?;
        let answer = match self.open()?.as_deref() {
            Some("params") => {
                self.expect("param")?;
                self.expect("value")?;
                let value = self.value(0)?;
                self.close()?;
                Answer::Value(value)
            }
            Some("fault") => {
                self.expect("value")?;
                let value = self.value(0)?;
                let code = match value.member("faultCode") {
                    Some(Value::Int(code)) => *code,
                    Some(code) => code.text().and_then(|code| code.parse().ok()).unwrap_or(0),
                    None => return Err("it tells a fault without a code"),
                };
                let text = value.member("faultString").and_then(Value::text);
                let text = text.unwrap_or_default().to_owned();
                Answer::Fault { code, text }
            }
            _ => return Err(NO_ANSWER),
        };
        self.close()?;
        self.close()?;
        Ok(answer)
    }

    /// The rest of a `<value>`.
    fn value(&mut self, depth: usize) -> Result<Value, &'static str> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES {
            return Err("it holds too much");
        }
        let mut text = String::new();
        loop {
            match self.token()? {
                Token::Text(part) => text.push_str(&part),
                Token::Close => return Ok(Value::Text(text)),
                Token::Open(_) if !text.trim().is_empty() => return Err(NO_ANSWER),
                Token::Open(kind) => {
                    let value = self.typed(&kind, depth)?;
                    self.close()?;
                    return Ok(value);
                }
            }
        }
    }

    /// The rest of the element that names the type of a value.
    fn typed(&mut self, kind: &str, depth: usize) -> Result<Value, &'static str> {
        Ok(match kind {
            "array" => self.array(depth)?,
            "struct" => self.members(depth)?,
            "boolean" => match &*self.leaf()?.trim().to_ascii_lowercase() {
                "1" | "true" => Value::Boolean(true),
                "0" | "false" => Value::Boolean(false),
                _ => return Err("it holds a boolean that is neither true nor false"),
            },
            "int" | "i4" | "i8" => {
                let number = self.leaf()?.trim().parse();
                Value::Int(number.map_err(|_| "it holds a number that is none")?)
            }
            "nil" => {
                self.leaf()?;
                Value::Nil
            }
            _ => Value::Text(self.leaf()?),
        })
    }

    fn array(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut values = Vec::new();
        if let Some(name) = self.open()? {
            is(&name, "data")?;
            while let Some(name) = self.open()? {
                is(&name, "value")?;
                values.push(self.value(depth + 1)?);
            }
            self.close()?;
        }
        Ok(Value::Array(values))
    }

    fn members(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut members = Vec::new();
        while let Some(name) = self.open()? {
            is(&name, "member")?;
            self.expect("name")?;
            let name = self.leaf()?.trim().to_owned();
            self.expect("value")?;
            members.push((name, self.value(depth + 1)?));
            self.close()?;
        }
        Ok(Value::Struct(members))
    }

    /// The text up to the end of an element that has no others in it.
    fn leaf(&mut self) -> Result<String, &'static str> {
        let mut text = String::new();
        loop {
            match self.token()? {
                Token::Text(part) => text.push_str(&part),
                Token::Close => return Ok(text),
                Token::Open(_) => return Err(NO_ANSWER),
            }
        }
    }

    /// The name of the next element, or that the one around it ends.
    fn open(&mut self) -> Result<Option<String>, &'static str> {
        loop {
            match self.token()? {
                Token::Open(name) => return Ok(Some(name)),
                Token::Close => return Ok(None),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(_) => return Err(NO_ANSWER),
            }
        }
    }

    fn expect(&mut self, wanted: &str) -> Result<(), &'static str> {
        is(&self.open()?.unwrap_or_default(), wanted)
    }

    fn close(&mut self) -> Result<(), &'static str> {
        match self.open()? {
            None => Ok(()),
            Some(_) => Err(NO_ANSWER),
        }
    }

    fn token(&mut self) -> Result<Token, &'static str> {
        loop {
            return Ok(match self.reader.read_event().map_err(|_| NOT_XML)? {
                Event::Start(tag) => Token::Open(tag.local_name().as_ref().to_owned()),
                Event::End(_) => Token::Close,
                Event::Text(text) => Token::Text(text.to_string()),
                Event::CData(text) => Token::Text(text.to_string()),
                Event::GeneralRef(reference) => {
                    let character = match &*reference {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => match reference.resolve_char_ref() {
                            Ok(Some(character)) => character,
                            _ => return Err(NOT_XML),
                        },
                    };
                    Token::Text(character.to_string())
                }
                Event::Eof => return Err(CUT),
                Event::DocType(_) => return Err("it brings a document type"),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_) => continue,
            });
        }
    }
}

/// Whether an element has this name.
fn is(name: &str, wanted: &str) -> Result<(), &'static str> {
    if name == wanted {
        return Ok(());
    }
    Err(NO_ANSWER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn around(value: &str) -> String {
        let start = "<?xml version=\"1.0\"?><methodResponse><params><param>";
        format!("{start}{value}</param></params></methodResponse>")
    }

    fn of_value(value: &str) -> Result<Value, &'static str> {
        match answer(around(value).as_bytes())? {
            Answer::Value(value) => Ok(value),
            Answer::Fault { .. } => panic!("a fault"),
        }
    }

    #[test]
    fn calls_are_escaped() {
        let macs = ["001565A1B2C3".to_owned()];
        let params = [
            Param::Text("a&b<c>\"é'"),
            Param::Texts(&macs),
            Param::Texts(&[]),
            Param::Nil,
        ];
        let expected = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<methodCall><methodName>redirect.x</methodName><params>",
            "<param><value><string>a&amp;b&lt;c&gt;\"é'</string></value></param>",
            "<param><value><array><data><value><string>001565A1B2C3</string></value></data></array>",
            "</value></param><param><value><array><data></data></array></value></param>",
            "<param><value><nil/></value></param></params></methodCall>\n",
        );
        let written = String::from_utf8(call("redirect.x", &params)).unwrap();
        assert_eq!(written, expected);
    }

    #[test]
    fn values_of_every_type() {
        let read = |value: &str| of_value(value).unwrap();
        assert_eq!(read("<value>OK</value>"), text("OK"));
        assert_eq!(read("<value><string>Ok</string></value>"), text("Ok"));
        let spaced = "<value>\n  <string> a &amp; b </string>\n</value>";
        assert_eq!(read(spaced), text(" a & b "));
        assert_eq!(read("<value></value>"), text(""));
        assert_eq!(read("<value/>"), text(""));
        assert_eq!(read("<value><string/></value>"), text(""));
        let mixed = "<value><![CDATA[a&b<c>]]> d&#x41;&#66;</value>";
        assert_eq!(read(mixed), text("a&b<c> dAB"));
        let commented = "<value a='b'>one<!-- x -->\ntwo</value>";
        assert_eq!(read(commented), text("one\ntwo"));
        for (written, value) in [
            ("1", true),
            ("0", false),
            (" true ", true),
            ("False", false),
        ] {
            let written = format!("<value><boolean>{written}</boolean></value>");
            assert_eq!(read(&written), Value::Boolean(value));
        }
        assert_eq!(read("<value><int>-7</int></value>"), Value::Int(-7));
        assert_eq!(read("<value><i4> +7 </i4></value>"), Value::Int(7));
        assert_eq!(read("<value><ex:nil/></value>"), Value::Nil);
        assert_eq!(read("<value><double>1.5</double></value>"), text("1.5"));
        let empty = Value::Array(vec![]);
        assert_eq!(read("<value><array><data/></array></value>"), empty);
        assert_eq!(read("<value><array/></value>"), empty);
        let pair = "<value><array>\n<data>\n<value><boolean>1</boolean></value>\n\
                    <value>OK</value> </data></array></value>";
        let both = Value::Array(vec![Value::Boolean(true), text("OK")]);
        assert_eq!(read(pair), both);
        let member =
            "<value><struct><member><name>a</name><value>b</value></member></struct></value>";
        let members = vec![("a".to_owned(), text("b"))];
        assert_eq!(read(member), Value::Struct(members));
    }

    #[test]
    fn faults_have_a_code() {
        let fault = |code: &str| {
            let body = format!(
                "<methodResponse><fault><value><struct>\
                 <member><name>faultCode</name><value>{code}</value></member>\
                 <member><name>faultString</name><value>No such handler</value></member>\
                 </struct></value></fault></methodResponse>"
            );
            answer(body.as_bytes())
        };
        let text = "No such handler".to_owned();
        let expected = |code| {
            let text = text.clone();
            Ok(Answer::Fault { code, text })
        };
        assert_eq!(fault("<int>4</int>"), expected(4));
        assert_eq!(fault("<i4>-4</i4>"), expected(-4));
        assert_eq!(fault("4"), expected(4));
        assert_eq!(fault("<nil/>"), expected(0));
    }

    const PAIR: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param>\
         <value><array><data><value><boolean>1</boolean></value><value>Zo\u{eb} &amp; \
         <![CDATA[x]]></value></data></array></value></param></params></methodResponse>";

    #[test]
    fn what_is_cut_anywhere_is_told() {
        assert!(answer(PAIR.as_bytes()).is_ok());
        for end in 0..PAIR.len() {
            assert!(answer(&PAIR.as_bytes()[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn other_encodings() {
        let body = |encoding: &str| {
            let start = format!("<?xml version=\"1.0\" encoding='{encoding}'?>");
            let whole = start + &around("<value>Zo!</value>")[21..];
            let whole = whole.into_bytes();
            let latin = whole
                .into_iter()
                .map(|byte| if byte == b'!' { 0xEB } else { byte });
            latin.collect::<Vec<u8>>()
        };
        let expected = Ok(Answer::Value(text("Zo\u{eb}")));
        assert_eq!(answer(&body("ISO-8859-1")), expected);
        assert!(answer(&body("UTF-8")).is_err());
        assert!(answer(b"<?xml encoding=\xff").is_err());
        assert!(answer(b"\xff encoding=").is_err());
        let with_mark = format!("\u{feff}\n {PAIR}");
        assert!(answer(with_mark.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for body in [
            "",
            "OK",
            "{\"ret\": 0}",
            "<html><body>502</body></html>",
            "<methodCall/>",
            "<methodResponse/>",
            "<methodResponse><params/></methodResponse>",
            "<methodResponse><params><param/></params></methodResponse>",
            "<methodResponse><fault><value>4</value></fault></methodResponse>",
            "<!DOCTYPE a><methodResponse><params><param><value/></param></params></methodResponse>",
        ] {
            assert!(answer(body.as_bytes()).is_err(), "{body}");
        }
        for value in [
            "<value>a</value><value>b</value>",
            "<value>a<int>1</int></value>",
            "<value><int>1</int><int>1</int></value>",
            "<value>&who;</value>",
            "<value>&#0;</value>",
            "<value>a</string>",
            "<value><boolean>2</boolean></value>",
            "<value><int>1e3</int></value>",
            "<value><string>a<b/></string></value>",
            "<value><array><value/></array></value>",
            "<value><struct><value/></struct></value>",
        ] {
            assert!(of_value(value).is_err(), "{value}");
        }
    }

    #[test]
    fn what_is_too_deep_too_many_or_too_long_is_refused() {
        let nested = |depth: usize| {
            let start = "<value><array><data>".repeat(depth);
            of_value(&(start + &"</data></array></value>".repeat(depth)))
        };
        assert!(nested(33).is_ok());
        assert!(nested(34).is_err());
        assert!(nested(20_000).is_err());
        let many = |count: usize| {
            let values = "<value/>".repeat(count);
            of_value(&format!(
                "<value><array><data>{values}</data></array></value>"
            ))
        };
        assert!(many(MOST_VALUES - 1).is_ok());
        assert!(many(MOST_VALUES).is_err());
        let long = vec![b' '; MAX_ANSWER_LEN + 1];
        assert_eq!(answer(&long), Err("it is too long"));
    }
}
