//! Somebody who is told: a small server that keeps what it gets, byte for byte, and knows the secret.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What one message was.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// `approved crm`
    pub(crate) fn about(&self) -> String {
        let json = self.json();
        format!("{} {}", json["type"].as_str().unwrap(), json["data"]["product"].as_str().unwrap())
    }
}

/// What the receiver does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Answers(u16),
    /// The message is kept, and the process that sent it is killed before it hears so.
    Kills(u32),
    /// Nothing is answered before the mood is another one.
    Hesitates,
}

#[derive(Debug, Default)]
struct State {
    mood: Option<Mood>,
    messages: Vec<Message>,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A sender that went away is no failure of the receiver.
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { url, state }
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.state.lock().unwrap().mood = Some(mood);
    }

    /// What came since the last time somebody asked.
    pub(crate) fn taken(&self) -> Vec<Message> {
        std::mem::take(&mut self.state.lock().unwrap().messages)
    }

    /// The same, in a word each, in their order.
    pub(crate) fn told(&self) -> Vec<String> {
        self.taken().iter().map(Message::about).collect()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    assert_eq!(line.trim_end(), "POST /hook HTTP/1.1");
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let mut body = vec![0; headers["content-length"].parse::<usize>().unwrap()];
    reader.read_exact(&mut body)?;
    state.lock().unwrap().messages.push(Message { headers, body: String::from_utf8(body).unwrap() });
    let mood = loop {
        match state.lock().unwrap().mood {
            Some(Mood::Hesitates) => {}
            mood => break mood,
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let status = match mood {
        None | Some(Mood::Hesitates) => 204,
        Some(Mood::Answers(status)) => status,
        Some(Mood::Kills(process)) => {
            let killed = std::process::Command::new("kill").args(["-9", &process.to_string()]).status()?;
            assert!(killed.success());
            return Ok(());
        }
    };
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// HMAC-SHA256 as RFC 2104 writes it down, with nothing of ours.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

/// Bytes in base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let mut text: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| {
            let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
            char::from(SIGNS[usize::from_str_radix(&six, 2).unwrap()])
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Holds a message to its signature.
#[track_caller]
pub(crate) fn verify(message: &Message, key: &[u8]) {
    let (id, at) = (message.id(), &message.headers["webhook-timestamp"]);
    assert!(at.parse::<i64>().is_ok() && !id.contains('.'));
    let signed = format!("{id}.{at}.{}", message.body);
    let wanted = format!("v1,{}", base64(&hmac(key, signed.as_bytes())));
    assert_eq!(message.headers["webhook-signature"], wanted);
}
