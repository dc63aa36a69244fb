//! The protocol: what may be asked when, and when things are looked at again.

use super::position::Encoding;
use super::session::{Agreed, Options, Session, Told};
use super::transport::{self, Incoming};
use super::uri::path_of;
use camino::Utf8PathBuf;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability,
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams, GotoDefinitionParams,
    HoverParams, HoverProviderCapability, InitializeParams, InitializeResult, OneOf, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkspaceFolder,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How long nobody may type before everything is looked at again.
const QUIET: Duration = Duration::from_millis(40);

/// How long a change waits at most while somebody types on.
const PATIENCE: Duration = Duration::from_millis(400);

/// How many messages wait before the editor has to.
const WAITING_MAX: usize = 1024;

/// How the conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a shutdown and an exit, as the protocol wants.
    AsAgreed,
    /// The editor left, or said exit without a shutdown.
    Abrupt,
}

/// Why the server could not go on.
#[derive(Debug, thiserror::Error)]
pub enum LspError {
    /// What came in is no message, or cannot be read.
    #[error("cannot read from the editor: {0}")]
    Input(std::io::Error),
    /// Nothing can be written to the editor.
    #[error("cannot write to the editor: {0}")]
    Output(std::io::Error),
}

/// Serves one editor until it says exit or its stream ends.
///
/// # Errors
/// When the streams fail, or what comes in is framed as no message is.
pub fn serve(
    options: Options,
    input: impl BufRead + Send + 'static,
    output: impl Write,
) -> Result<Ending, LspError> {
    let received = receive(input);
    let session = Session::new(options);
    Server { session, output, phase: Phase::New, stale_since: None, requests: 0 }.run(&received)
}

