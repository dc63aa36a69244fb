//! Pictures of products. A file is a picture when its bytes say so, whatever its name says, and only of the kinds that
//! cannot act.

use super::Call;
use super::failure::Failure;
use super::frame::in_address;
use crate::model::{Asset, FileKind};
use crate::served::Seller;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// A picture on a page.
pub(super) struct Picture {
    pub(super) address: String,
    pub(super) name: String,
    pub(super) size: Option<[u32; 2]>,
}

/// The file as a picture; `None` when it is none, or its bytes never came here.
pub(super) fn of(seller: &Seller, file: &Asset) -> Option<Picture> {
    let may_be =
        matches!(file.kind, None | Some(FileKind::Png | FileKind::Jpg | FileKind::Gif | FileKind::Webp));
    let bytes = may_be.then(|| seller.asset(&file.digest)).flatten()?;
    media_type(&bytes)?;
    let address = format!("/pictures/{}/{}", in_address(seller.name.as_str()), in_address(&file.digest));
    Some(Picture { address, name: file.name.clone(), size: file.pixels })
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes)?.mime_type();
    ["image/png", "image/jpeg", "image/gif", "image/webp"].into_iter().find(|known| *known == found)
}

/// The bytes of a picture.
pub(super) fn picture(call: &Call) -> Result<Response, Failure> {
    let bytes = call.seller()?.asset(call.part("digest"));
    let found = bytes.and_then(|bytes| Some((media_type(&bytes)?, bytes)));
    let (media_type, bytes) = found.ok_or_else(|| Failure::missing("There is no such picture."))?;
    Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_act_is_a_picture() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("image/png"));
        assert_eq!(media_type(b"GIF89a....."), Some("image/gif"));
        for other in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>"[..],
            b"<html>",
            b"%PDF-1.7",
            b"",
        ] {
            assert_eq!(media_type(other), None);
        }
    }
}
