//! A gateway that answers what a test tells it to, and keeps what it was asked.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One answer, or how there is none.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// A status, more headers, and a body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The connection ends when the request was read.
    Close,
}

impl Reply {
    pub(super) fn json(status: u16, body: &str) -> Self {
        let media = if status < 400 { "application/json" } else { "application/problem+json" };
        Self::Answer(status, vec![("content-type", media.to_owned())], body.as_bytes().to_vec())
    }

    pub(super) fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name, value.to_owned()));
                Self::Answer(status, headers, body)
            }
            Self::Close => Self::Close,
        }
    }
}

/// What was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) line: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    replies: VecDeque<(String, Reply)>,
    asked: Vec<Asked>,
}

pub(super) struct Scripted {
    pub(super) url: String,
    state: Arc<Mutex<State>>,
}

impl Scripted {
    /// Answers requests that begin with a text (`PUT /v1/sub`) in their order; whatever else is asked is not there.
    pub(super) fn new(replies: Vec<(&str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = replies.into_iter().map(|(at, reply)| (at.to_owned(), reply)).collect();
        let state = Arc::new(Mutex::new(State { replies, asked: Vec::new() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { url, state }
    }

    /// Where nobody listens.
    pub(super) fn nowhere() -> Self {
        Self { url: "http://127.0.0.1:1".to_owned(), state: Arc::default() }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// The lines of what was asked, in their order.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    pub(super) fn then(&self, at: &str, reply: Reply) {
        self.state.lock().unwrap().replies.push_back((at.to_owned(), reply));
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers: Vec<(String, String)> = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    reader.read_exact(&mut body)?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let reply = {
        let mut state = state.lock().unwrap();
        state.asked.push(Asked { line: line.clone(), headers, body });
        let place = state.replies.iter().position(|(at, _)| line.starts_with(at.as_str()));
        place.and_then(|place| state.replies.remove(place)).map(|(_, reply)| reply)
    };
    match reply.unwrap_or_else(|| Reply::Answer(404, Vec::new(), b"not here".to_vec())) {
        Reply::Close => Ok(()),
        Reply::Answer(status, headers, body) => {
            write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len())?;
            for (name, value) in headers {
                write!(stream, "{name}: {value}\r\n")?;
            }
            stream.write_all(b"\r\n")?;
            if status != 304 {
                stream.write_all(&body)?;
            }
            stream.flush()
        }
    }
}
