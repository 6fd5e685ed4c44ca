//! Compiles and fills in templates, strictly: a name that the data does not have is an error with
//! its place, wherever it stands.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use handlebars::template::{
    HelperTemplate, Parameter, Subexpression, TemplateElement, TemplateMapping,
};
use handlebars::{
    Context, Handlebars, RenderContext, RenderError, RenderErrorReason, Renderable, Template,
    TemplateErrorReason,
};
use serde_json::Value as Json;
use zeroize::Zeroizing;

use super::helpers::{self, CHECK, SECRET_HELPER, SecretHelper, WRITE};
use super::scan::{Fault, scan};
use super::sink::{SECRET, Sink};
use super::tables::Tables;
use crate::emit::xml::escape_anywhere;
use crate::error::shortened;

/// How values are escaped where a template writes them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Escape {
    /// Not at all: the result goes through a place of its own, or its format has no escapes.
    None,
    /// For XML text and for attributes in either kind of quotes.
    Xml,
}

impl Escape {
    pub(super) fn escape(self, text: &str) -> Zeroizing<String> {
        let mut escaped = Zeroizing::new(String::with_capacity(text.len() * 6));
        match self {
            Self::None => escaped.push_str(text),
            Self::Xml => escape_anywhere(text, &mut escaped),
        }
        escaped
    }
}

/// The secrets that a template may write. The data holds their numbers only.
#[derive(Default)]
pub(super) struct Secrets {
    texts: Vec<Zeroizing<String>>,
    used: AtomicBool,
}

impl Secrets {
    /// Keeps a secret and gives what stands for it in the data.
    pub(super) fn keep(&mut self, text: &str) -> Json {
        self.texts.push(Zeroizing::new(text.to_owned()));
        Json::String(format!("{SECRET}{}{SECRET}", self.texts.len() - 1))
    }

    /// The secret that a text of the data stands for.
    pub(super) fn get(&self, text: &str) -> Option<&str> {
        let number = text.strip_prefix(SECRET)?.strip_suffix(SECRET)?;
        let found = self.texts.get(number.parse::<usize>().ok()?)?;
        self.used.store(true, Ordering::Relaxed);
        Some(found)
    }

    /// Forgets that any has been written.
    pub(super) fn begin(&mut self) {
        *self.used.get_mut() = false;
    }

    /// Whether one has been written since.
    pub(super) fn used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

/// A template that is ready to be filled in.
pub(super) struct Compiled {
    template: Template,
    /// Every name that stands in it.
    pub(super) names: BTreeSet<String>,
    /// Whether it writes a password or a token anywhere.
    pub(super) writes_secret: bool,
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may hold a password.
        f.debug_struct("Compiled").finish_non_exhaustive()
    }
}

/// Compiles a template.
///
/// # Errors
/// What is wrong with it. The text of the engine is left out: it quotes.
pub(super) fn compile(text: &str) -> Result<Compiled, Fault> {
    scan(text)?;
    let template = Template::compile(text).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let reason = match error.reason() {
            TemplateErrorReason::MismatchingClosedHelper(..) => {
                "a block is closed by another name than it was opened with"
            }
            _ => "this is not well formed",
        };
        Fault {
            line,
            column,
            reason: reason.into(),
        }
    })?;
    let mut compiled = Compiled {
        template: Template::default(),
        names: BTreeSet::new(),
        writes_secret: false,
    };
    compiled.template = compiled.strict(template, None)?;
    Ok(compiled)
}

