//! Messages on a stream, each after a header with its length.
//!
//! `lsp-server` has this too, and ends with the first message it cannot read, or dies of a length that no memory holds.

use lsp_server::Message;
use std::io::{BufRead, Error, ErrorKind, Read, Result};

/// Longest message, in bytes: larger than any document that is read.
pub(super) const MESSAGE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Longest line of a header, in bytes.
const HEADER_BYTES_MAX: u64 = 4096;

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something of the length that was announced, and no message; the reason.
    Unreadable(String),
}

/// Reads the next message; `None` at the end of the stream.
///
/// # Errors
/// When the stream fails, ends in the middle of a message, or does not say how long it is.
pub(super) fn read(input: &mut impl BufRead) -> Result<Option<Incoming>> {
    let Some(length) = header(input)? else { return Ok(None) };
    let mut body = Vec::new();
    // The length is what somebody says: memory is taken as bytes arrive.
    input.by_ref().take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the stream ended in the middle of a message"));
    }
    Ok(Some(match serde_json::from_slice(&body) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Unreadable(error.to_string()),
    }))
}

/// The length of the message after a header; `None` at the end of the stream.
fn header(input: &mut impl BufRead) -> Result<Option<u64>> {
    let wrong = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
    let (mut length, mut is_begun) = (None, false);
    loop {
        let mut line = Vec::new();
        input.by_ref().take(HEADER_BYTES_MAX).read_until(b'\n', &mut line)?;
        if line.is_empty() && !is_begun {
            return Ok(None);
        }
        is_begun = true;
        let line = line.strip_suffix(b"\n").ok_or_else(|| wrong("a header that does not end"))?;
        let line = std::str::from_utf8(line).map_err(|_| wrong("a header that is no text"))?.trim_end();
        if line.is_empty() {
            let length = length.ok_or_else(|| wrong("a header without Content-Length"))?;
            return if length <= MESSAGE_BYTES_MAX {
                Ok(Some(length))
            } else {
                Err(wrong("a message too long"))
            };
        }
        let (name, value) = line.split_once(':').ok_or_else(|| wrong("a header that is none"))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim().parse().map_err(|_| wrong("a Content-Length that is no number"))?;
            length = Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> (usize, usize, Option<ErrorKind>) {
        let (mut messages, mut unreadable) = (0, 0);
        loop {
            match read(&mut bytes) {
                Ok(Some(Incoming::Message(_))) => messages += 1,
                Ok(Some(Incoming::Unreadable(_))) => unreadable += 1,
                Ok(None) => return (messages, unreadable, None),
                Err(error) => return (messages, unreadable, Some(error.kind())),
            }
        }
    }

    #[test]
    fn messages_follow_each_other_and_unreadable_ones_stop_nothing() {
        let exit = "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}";
        let other = "content-length:4\r\nContent-Type: x\r\n\r\nnull";
        assert_eq!(all(format!("{exit}{other}{exit}").as_bytes()), (2, 1, None));
        assert_eq!(all(b""), (0, 0, None));
    }

    #[test]
    fn what_says_no_length_ends_the_stream() {
        let garbage: [&[u8]; 7] = [
            b"hello\r\n\r\n",
            b"\r\n",
            b"Content-Length: x\r\n\r\n",
            b"Content-Length: 99999999999999999999999\r\n\r\n",
            b"Content-Length: 18446744073709551615\r\n\r\n",
            b"\xff\xfe\r\n\r\n",
            b"no end",
        ];
        for bytes in garbage {
            assert_eq!(all(bytes), (0, 0, Some(ErrorKind::InvalidData)), "{bytes:?}");
        }
        assert_eq!(all(b"Content-Length: 9\r\n\r\nnull"), (0, 0, Some(ErrorKind::UnexpectedEof)));
        assert_eq!(all(&vec![b'a'; 1 << 20]), (0, 0, Some(ErrorKind::InvalidData)));
    }
}
