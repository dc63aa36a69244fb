//! Characters to bytes: the event parser counts characters, spans count bytes.

/// Every this many characters the byte offset is kept, so a look-up walks less than this.
const STRIDE: usize = 64;

/// Translates character indices of one text into byte offsets.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// Byte offset of every [`STRIDE`]th character; empty when all characters are one byte long.
    checkpoints: Vec<usize>,
    /// The character looked up last, and its byte: the next is most often a little further on.
    last: (usize, usize),
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self::of_single_bytes(text);
        }
        let checkpoints = text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect();
        Self { text, checkpoints, last: (0, 0) }
    }

    /// The same of a text that is known to be ASCII.
    pub(super) fn of_single_bytes(text: &'t str) -> Self {
        Self { text, checkpoints: Vec::new(), last: (0, 0) }
    }

    /// Whether all characters are one byte long.
    pub(super) fn are_single_bytes(&self) -> bool {
        self.checkpoints.is_empty()
    }

    /// The byte offset of a character index; an index past the end means the end.
    #[inline]
    pub(super) fn byte(&mut self, index: usize) -> usize {
        if self.checkpoints.is_empty() { index.min(self.text.len()) } else { self.byte_of_wide(index) }
    }

    fn byte_of_wide(&mut self, index: usize) -> usize {
        let (known, byte) = self.last;
        let (known, byte) = match index.checked_sub(known) {
            Some(..STRIDE) => (known, byte),
            _ => match self.checkpoints.get(index / STRIDE) {
                Some(byte) => (index - index % STRIDE, *byte),
                None => return self.text.len(),
            },
        };
        let rest = self.text.get(byte..).unwrap_or("");
        match rest.char_indices().nth(index - known) {
            Some((at, _)) => {
                self.last = (index, byte + at);
                byte + at
            }
            None => self.text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found() {
        for text in ["", "plain", &"é€😀a".repeat(100), &"x".repeat(1000)] {
            let mut offsets = Offsets::new(text);
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            for (index, at) in places.iter().enumerate() {
                assert_eq!(offsets.byte(index), *at);
            }
            // In any order.
            for index in
                (0..places.len()).rev().chain((0..places.len()).map(|index| index * 97 % places.len()))
            {
                assert_eq!(offsets.byte(index), places[index]);
            }
            assert_eq!(offsets.byte(text.chars().count()), text.len());
            assert_eq!(offsets.byte(usize::MAX), text.len());
        }
    }
}