impl Compiled {
    /// The same template with a check of its names before everything that has parameters, and one
    /// step counted for every round of a block.
    fn strict(
        &mut self,
        template: Template,
        parent: Option<&TemplateMapping>,
    ) -> Result<Template, Fault> {
        let mut strict = Template::default();
        let mut push = |element: TemplateElement, at: &Option<TemplateMapping>| {
            strict.elements.push(element);
            strict.mapping.extend(at.clone());
        };
        if let Some(parent) = parent {
            push(expression(CHECK, Vec::new()), &Some(parent.clone()));
        }
        let mapping = template.mapping;
        for (index, element) in template.elements.into_iter().enumerate() {
            // The engine keeps no place for an `else if`: that of its `if` is used.
            let at = mapping.get(index).or(parent).cloned();
            match element {
                TemplateElement::RawString(_) => push(element, &at),
                TemplateElement::Comment(_) => {}
                TemplateElement::Expression(call) => {
                    let known = call.name.as_name().is_some_and(helpers::is_inline);
                    if !known && is_name_only(&call) {
                        self.note(&call.name);
                        push(expression(WRITE, vec![call.name]), &at);
                        continue;
                    }
                    let paths = self.call(&call, known, &at)?;
                    push(expression(CHECK, paths), &at);
                    push(TemplateElement::Expression(call), &at);
                }
                TemplateElement::HelperBlock(mut call) => {
                    let known = call.name.as_name().is_some_and(helpers::is_block);
                    let paths = self.call(&call, known, &at)?;
                    push(expression(CHECK, paths), &at);
                    for part in [&mut call.template, &mut call.inverse] {
                        if let Some(body) = part.take() {
                            *part = Some(self.strict(body, at.as_ref())?);
                        }
                    }
                    push(TemplateElement::HelperBlock(call), &at);
                }
                // Refused by the scan.
                _ => return Err(fault(&at, "this has no place in a template")),
            }
        }
        Ok(strict)
    }

    /// The paths among the parameters of a call. Notes what it names.
    fn call(
        &mut self,
        call: &HelperTemplate,
        known: bool,
        at: &Option<TemplateMapping>,
    ) -> Result<Vec<Parameter>, Fault> {
        let name = call.name.as_name().unwrap_or_default();
        if !known {
            let reason = format!("no helper `{}` here", shortened(name));
            return Err(fault(at, reason));
        }
        if let Some(option) = call.hash.keys().find(|key| !helpers::has_option(name, key)) {
            let reason = format!("`{name}` has no option `{}`", shortened(option));
            return Err(fault(at, reason));
        }
        self.writes_secret |= name == SECRET_HELPER;
        let mut paths = Vec::new();
        for parameter in call.params.iter().chain(call.hash.values()) {
            self.parameter(parameter, at, &mut paths)?;
        }
        Ok(paths)
    }

