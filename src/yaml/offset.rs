//! Characters to bytes: the event parser counts characters, spans count bytes.

/// Every this many characters the byte offset is kept, so a look-up walks less than this.
const STRIDE: usize = 64;

/// Translates character indices of one text into byte offsets.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// Byte offset of every [`STRIDE`]th character; empty when all characters are one byte long.
    checkpoints: Vec<usize>,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let checkpoints = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect()
        };
        Self { text, checkpoints }
    }

    /// The byte offset of a character index; an index past the end means the end.
    #[inline]
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.checkpoints.is_empty() { index.min(self.text.len()) } else { self.byte_of_wide(index) }
    }

    fn byte_of_wide(&self, index: usize) -> usize {
        let Some(&from) = self.checkpoints.get(index / STRIDE) else { return self.text.len() };
        let rest = self.text.get(from..).unwrap_or("");
        rest.char_indices().nth(index % STRIDE).map_or(self.text.len(), |(at, _)| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found() {
        for text in ["", "plain", &"é€😀a".repeat(100), &"x".repeat(1000)] {
            let offsets = Offsets::new(text);
            for (index, (at, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.byte(index), at);
            }
            assert_eq!(offsets.byte(text.chars().count()), text.len());
            assert_eq!(offsets.byte(usize::MAX), text.len());
        }
    }
}
