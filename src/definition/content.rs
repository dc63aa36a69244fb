//! What a file's bytes say: its kind by content, the pixels of a picture by its header, the words of a short text.

use crate::model::{Asset, FileKind};

/// How many bytes of a file are looked at; a picture's size stands before that, behind the largest comments.
pub const HEAD_BYTES: usize = 256 << 10;

/// A file's facts; `head` is at least its first [`HEAD_BYTES`], or all of a shorter file.
#[must_use]
pub fn asset(name: &str, digest: String, size_bytes: u64, head: &[u8]) -> Asset {
    let kind = Some(kind(name, head));
    let picture =
        matches!(kind, Some(FileKind::Png | FileKind::Jpg | FileKind::Gif | FileKind::Webp | FileKind::Bmp));
    let pixels = picture.then(|| pixels(head)).flatten();
    let whole = kind == Some(FileKind::Txt) && head.len() as u64 == size_bytes;
    let text = whole.then(|| std::str::from_utf8(head).ok().map(Into::into)).flatten();
    Asset { name: name.to_owned(), digest, size_bytes, kind, pixels, text }
}

/// The kind by content. Office files are containers of two general kinds, so that among these the name decides.
fn kind(name: &str, head: &[u8]) -> FileKind {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        let legacy = [FileKind::Doc, FileKind::Ppt, FileKind::Xls];
        return legacy.into_iter().find(|kind| kind.name() == ending).unwrap_or(FileKind::Other);
    }
    let found = infer::get(head).map(|found| found.extension());
    let office = [FileKind::Docx, FileKind::Pptx, FileKind::Xlsx];
    match found.map(|name| FileKind::from_name(name).ok_or(name)) {
        Some(Ok(FileKind::Zip)) => {
            office.into_iter().find(|kind| kind.name() == ending).unwrap_or(FileKind::Zip)
        }
        Some(Ok(kind)) => kind,
        // Marked-up texts are texts; everything else that was recognised is a kind nobody asks for.
        Some(Err("html" | "xml")) | None => text_kind(&ending, head),
        Some(Err(_)) => FileKind::Other,
    }
}

fn text_kind(ending: &str, head: &[u8]) -> FileKind {
    // A character cut in two at the end of the head is no reason to call a text something else.
    let readable = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && head.len() >= HEAD_BYTES,
    };
    if !readable || head.is_empty() || head.contains(&0) {
        return FileKind::Other;
    }
    if ending == "svg" { FileKind::Svg } else { FileKind::Txt }
}

fn pixels(head: &[u8]) -> Option<[u32; 2]> {
    let size = imagesize::blob_size(head).ok()?;
    Some([u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, head: &[u8]) -> (Option<FileKind>, Option<[u32; 2]>) {
        let found = asset(name, String::new(), head.len() as u64, head);
        (found.kind, found.pixels)
    }

    #[test]
    fn content_decides_what_a_file_is() {
        let logo = include_bytes!("../../examples/01-first-image/products/harbour-backup/logo.png");
        assert_eq!(facts("logo.jpg", logo), (Some(FileKind::Png), Some([120, 120])));
        assert_eq!(facts("logo.png", b"not a picture"), (Some(FileKind::Txt), None));
        assert_eq!(facts("logo.png", &logo[..20]), (Some(FileKind::Png), None));
        assert_eq!(facts("a.gif", b"GIF89a\x20\x03\x58\x02\0\0\0"), (Some(FileKind::Gif), Some([800, 600])));
        assert_eq!(facts("empty.txt", b""), (Some(FileKind::Other), None));
        assert_eq!(facts("guide.txt", &[0xFF, 0x00, 0x12]), (Some(FileKind::Other), None));
    }

    #[test]
    fn containers_are_told_apart_by_their_names() {
        let docx = include_bytes!("../../examples/03-first-license/products/ledgerleaf/acceptance.docx");
        assert_eq!(facts("a.docx", docx).0, Some(FileKind::Docx));
        assert_eq!(facts("a.zip", b"PK\x03\x04").0, Some(FileKind::Zip));
        assert_eq!(facts("a.docx", b"PK\x03\x04").0, Some(FileKind::Docx));
        let legacy = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        assert_eq!(facts("a.doc", legacy).0, Some(FileKind::Doc));
        assert_eq!(facts("a.bin", legacy).0, Some(FileKind::Other));
        assert_eq!(facts("guide.pdf", b"%PDF-1.4\n").0, Some(FileKind::Pdf));
    }

    #[test]
    fn the_words_of_a_short_text_are_kept() {
        let guide = asset("guide.md", String::new(), 5, b"hello");
        assert_eq!(guide.text.as_deref(), Some("hello"));
        assert_eq!(asset("guide.md", String::new(), 9_999_999, b"hello").text, None);
    }
}