    fn parameter(
        &mut self,
        parameter: &Parameter,
        at: &Option<TemplateMapping>,
        paths: &mut Vec<Parameter>,
    ) -> Result<(), Fault> {
        match parameter {
            Parameter::Path(_) => {
                self.note(parameter);
                paths.push(parameter.clone());
            }
            Parameter::Subexpression(inner) => {
                if let TemplateElement::Expression(call) = inner.as_element() {
                    let known = call.name.as_name().is_some_and(helpers::is_inline);
                    paths.extend(self.call(call, known, at)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, path: &Parameter) {
        let name = path.as_name().unwrap_or_default();
        let parts = name.split(['.', '/']).filter(|part| !part.is_empty());
        self.names.extend(parts.map(str::to_owned));
    }
}

fn fault(at: &Option<TemplateMapping>, reason: impl Into<Cow<'static, str>>) -> Fault {
    let (line, column) = at.as_ref().map_or((1, 1), |at| (at.0, at.1));
    Fault {
        line,
        column,
        reason: reason.into(),
    }
}

fn is_name_only(call: &HelperTemplate) -> bool {
    !call.block && call.params.is_empty() && call.hash.is_empty()
}

fn expression(helper: &str, parameters: Vec<Parameter>) -> TemplateElement {
    let name = Parameter::Name(helper.to_owned());
    *Subexpression::new(name, parameters, HashMap::new()).element
}

/// Fills in templates that escape alike.
pub(super) struct Engine {
    registry: Handlebars<'static>,
    escape: Escape,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("escape", &self.escape)
            .finish_non_exhaustive()
    }
}

impl Engine {
    pub(super) fn new(escape: Escape, tables: Arc<Tables>) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        helpers::register(&mut registry, escape, tables);
        Self { registry, escape }
    }

    /// Fills a template in.
    ///
    /// # Errors
    /// The first name that the data does not have, or what a helper cannot do.
    pub(super) fn fill(
        &self,
        compiled: &Compiled,
        data: Json,
        secrets: &Secrets,
    ) -> Result<Sink, Fault> {
        let mut sink = Sink::new();
        let data = Context::from(data);
        let mut context = RenderContext::new(None);
        let helper = SecretHelper {
            secrets,
            escape: self.escape,
        };
        context.register_local_helper(SECRET_HELPER, Box::new(helper));
        compiled
            .template
            .render(&self.registry, &data, &mut context, &mut sink)
            .map_err(|error| Fault {
                line: error.line_no.unwrap_or(1),
                column: error.column_no.unwrap_or(1),
                reason: reason(&error, &sink),
            })?;
        Ok(sink)
    }
}

/// What is wrong in our own words: the engine's may quote values.
fn reason(error: &RenderError, sink: &Sink) -> Cow<'static, str> {
    if let Some(why) = sink.stopped {
        return why.into();
    }
    match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => {
            format!("no variable `{}` here", shortened(name)).into()
        }
        RenderErrorReason::MissingVariable(None) => "no such entry".into(),
        RenderErrorReason::ParamNotFoundForIndex(helper, index) => {
            format!("`{helper}` lacks parameter {}", index + 1).into()
        }
        // Only helpers of our own say this.
        RenderErrorReason::Other(text) => text.clone().into(),
        _ => "this cannot be filled in".into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let mut secrets = Secrets::default();
        let data = json!({
            "mac": "00041392",
            "text": "a=b&\"c\" 'd' <é>",
            "nothing": null,
            "list": [{"n": 1}, {"n": 2}],
            "part": {"x": 7},
            "password": secrets.keep("s&cret"),
        });
        let told = |fault: Fault| format!("{}:{}: {}", fault.line, fault.column, fault.reason);
        let compiled = compile(text).map_err(told)?;
        let engine = Engine::new(Escape::Xml, Arc::default());
        let sink = engine.fill(&compiled, data, &secrets).map_err(told)?;
        Ok(sink.text.to_string())
    }

    #[track_caller]
    fn gives(text: &str, expected: &str) {
        assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
    }

    #[track_caller]
    fn fails(text: &str, expected: &str) {
        assert_eq!(filled(text).unwrap_err(), expected, "{text}");
    }

    #[test]
    fn values_are_escaped_and_text_is_not() {
        gives(
            "<a b=\"{{text}}\">&amp;{{text}}</a>",
            "<a b=\"a=b&amp;&quot;c&quot; &apos;d&apos; &lt;é&gt;\">&amp;a=b&amp;&quot;c&quot; &apos;d&apos; &lt;é&gt;</a>",
        );
        gives("{{secret password}}", "s&amp;cret");
        gives("[{{nothing}}{{secret nothing}}]", "[]");
        gives(
            "{{#each list}}{{n}}{{#unless @last}},{{/unless}}{{/each}}",
            "1,2",
        );
        gives("{{#with part}}{{x}}{{../mac}}{{/with}}", "700041392");
        gives("{{#if nothing}}a{{else if (eq part.x 7)}}b{{/if}}", "b");
        gives("{{#if password}}yes{{/if}}", "yes");
        gives("{{lookup part \"x\"}}", "7");
    }

