//! Which characters a file may hold.

/// Characters that no file may hold, written out or as an escape.
pub(super) fn is_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) || c == '\u{FEFF}'
}

/// Whether a text is nothing but printable ASCII on lines, as most are.
pub(super) fn is_printable(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    // Whole blocks at a time: one branch for many bytes.
    text.as_bytes().chunks(64).all(|block| block.iter().fold(true, |plain, byte| plain & is_plain(byte)))
}
