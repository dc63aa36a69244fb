//! What is wrong with a file, in words, by the limits of a site.

use super::words::listed;
use crate::model::{Asset, FileKind};
use crate::site::{DocumentLimits, PictureLimits};
use std::collections::BTreeSet;

/// What follows "the logo ..." when a picture does not fit: `is 64 x 64 pixels, not 120 x 120`.
pub(super) fn picture(asset: &Asset, limits: &PictureLimits) -> Option<String> {
    let mut faults: Vec<String> = kind(asset, &limits.formats).into_iter().collect();
    let [width, height] = [limits.width, limits.height];
    let fits = |size: u32, [least, most]: [u32; 2]| (least..=most).contains(&size);
    match asset.pixels {
        Some([wide, high]) if !fits(wide, width) || !fits(high, height) => {
            faults.push(format!("is {wide} x {high} pixels, not {}", pixels(limits, "")));
        }
        None if faults.is_empty() && asset.kind.is_some() => {
            faults.push("has a size that cannot be read from its header".to_owned());
        }
        _ => {}
    }
    faults.extend(bytes(asset, limits.bytes_max));
    told(&faults)
}

/// The same for a document.
pub(super) fn document(asset: &Asset, limits: &DocumentLimits) -> Option<String> {
    let faults: Vec<String> =
        kind(asset, &limits.formats).into_iter().chain(bytes(asset, limits.bytes_max)).collect();
    told(&faults)
}

/// What a picture should be: `a PNG file, 120 x 120 pixels, with at most 5 MB`.
pub(super) fn fitting_picture(limits: &PictureLimits) -> String {
    let [formats, pixels, most] =
        [names(&limits.formats), pixels(limits, " pixels"), megabytes(limits.bytes_max)];
    format!("a {formats} file, {pixels}, with at most {most}")
}

/// The same for a document.
pub(super) fn fitting_document(limits: &DocumentLimits) -> String {
    format!("a {} file with at most {}", names(&limits.formats), megabytes(limits.bytes_max))
}

fn told(faults: &[String]) -> Option<String> {
    (!faults.is_empty()).then(|| faults.join(", and "))
}

/// A kind that is not allowed. When nobody looked (an old record), the name decides.
fn kind(asset: &Asset, allowed: &BTreeSet<FileKind>) -> Option<String> {
    if asset.kind.is_some_and(|kind| allowed.contains(&kind)) {
        return None;
    }
    let ending = asset.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let by_name = FileKind::from_name(if ending == "jpeg" { "jpg" } else { &ending });
    let named = by_name.is_some_and(|named| allowed.contains(&named));
    let names = || names(allowed);
    match asset.kind {
        Some(FileKind::Other) if asset.size_bytes == 0 => Some(format!("is empty, not a {} file", names())),
        Some(kind) => {
            let despite = if named { " whatever its name says" } else { "" };
            Some(format!("is {}{despite}, not {}", article(kind), names()))
        }
        None if named => None,
        None => Some(format!("is not a {} file", names())),
    }
}

fn article(kind: FileKind) -> String {
    let name = kind.name().to_uppercase();
    match kind {
        FileKind::Txt => "a text file".to_owned(),
        FileKind::Other => "a file of no known kind".to_owned(),
        FileKind::Svg | FileKind::Xls | FileKind::Xlsx | FileKind::Mp4 => format!("an {name} file"),
        _ => format!("a {name} file"),
    }
}

fn names(kinds: &BTreeSet<FileKind>) -> String {
    let names: Vec<String> = kinds.iter().map(|kind| kind.name().to_uppercase()).collect();
    listed(&names, usize::MAX).replace(" and ", " or ")
}

/// A site that states no largest size says the largest a picture can have.
const UNBOUNDED: u32 = 65535;

fn pixels(limits: &PictureLimits, unit: &str) -> String {
    let [width, height] = [limits.width, limits.height];
    if width[0] == width[1] && height[0] == height[1] {
        return format!("{} x {}{unit}", width[0], height[0]);
    }
    let side = |[least, most]: [u32; 2]| match most {
        most if most == least => least.to_string(),
        UNBOUNDED.. => format!("at least {least}"),
        _ => format!("{least} to {most}"),
    };
    format!("{}{unit} wide and {} high", side(width), side(height))
}

fn bytes(asset: &Asset, most: u64) -> Option<String> {
    let size = asset.size_bytes;
    (size > most).then(|| format!("is {} large, more than {}", megabytes(size), megabytes(most)))
}

/// Rounded up, so that what is too large never looks as if it fitted.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes.saturating_mul(10)).div_ceil(1 << 20);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(name: &str, kind: Option<FileKind>, pixels: Option<[u32; 2]>, size_bytes: u64) -> Asset {
        Asset { name: name.to_owned(), digest: String::new(), size_bytes, kind, pixels, text: None }
    }

    fn logo() -> PictureLimits {
        PictureLimits {
            formats: [FileKind::Png].into(),
            width: [120, 120],
            height: [120, 120],
            bytes_max: 5 << 20,
        }
    }

    #[test]
    fn everything_wrong_with_a_picture_is_told_at_once() {
        let told = |kind, pixels, size| picture(&asset("logo.png", kind, pixels, size), &logo());
        assert_eq!(told(Some(FileKind::Png), Some([120, 120]), 100), None);
        assert_eq!(
            told(Some(FileKind::Png), Some([64, 64]), (5 << 20) + 1).as_deref(),
            Some("is 64 x 64 pixels, not 120 x 120, and is 5.1 MB large, more than 5 MB")
        );
        assert_eq!(
            told(Some(FileKind::Jpg), Some([120, 120]), 100).as_deref(),
            Some("is a JPG file whatever its name says, not PNG")
        );
        assert_eq!(
            told(Some(FileKind::Png), None, 100).as_deref(),
            Some("has a size that cannot be read from its header")
        );
        assert_eq!(
            told(Some(FileKind::Other), None, 100).as_deref(),
            Some("is a file of no known kind whatever its name says, not PNG")
        );
        assert_eq!(told(Some(FileKind::Other), None, 0).as_deref(), Some("is empty, not a PNG file"));
    }

    #[test]
    fn what_nobody_looked_at_is_judged_by_its_name_only() {
        assert_eq!(picture(&asset("logo.PNG", None, None, 100), &logo()), None);
        assert_eq!(
            picture(&asset("logo.ai", None, None, 100), &logo()).as_deref(),
            Some("is not a PNG file")
        );
    }

    #[test]
    fn ranges_without_an_end_are_told_as_such() {
        let limits = PictureLimits {
            formats: [FileKind::Jpg, FileKind::Png].into(),
            width: [900, 1200],
            height: [800, 65535],
            bytes_max: 1 << 19,
        };
        assert_eq!(
            fitting_picture(&limits),
            "a PNG or JPG file, 900 to 1200 pixels wide and at least 800 high, with at most 0.5 MB"
        );
    }
}
