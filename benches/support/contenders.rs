//! What the prepared rendering is measured against. All make the same bytes, or the run ends.

use handlebars::{Context, Handlebars, Helper, RenderContext, RenderErrorReason};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value};
use phone_provisioning::model::{Device, Settings};
use phone_provisioning::target::EtagKey;
use phone_provisioning::{Output, Provisioner};

use super::cases::{Case, render};
use super::fill::Contender;
use super::page::{Page, Place, stale};

/// Hands over the finished bytes, file by file.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&[u8]);

/// One way to make the files of a device.
pub(crate) struct Way<'a> {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut(Sink<'_>) + 'a>,
}

/// A device of a case, and what the contenders need to make its files.
pub(crate) struct Scene {
    case: &'static Case,
    provisioner: Provisioner,
    device: Device,
    /// The same device with settings of its own that say what the site says: it takes the plain way.
    own_settings: Device,
    page: Page,
    finished: Vec<u8>,
    minijinja: Environment<'static>,
    handlebars: Handlebars<'static>,
}

impl Scene {
    pub(crate) fn new(case: &'static Case) -> Self {
        let provisioner = case.provisioner();
        let device = case.phone.device(1);
        let mut settings = Settings::default();
        settings.time_zone = provisioner.site().settings.time_zone;
        let own_settings = case.phone.builder(1).settings(settings).build();
        let finished = case.files(&provisioner, 1);
        Self {
            page: Page::read(&finished),
            minijinja: minijinja_of(case),
            handlebars: handlebars_of(case),
            case,
            provisioner,
            device,
            own_settings: own_settings.expect("a synthetic phone is valid"),
            finished,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.finished.len()
    }

    /// All contenders, each checked to make the same bytes.
    pub(crate) fn ways(&self) -> Vec<Way<'_>> {
        let mut ways = vec![
            Way {
                name: "prepared",
                run: self.ours(&self.device),
            },
            Way {
                name: "plain",
                run: self.ours(&self.own_settings),
            },
        ];
        ways.extend(self.compiled());
        ways.push(self.minijinja());
        ways.push(self.handlebars());
        let mut out = Vec::new();
        ways.push(Way {
            name: "copy",
            run: Box::new(move |sink| {
                out.clear();
                out.extend_from_slice(std::hint::black_box(&self.finished));
                sink(&out);
            }),
        });
        for way in &mut ways {
            let mut made = Vec::new();
            (way.run)(&mut |bytes| made.extend_from_slice(bytes));
            if made != self.finished {
                self.differs(way.name, &made);
            }
        }
        ways
    }