    #[test]
    fn an_undefined_name_is_an_error_wherever_it_stands() {
        fails("a\n  {{acount}}", "2:3: no variable `acount` here");
        fails("é{{#if acount}}{{/if}}", "1:2: no variable `acount` here");
        fails(
            "{{#unless part.y}}{{/unless}}",
            "1:1: no variable `part.y` here",
        );
        fails(
            "{{#each acounts}}{{else}}{{/each}}",
            "1:1: no variable `acounts` here",
        );
        fails(
            "{{#with acount}}{{/with}}",
            "1:1: no variable `acount` here",
        );
        fails(
            "{{#if (eq acount 1)}}{{/if}}",
            "1:1: no variable `acount` here",
        );
        fails(
            "{{#if (not (and part acount))}}{{/if}}",
            "1:1: no variable `acount` here",
        );
        fails(
            "{{#if nothing}}{{else if acount}}{{/if}}",
            "1:1: no variable `acount` here",
        );
        fails(
            "{{#each list}}\n{{m}}{{/each}}",
            "2:1: no variable `m` here",
        );
        fails("{{secret pasword}}", "1:1: no variable `pasword` here");
        fails("{{@index}}", "1:1: no variable `@index` here");
        fails("{{lookup part \"y\"}}", "1:1: no such entry");
    }

    #[test]
    fn a_secret_is_written_by_its_helper_only() {
        let refused = "1:3: a password or token; write it with `{{secret …}}`";
        fails("ab{{password}}", refused);
        fails("ab{{lookup this \"password\"}}", refused);
        fails(
            "{{secret mac}}",
            "1:1: `secret` is for passwords and tokens only",
        );
        fails("{{secret}}", "1:1: `secret` lacks parameter 1");
        fails(
            "{{#if (eq (secret password) 1)}}{{/if}}",
            "1:1: `secret` only writes",
        );
    }

    #[test]
    fn what_has_no_text_is_not_written() {
        fails(
            "{{list}}",
            "1:1: `list` is a list: go through it with `{{#each …}}`",
        );
        fails("{{part}}", "1:1: `part` has parts: name one of them");
        fails("{{frobnicate mac}}", "1:1: no helper `frobnicate` here");
        fails("{{log mac}}", "1:1: no helper `log` here");
        fails(
            "{{secret password palce=\"url\"}}",
            "1:1: `secret` has no option `palce`",
        );
        fails("{{#part}}{{/part}}", "1:1: no helper `part` here");
    }

    #[test]
    fn what_is_not_well_formed_has_its_place() {
        fails(
            "{{#if mac}}\n{{/each}}",
            "2:1: a block is closed by another name than it was opened with",
        );
        fails("a {{mac mac= }}", "1:14: this is not well formed");
        fails("{{}}", "1:3: this is not well formed");
        fails("{{else}}", "1:3: this is not well formed");
    }

    /// The deepest template that is let through needs little of the stack.
    #[test]
    fn depth_does_not_exhaust_the_stack() {
        let small = std::thread::Builder::new().stack_size(1024 * 1024);
        let thread = small.spawn(|| {
            let condition = format!("{}mac{}", "(not ".repeat(8), ")".repeat(8));
            let open = format!("{{{{#if {condition}}}}}");
            let nested = format!("{}x{}", open.repeat(32), "{{/if}}".repeat(32));
            gives(&nested, "x");
            let chain = "{{else if (not mac)}}".repeat(31);
            gives(
                &format!("{{{{#if (not mac)}}}}{chain}{{{{else}}}}x{{{{/if}}}}"),
                "x",
            );
        });
        thread.unwrap().join().unwrap();
    }

    #[test]
    fn a_template_ends() {
        let loops = |depth: usize, body: &str| {
            let open = "{{#each @root.list}}".repeat(depth);
            format!("{open}{body}{}", "{{/each}}".repeat(depth))
        };
        assert!(filled(&loops(5, "x")).is_ok());
        let endless = filled(&loops(24, "")).unwrap_err();
        assert!(
            endless.ends_with("more than 200000 steps: do its loops end?"),
            "{endless}"
        );
        let long = filled(&loops(14, &"x".repeat(1000))).unwrap_err();
        assert!(long.ends_with("more than 4 MiB of text"), "{long}");
    }
}
