//! A change sheet as one HTML file that needs nothing else: boxes that stay ticked while the page is open, buttons
//! that copy, light and dark, and a form for paper.

use super::{html, terminal, unseen};
use crate::config::Language;
use crate::report::sheet::{Block, Note, Part, Sheet, SheetFile, Step};
use std::fmt::Write as _;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#c8ccd2;--quiet:#5a6270;--field:#f3f5f8;--accent:#b3261e}
@media(prefers-color-scheme:dark){:root{--line:#454b55;--quiet:#a3abb8;--field:#23272e;--accent:#ff8a80}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,'Noto Sans','Noto Sans CJK SC',sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}
dt{color:var(--quiet)}dd{margin:0}
ol,ul{padding-left:0;list-style:none;margin:0}
.notes li{padding-left:1.2rem;position:relative;margin:.3rem 0}
.notes li::before{content:'\\2013';position:absolute;left:0;color:var(--quiet)}
.step{display:grid;grid-template-columns:1.4rem 2.2rem 1fr;gap:.3rem;padding:.6rem 0;border-bottom:1px solid var(--line);break-inside:avoid}
.step>input{width:1.1rem;height:1.1rem;margin-top:.25rem}
.number{color:var(--quiet);font-variant-numeric:tabular-nums}
.step:has(>input:checked){opacity:.55}
.label{font-weight:600}.other{color:var(--quiet);font-weight:400}
code,pre{font-family:ui-monospace,'Noto Sans Mono','Noto Sans Mono CJK SC',monospace;font-size:.9em}
code,dd,pre,.name{unicode-bidi:isolate;overflow-wrap:anywhere}
code{background:var(--field);padding:.1em .3em;border-radius:.2rem}
.block{margin:.5rem 0 0}.caption{display:flex;gap:.6rem;align-items:center;color:var(--quiet);font-size:.85rem}
pre{background:var(--field);border:1px solid var(--line);border-radius:.3rem;padding:.5rem .7rem;margin:.2rem 0 0;white-space:pre-wrap}
.now pre{color:var(--quiet)}
button{font:inherit;font-size:.8rem;padding:.05rem .6rem;border:1px solid var(--line);border-radius:.3rem;background:transparent;color:inherit;cursor:pointer}
.warning{color:var(--accent);font-weight:600;font-size:.85rem}
.files{font-size:.9rem;margin-top:.3rem}.files li{overflow-wrap:anywhere}.digest{color:var(--quiet);font-size:.8rem}
@page{margin:16mm}
@media print{body{margin:0;max-width:none;font-size:10.5pt}button{display:none}h2{break-after:avoid}.step{opacity:1!important}}
";

const SCRIPT: &str = "\
for(const button of document.querySelectorAll('button'))button.addEventListener('click',async()=>{
const text=button.closest('.block').querySelector('pre').textContent;
try{await navigator.clipboard.writeText(text);button.textContent=button.dataset.done}catch{
const range=document.createRange();range.selectNodeContents(button.closest('.block').querySelector('pre'));
const selection=getSelection();selection.removeAllRanges();selection.addRange(range)}});
";

/// The whole page.
#[must_use]
pub fn sheet_html(sheet: &Sheet) -> String {
    let language = sheet.language;
    let code = match language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    let title = shown(&sheet.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<dl>\n"
    );
    for (name, value) in &sheet.facts {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", shown(name), shown(value));
    }
    out.push_str("</dl>\n");
    for note in &sheet.before {
        notes(&mut out, note, language);
    }
    let mut number = 0;
    for section in &sheet.sections {
        let _ = write!(out, "<h2>{}</h2>\n<ol>\n", sentence(&section.heading, language));
        for step in &section.steps {
            number += 1;
            self::step(&mut out, number, step, language);
        }
        out.push_str("</ol>\n");
    }
    for note in &sheet.after {
        notes(&mut out, note, language);
    }
    let _ = write!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn notes(out: &mut String, note: &Note, language: Language) {
    let _ = write!(out, "<h2>{}</h2>\n<ul class=\"notes\">\n", shown(&note.heading));
    for item in &note.items {
        let _ = writeln!(out, "<li>{}</li>", sentence(item, language));
    }
    out.push_str("</ul>\n");
}

fn step(out: &mut String, number: usize, step: &Step, language: Language) {
    let _ = writeln!(
        out,
        "<li class=\"step\"><input type=\"checkbox\" id=\"step-{number}\"><span class=\"number\">{number}.</span><div>\
         <label for=\"step-{number}\">{}</label>",
        sentence(&step.sentence, language)
    );
    if !step.files.is_empty() {
        out.push_str("<ul class=\"files\">\n");
        for file in &step.files {
            self::file(out, file, language);
        }
        out.push_str("</ul>\n");
    }
    for block in &step.blocks {
        self::block(out, block, language);
    }
    out.push_str("</div></li>\n");
}

fn file(out: &mut String, file: &SheetFile, language: Language) {
    let SheetFile { name, stored, digest, size_bytes } = file;
    let (comma, bytes, beside) = match language {
        Language::English => (", ", " bytes", "beside this sheet as "),
        Language::Chinese => ("，", "字节", "位于本单旁的"),
    };
    let stored = stored.as_deref().map_or_else(String::new, |stored| {
        format!("{comma}{beside}<span class=\"name\">{}</span>", shown(&format!("files/{stored}")))
    });
    let _ = writeln!(
        out,
        "<li><span class=\"name\">{}</span>{stored}{comma}{size_bytes}{bytes}<br><span class=\"digest\">BLAKE3 {}</span></li>",
        shown(name),
        shown(digest)
    );
}

fn block(out: &mut String, block: &Block, language: Language) {
    let Block { caption, text, copied } = block;
    let (copy, done, warning) = match language {
        Language::English => ("Copy", "Copied", "This text holds characters that cannot be seen"),
        Language::Chinese => ("复制", "已复制", "该文本包含不可见字符"),
    };
    let class = if *copied { "block" } else { "block now" };
    let _ = write!(out, "<div class=\"{class}\"><div class=\"caption\">{}", shown(caption));
    if *copied {
        let _ = write!(out, "<button type=\"button\" data-done=\"{done}\">{copy}</button>");
    }
    // A line end right behind `<pre>` is dropped by browsers: one more keeps the text's own.
    let _ = writeln!(out, "</div><pre>\n{}</pre>", html(text));
    let unseen = unseen(text);
    if !unseen.is_empty() {
        let _ = writeln!(out, "<p class=\"warning\">{warning}: {}</p>", unseen.join(", "));
    }
    out.push_str("</div>\n");
}

/// Text that is read and not copied: what cannot be seen in it is shown.
fn shown(text: &str) -> String {
    html(&terminal(text))
}

fn sentence(parts: &[Part], language: Language) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(&shown(text)),
            Part::Label(label) => {
                let (name, other) = label.names(language);
                let _ = write!(out, "<span class=\"label\">{}", shown(name));
                if let Some(other) = other {
                    let _ = write!(out, " <span class=\"other\">({})</span>", shown(other));
                }
                out.push_str("</span>");
            }
            Part::Value(text) | Part::Command(text) => {
                let _ = write!(out, "<code>{}</code>", shown(text));
            }
        }
    }
    out
}
