//! Files that belong to products: what identifies them, and what their first bytes say about them.

use std::sync::Arc;

/// What a file is, judged by its content. Names are the usual endings of file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the format its name in `FileKind::name` names")]
pub enum FileKind {
    Png,
    Jpg,
    Gif,
    Webp,
    Bmp,
    Svg,
    Pdf,
    Doc,
    Docx,
    Ppt,
    Pptx,
    Xls,
    Xlsx,
    Zip,
    Rar,
    Mp4,
    Webm,
    Txt,
    /// Looked at, and none of these.
    Other,
}

impl FileKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Png,
        Self::Jpg,
        Self::Gif,
        Self::Webp,
        Self::Bmp,
        Self::Svg,
        Self::Pdf,
        Self::Doc,
        Self::Docx,
        Self::Ppt,
        Self::Pptx,
        Self::Xls,
        Self::Xlsx,
        Self::Zip,
        Self::Rar,
        Self::Mp4,
        Self::Webm,
        Self::Txt,
        Self::Other,
    ];

    /// The usual ending of such files' names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
            Self::Zip => "zip",
            Self::Rar => "rar",
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
            Self::Txt => "txt",
            Self::Other => "other",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl std::fmt::Display for FileKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A file that belongs to a product. Two assets are equal when their contents are.
#[derive(Debug, Clone, Eq)]
pub struct Asset {
    /// File name without folders.
    pub name: String,
    /// BLAKE3 digest of the content, hexadecimal.
    pub digest: String,
    /// Size.
    pub size_bytes: u64,
    /// What the content is; `None` when nobody looked.
    pub kind: Option<FileKind>,
    /// Width and height in pixels, for pictures whose header tells them.
    pub pixels: Option<[u32; 2]>,
    /// The words of a short text file; `None` for all others. Stays here: it never crosses the review desk.
    pub text: Option<Arc<str>>,
}

impl PartialEq for Asset {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}
