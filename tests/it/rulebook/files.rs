//! Files that a case brings along: real headers, then nothing but padding.

use serde::Deserialize;

/// What a file holds: exactly one of its contents, padded to a size.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filling {
    text: Option<String>,
    /// Pictures: width and height.
    png: Option<[u16; 2]>,
    jpg: Option<[u16; 2]>,
    gif: Option<[u16; 2]>,
    bmp: Option<[u16; 2]>,
    /// Documents.
    kind: Option<Document>,
    /// The whole size.
    bytes: Option<usize>,
}

/// Documents by what they begin with. Office files are zip or legacy containers, told apart by their names.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Document {
    Pdf,
    Zip,
    Rar,
    LegacyOffice,
    Mp4,
}

impl Filling {
    /// The bytes of the file with this name.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        let text = self.text.as_ref().map(|text| text.clone().into_bytes());
        let pictures = [
            self.png.map(png),
            self.jpg.map(jpg),
            self.gif.map(gif),
            self.bmp.map(bmp),
            self.kind.map(document),
        ];
        let mut contents = pictures.into_iter().flatten().chain(text);
        let (Some(mut content), None) = (contents.next(), contents.next()) else {
            return Err(format!("{name} needs exactly one content"));
        };
        if let Some(size) = self.bytes {
            let padding = if self.text.is_some() { b' ' } else { 0 };
            content.resize(size.max(content.len()), padding);
        }
        Ok(content)
    }
}

fn document(kind: Document) -> Vec<u8> {
    match kind {
        Document::Pdf => b"%PDF-1.4\n%%EOF\n".to_vec(),
        // The end of an archive without entries follows an empty entry's head.
        Document::Zip => b"PK\x03\x04\x14\0\0\0\0\0".to_vec(),
        Document::Rar => b"Rar!\x1A\x07\x01\0".to_vec(),
        Document::LegacyOffice => b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
        Document::Mp4 => b"\0\0\0\x14ftypisom\0\0\x02\0isom".to_vec(),
    }
}

fn png([width, height]: [u16; 2]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(u32::from(width).to_be_bytes());
    header.extend(u32::from(height).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // 8 bits, RGB
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    for (name, data) in [(b"IHDR", header.as_slice()), (b"IEND", &[])] {
        file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        let checked: Vec<u8> = name.iter().chain(data).copied().collect();
        file.extend(&checked);
        file.extend(crc32(&checked).to_be_bytes());
    }
    file
}

fn jpg([width, height]: [u16; 2]) -> Vec<u8> {
    let mut file = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    file.extend(b"\xFF\xC0\0\x11\x08"); // start of frame: 17 bytes, 8 bits
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xFF\xD9"); // three components, end of image
    file
}

fn gif([width, height]: [u16; 2]) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend(b"\0\0\0;"); // no colours, end
    file
}

fn bmp([width, height]: [u16; 2]) -> Vec<u8> {
    let mut file = b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend(u32::from(width).to_le_bytes());
    file.extend(u32::from(height).to_le_bytes());
    file.extend(b"\x01\0\x18\0");
    file.resize(54, 0);
    file
}

/// The check sum of PNG chunks.
fn crc32(data: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !data.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gallerist::definition::{Assets, MemoryAssets};
    use gallerist::model::FileKind;

    #[test]
    fn files_are_what_the_case_says() {
        for (name, filling, kind, pixels) in [
            ("a.png", "{png: [120, 130]}", FileKind::Png, Some([120, 130])),
            ("a.jpg", "{jpg: [800, 600]}", FileKind::Jpg, Some([800, 600])),
            ("a.gif", "{gif: [800, 600], bytes: 600}", FileKind::Gif, Some([800, 600])),
            ("a.bmp", "{bmp: [120, 130]}", FileKind::Bmp, Some([120, 130])),
            ("a.pdf", "{kind: pdf, bytes: 2000}", FileKind::Pdf, None),
            ("a.docx", "{kind: zip}", FileKind::Docx, None),
            ("a.xls", "{kind: legacy-office}", FileKind::Xls, None),
            ("a.rar", "{kind: rar}", FileKind::Rar, None),
            ("a.mp4", "{kind: mp4}", FileKind::Mp4, None),
            ("a.txt", "{text: Hello, bytes: 20}", FileKind::Txt, None),
        ] {
            let filling: Filling = serde_yaml::from_str(filling).unwrap();
            let assets = MemoryAssets([(name.into(), filling.bytes(name).unwrap())].into());
            let found = assets.asset(name.into()).unwrap();
            assert_eq!((found.kind, found.pixels), (Some(kind), pixels), "{name}");
            assert!(filling.bytes.is_none_or(|size| size as u64 == found.size_bytes), "{name}");
        }
        // The example of the PNG specification.
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
        let both: Filling = serde_yaml::from_str("{png: [1, 1], text: no}").unwrap();
        assert!(both.bytes("a").is_err());
    }
}