    /// The prepared rendering with the tags of the files, and their tags alone.
    pub(crate) fn etags(&self) -> Vec<Way<'_>> {
        let mut output = Output::new();
        let mut finished = Output::new();
        render(&self.provisioner, &self.device, &mut finished);
        vec![
            Way {
                name: "prepared-and-etag",
                run: Box::new(move |sink| {
                    render(&self.provisioner, &self.device, &mut output);
                    for file in output.files() {
                        std::hint::black_box(file.etag(EtagKey::PUBLIC));
                        sink(file.bytes());
                    }
                }),
            },
            Way {
                name: "etag",
                run: Box::new(move |sink| {
                    for file in finished.files() {
                        std::hint::black_box(file.etag(EtagKey::PUBLIC));
                        sink(file.bytes());
                    }
                }),
            },
        ]
    }

    fn ours<'a>(&'a self, device: &'a Device) -> Box<dyn FnMut(Sink<'_>) + 'a> {
        let mut output = Output::new();
        Box::new(move |sink| {
            render(&self.provisioner, std::hint::black_box(device), &mut output);
            for file in output.files() {
                sink(file.bytes());
            }
        })
    }

    /// What is compiled into the program.
    fn compiled(&self) -> Vec<Way<'_>> {
        fn ways<'a, C: Contender + 'a>(filled: impl Fn() -> C) -> Vec<Way<'a>> {
            let (askama, literal, appends) = (filled(), filled(), filled());
            let (mut text, mut other_text, mut bytes) = (String::new(), String::new(), Vec::new());
            vec![
                Way {
                    name: "askama",
                    run: Box::new(move |sink| {
                        text.clear();
                        std::hint::black_box(&askama)
                            .askama(&mut text)
                            .expect("askama");
                        sink(text.as_bytes());
                    }),
                },
                Way {
                    name: "askama-site-literal",
                    run: Box::new(move |sink| {
                        other_text.clear();
                        let filled = std::hint::black_box(&literal);
                        filled.site_literal(&mut other_text).expect("askama");
                        sink(other_text.as_bytes());
                    }),
                },
                Way {
                    name: "appends",
                    run: Box::new(move |sink| {
                        bytes.clear();
                        std::hint::black_box(&appends).appends(&mut bytes);
                        sink(&bytes);
                    }),
                },
            ]
        }
        let page = &self.page;
        use super::fill::{d785, m900, minimal, synthetic, t46s, t46s_modules};
        match self.case.name {
            "d785" => ways(|| d785::Filled::new(page)),
            "m900" => ways(|| m900::Filled::new(page)),
            "minimal" => ways(|| minimal::Filled::new(page)),
            "synthetic" => ways(|| synthetic::Filled::new(page)),
            "t46s" => ways(|| t46s::Filled::new(page)),
            "t46s_modules" => ways(|| t46s_modules::Filled::new(page)),
            other => panic!("include the templates of `{other}` in support/fill.rs"),
        }
    }

    fn minijinja(&self) -> Way<'_> {
        let template = self
            .minijinja
            .get_template(self.case.name)
            .expect("a template");
        // The values are ready: what it costs to turn a device into them is not counted.
        let values = Value::from(Serde(self.page.json()));
        let mut out = Vec::new();
        Way {
            name: "minijinja",
            run: Box::new(move |sink| {
                out.clear();
                let done = template.render_captured_to(values.clone(), &mut out);
                done.expect("minijinja");
                sink(&out);
            }),
        }
    }

    fn handlebars(&self) -> Way<'_> {
        let values = Context::from(self.page.json());
        let mut out = Vec::new();
        Way {
            name: "handlebars",
            run: Box::new(move |sink| {
                out.clear();
                let done =
                    self.handlebars
                        .render_with_context_to_write(self.case.name, &values, &mut out);
                done.expect("handlebars");
                sink(&out);
            }),
        }
    }

    /// Says where two files part.
    fn differs(&self, way: &str, made: &[u8]) -> ! {
        let (ours, made) = (
            String::from_utf8_lossy(&self.finished),
            String::from_utf8_lossy(made),
        );
        let mut lines = ours.lines().zip(made.lines()).enumerate();
        let found = lines.find(|(_, (ours, made))| ours != made);
        let case = self.case.name;
        match found {
            Some((at, (ours, made))) => stale(&format!(
                "{case}: {way} differs from line {}: `{ours}` is `{made}`",
                at + 1
            )),
            None => stale(&format!(
                "{case}: {way} makes {} bytes, not {}",
                made.len(),
                self.finished.len()
            )),
        }
    }
}

fn template(case: &Case, file: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let path = folder.join(case.name).join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => stale(&format!("{}: {error}", path.display())),
    }
}

fn minijinja_of(case: &Case) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("a syntax"));
    if case.is_xml() {
        environment.set_auto_escape_callback(|_| AutoEscape::Custom("xml".into()));
        environment.set_formatter(|out, _, value| {
            let safe = value.is_safe();
            match value.as_str() {
                Some(text) if !safe => write_escaped(text, false, |part| {
                    out.write_str(part).map_err(minijinja::Error::from)
                }),
                _ => write!(out, "{value}").map_err(minijinja::Error::from),
            }
        });
        environment.add_filter("quoted", |text: &str| {
            Value::from_safe_string(Place::Quoted.written(text))
        });
    } else {
        environment.set_auto_escape_callback(|_| AutoEscape::None);
    }
    let added = environment.add_template_owned(case.name, template(case, "minijinja.txt"));
    added.expect("a template of minijinja");
    environment
}

fn handlebars_of(case: &Case) -> Handlebars<'static> {
    let mut handlebars = Handlebars::new();
    if case.is_xml() {
        handlebars.register_escape_fn(|text| Place::Escaped.written(text));
        handlebars.register_helper("quoted", Box::new(quoted));
    } else {
        handlebars.register_escape_fn(handlebars::no_escape);
    }
    let text = template(case, "handlebars.hbs");
    let registered = handlebars.register_template_string(case.name, text);
    registered.expect("a template of handlebars");
    handlebars
}

fn quoted(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn handlebars::Output,
) -> Result<(), handlebars::RenderError> {
    let value = helper.param(0).and_then(|param| param.value().as_str());
    let text = value.ok_or(RenderErrorReason::ParamNotFoundForIndex("quoted", 0))?;
    out.write(&Place::Quoted.written(text))?;
    Ok(())
}

/// Writes a text escaped for XML, in as few parts as there are.
pub(crate) fn write_escaped<E>(
    text: &str,
    quotes: bool,
    mut write: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            _ => continue,
        };
        write(&text[from..at])?;
        write(escaped)?;
        from = at + 1;
    }
    write(&text[from..])
}
