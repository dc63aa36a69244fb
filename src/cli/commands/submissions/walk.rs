//! `gallerist submissions record --interactive`: through a change sheet step by step, with questions at the end.

use crate::cli::arguments::{id, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use gallerist::config::Language;
use gallerist::render;
use gallerist::report::sheet::Sheet;
use std::io::{BufRead, Lines, StdinLock};

/// How a walk through a sheet ended.
pub(super) enum Walked {
    /// The console took it as this application.
    Submitted(String),
    /// The console refused it.
    Refused { text: String, technical: bool },
    /// The person stopped: nothing is known.
    Stopped,
}

/// What is asked, in the language of the sheet.
struct Questions {
    step: &'static str,
    refusal: &'static str,
    technical: &'static str,
    application: &'static str,
}

const ENGLISH: Questions = Questions {
    step: "[Enter] done, [r] the console refuses, [q] stop:",
    refusal: "What does it say? [q] stop:",
    technical: "Does that pass by itself, like an outage? [y/N]",
    application: "The application's ID, from My Applications, [q] stop:",
};

const CHINESE: Questions = Questions {
    step: "[Enter] 已完成，[r] 控制台拒绝，[q] 停止：",
    refusal: "控制台提示了什么？[q] 停止：",
    technical: "是否会自行恢复（如系统故障）？[y/N]",
    application: "“我的申请”中的申请编号，[q] 停止：",
};

/// Goes through the sheet with the person.
pub(super) fn walk(sheet: &Sheet, session: &mut Session) -> Result<Walked, CliError> {
    let questions = match sheet.language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    };
    let mut person = Person { session, lines: std::io::stdin().lock().lines() };
    for step in render::sheet_steps(sheet, person.session.printer.style) {
        person.session.printer.result(&format!("\n{step}"))?;
        loop {
            let Some(answer) = person.line(questions.step)? else { return Ok(Walked::Stopped) };
            match answer.as_str() {
                "" => break,
                "q" => return Ok(Walked::Stopped),
                "r" => return person.refused(&questions),
                // The same question again says what can be answered.
                _ => {}
            }
        }
    }
    let application = person.answer(questions.application, id)?;
    Ok(application.map_or(Walked::Stopped, Walked::Submitted))
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    match answer.to_lowercase().as_str() {
        "y" | "yes" | "是" => Ok(true),
        "" | "n" | "no" | "否" => Ok(false),
        _ => Err("answer y or n".to_owned()),
    }
}

/// Whoever sits in front of it.
struct Person<'a> {
    session: &'a mut Session,
    lines: Lines<StdinLock<'static>>,
}

impl Person<'_> {
    fn refused(&mut self, questions: &Questions) -> Result<Walked, CliError> {
        let Some(text) = self.answer(questions.refusal, reason)? else { return Ok(Walked::Stopped) };
        let technical = self.answer(questions.technical, yes_or_no)?;
        Ok(technical.map_or(Walked::Stopped, |technical| Walked::Refused { text, technical }))
    }

    /// Asks until the answer is one that the command line would take as well; `None` when there is none, or the person
    /// stops.
    fn answer<T>(
        &mut self,
        question: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, CliError> {
        loop {
            let Some(line) = self.line(question)?.filter(|line| line != "q") else { return Ok(None) };
            match read(&line) {
                Ok(answer) => return Ok(Some(answer)),
                Err(why) => self.session.printer.result(&format!("  {why}\n"))?,
            }
        }
    }

    fn line(&mut self, question: &str) -> Result<Option<String>, CliError> {
        self.session.printer.result(&format!("  {question} "))?;
        self.session.printer.flush()?;
        let line = self.lines.next().transpose().map_err(|error| CliError::usage(error.to_string()))?;
        Ok(line.map(|line| line.trim().to_owned()))
    }
}