/// Reads on a thread of its own, which ends with the stream or with the process.
fn receive(mut input: impl BufRead + Send + 'static) -> Receiver<std::io::Result<Incoming>> {
    let (sender, receiver) = sync_channel(WAITING_MAX);
    std::thread::spawn(move || {
        while let Some(message) = transport::read(&mut input).transpose() {
            let is_last = message.is_err();
            if sender.send(message).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

struct Server<W> {
    session: Session,
    output: W,
    phase: Phase,
    /// Since when something waits to be looked at.
    stale_since: Option<Instant>,
    /// How many requests were made to the editor.
    requests: i32,
}

/// What a request failed with.
struct Refusal(ErrorCode, String);

impl<W: Write> Server<W> {
    fn run(mut self, received: &Receiver<std::io::Result<Incoming>>) -> Result<Ending, LspError> {
        loop {
            let next = match self.stale_since {
                Some(since) => received.recv_timeout(QUIET.min(PATIENCE.saturating_sub(since.elapsed()))),
                None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(Ok(Incoming::Message(message))) => {
                    if let Some(ending) = self.take(message)? {
                        return Ok(ending);
                    }
                    self.stale_since = match (self.session.is_stale, self.stale_since) {
                        (true, None) => Some(Instant::now()),
                        (true, since) => since,
                        (false, _) => None,
                    };
                }
                Ok(Ok(Incoming::Unreadable(reason))) => {
                    let error = json!({"code": ErrorCode::ParseError as i32, "message": reason});
                    self.write(&json!({"jsonrpc": "2.0", "id": null, "error": error}))?;
                }
                Ok(Err(error)) => return Err(LspError::Input(error)),
                Err(RecvTimeoutError::Timeout) => self.look()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(Ending::Abrupt),
            }
        }
    }

    /// Takes a message in; the ending when it was the last.
    fn take(&mut self, message: Message) -> Result<Option<Ending>, LspError> {
        match message {
            Message::Request(request) => self.request(request)?,
            Message::Notification(notification) if notification.method == "exit" => {
                let is_agreed = self.phase == Phase::ShutDown;
                return Ok(Some(if is_agreed { Ending::AsAgreed } else { Ending::Abrupt }));
            }
            Message::Notification(notification) if self.phase == Phase::Running => {
                self.notification(notification)?;
            }
            Message::Notification(_) | Message::Response(_) => {}
        }
        Ok(None)
    }

    fn request(&mut self, request: Request) -> Result<(), LspError> {
        let id = request.id.clone();
        let answer = match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => self.initialize(request.params),
            (Phase::New, _) => Err(Refusal(ErrorCode::ServerNotInitialized, "initialize first".to_owned())),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.session.is_stale = false;
                Ok(Value::Null)
            }
            (Phase::Running, "initialize") => {
                Err(Refusal(ErrorCode::InvalidRequest, "the server is initialized already".to_owned()))
            }
            (Phase::Running, _) => self.answer(request)?,
            (Phase::ShutDown, _) => {
                Err(Refusal(ErrorCode::InvalidRequest, "the server is shut down".to_owned()))
            }
        };
        self.respond(id, answer)
    }

    fn respond(&mut self, id: RequestId, answer: Result<Value, Refusal>) -> Result<(), LspError> {
        let response = match answer {
            Ok(value) => Response { id, response_result: Ok(value) },
            Err(Refusal(code, message)) => Response::new_err(id, code as i32, message),
        };
        self.send(&response.into())
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refusal> {
        let setting = released(params.get("initializationOptions"));
        let params: InitializeParams = read(params)?;
        self.session.agreed = agreed(&params);
        self.session.set_released(setting.as_deref());
        self.session.is_stale = !self.session.agreed.folders.is_empty();
        self.phase = Phase::Running;
        written(InitializeResult {
            capabilities: capabilities(self.session.agreed.encoding),
            server_info: Some(ServerInfo {
                name: "gallerist".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    /// Answers about documents; what is wrong in them is looked up first where it may have changed.
    fn answer(&mut self, request: Request) -> Result<Result<Value, Refusal>, LspError> {
        let Request { method, params, .. } = request;
        let needs_findings =
            ["textDocument/codeAction", "textDocument/hover", "textDocument/definition"].contains(&&*method);
        if needs_findings && self.session.is_stale {
            self.look()?;
        }
        Ok(self.looked_up(&method, params))
    }

    fn looked_up(&self, method: &str, params: Value) -> Result<Value, Refusal> {
        match method {
            "textDocument/hover" => {
                let HoverParams { text_document_position_params: at, .. } = read(params)?;
                written(self.session.hover(&at.text_document.uri, at.position))
            }
            "textDocument/definition" => {
                let GotoDefinitionParams { text_document_position_params: at, .. } = read(params)?;
                written(self.session.definition(&at.text_document.uri, at.position))
            }
            "textDocument/codeAction" => {
                let CodeActionParams { text_document, range, context, .. } = read(params)?;
                written(self.session.actions(&text_document.uri, range, context.only.as_deref()))
            }
            "textDocument/formatting" => {
                let DocumentFormattingParams { text_document, .. } = read(params)?;
                written(self.session.format(&text_document.uri))
            }
            _ => Err(Refusal(ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    fn notification(&mut self, notification: Notification) -> Result<(), LspError> {
        let Notification { method, params } = notification;
        if method == "initialized" {
            return self.watch();
        }
        // Nobody waits for an answer, so one that makes no sense is passed over.
        let _ = self.told(&method, params);
        Ok(())
    }

    fn told(&mut self, method: &str, params: Value) -> Result<(), Refusal> {
        let session = &mut self.session;
        match method {
            "textDocument/didOpen" => {
                let DidOpenTextDocumentParams { text_document: opened } = read(params)?;
                session.documents.open(opened.uri.as_str().to_owned(), opened.version, opened.text);
            }
            "textDocument/didChange" => {
                let DidChangeTextDocumentParams { text_document, content_changes } = read(params)?;
                let (uri, encoding) = (text_document.uri.as_str(), session.agreed.encoding);
                session.documents.change(uri, text_document.version, content_changes, encoding);
            }
            "textDocument/didClose" => {
                let DidCloseTextDocumentParams { text_document } = read(params)?;
                session.documents.close(text_document.uri.as_str());
            }
            "workspace/didChangeConfiguration" => {
                let DidChangeConfigurationParams { settings } = read(params)?;
                session.set_released(released(Some(&settings)).as_deref());
            }
            "workspace/didChangeWorkspaceFolders" => {
                let DidChangeWorkspaceFoldersParams { event } = read(params)?;
                for folder in folders(&event.removed) {
                    session.agreed.folders.remove(&folder);
                }
                session.agreed.folders.extend(folders(&event.added));
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {}
            _ => return Ok(()),
        }
        session.is_stale = true;
        Ok(())
    }

    /// Asks the editor to say when files change that nobody has open.
    fn watch(&mut self) -> Result<(), LspError> {
        if !self.session.agreed.watches {
            return Ok(());
        }
        self.requests += 1;
        let watchers = ["**/*.{yaml,yml}", "**/*.{md,txt,png,jpg,jpeg,gif,webp,pdf,json,db}"];
        let watchers = watchers.map(|pattern| json!({"globPattern": pattern}));
        let registration = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        });
        let params = json!({"registrations": [registration]});
        let id = RequestId::from(self.requests);
        self.send(&Request { id, method: "client/registerCapability".to_owned(), params }.into())
    }

    /// Looks at everything, and tells what is new.
    fn look(&mut self) -> Result<(), LspError> {
        self.stale_since = None;
        for told in self.session.look() {
            let (method, params) = match told {
                Told::Findings(findings) => ("textDocument/publishDiagnostics", json!(findings)),
                Told::Remark(text) => ("window/logMessage", json!({"type": 2, "message": text})),
            };
            self.send(&Notification { method: method.to_owned(), params }.into())?;
        }
        Ok(())
    }

    fn send(&mut self, message: &Message) -> Result<(), LspError> {
        message.write(&mut self.output).map_err(LspError::Output)
    }

    /// Writes what is no message of the crate: an answer to nobody.
    fn write(&mut self, value: &Value) -> Result<(), LspError> {
        let text = value.to_string();
        let written = write!(self.output, "Content-Length: {}\r\n\r\n{text}", text.len());
        written.and_then(|()| self.output.flush()).map_err(LspError::Output)
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal(ErrorCode::InvalidParams, error.to_string()))
}

fn written<T: serde::Serialize>(value: T) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|error| Refusal(ErrorCode::InternalError, error.to_string()))
}

/// The exported released state that settings name, in a section of ours or by itself.
fn released(settings: Option<&Value>) -> Option<String> {
    let settings = settings?;
    let section = settings.get("gallerist").unwrap_or(settings);
    section.get("released")?.as_str().filter(|path| !path.is_empty()).map(str::to_owned)
}

fn folders(folders: &[WorkspaceFolder]) -> Vec<Utf8PathBuf> {
    folders.iter().filter_map(|folder| path_of(folder.uri.as_str())).collect()
}

fn agreed(params: &InitializeParams) -> Agreed {
    let capabilities = &params.capabilities;
    let general = capabilities.general.as_ref();
    let offered = general.and_then(|general| general.position_encodings.as_deref());
    let document = capabilities.text_document.as_ref();
    let published = document.and_then(|document| document.publish_diagnostics.as_ref());
    let workspace = capabilities.workspace.as_ref();
    let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    #[allow(deprecated, reason = "older editors name one folder only")]
    let root = params.root_uri.as_ref().and_then(|uri| path_of(uri.as_str()));
    let named = params.workspace_folders.as_deref().map(folders);
    Agreed {
        encoding: Encoding::agreed(offered.unwrap_or_default()),
        with_related: published.and_then(|published| published.related_information).unwrap_or(false),
        watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false),
        folders: named.unwrap_or_else(|| root.into_iter().collect()).into_iter().collect(),
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
        ..CodeActionOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        document_formatting_provider: Some(OneOf::Left(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}
