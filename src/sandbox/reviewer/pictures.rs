//! Pictures: what they are, how large they are (reference section 5).

use super::documents::file_faults;
use super::words::quoted;
use super::{Concern, Look, files};
use crate::model::{Asset, ProductField};
use crate::site::PictureLimits;

pub(super) const CONCERNS: &[Concern] = &[
    Concern::new("logo-unsuitable", logo),
    Concern::new("main-picture-unsuitable", main_picture).chinese(),
    Concern::new("description-pictures-unsuitable", description_pictures).chinese(),
];

fn logo(look: &Look<'_>) -> Vec<String> {
    each(look, ProductField::Logo, |_| "The logo".to_owned(), &look.site.logo)
}

fn main_picture(look: &Look<'_>) -> Vec<String> {
    each(look, ProductField::MainPicture, |_| "The main picture".to_owned(), &look.site.main_picture)
}

fn description_pictures(look: &Look<'_>) -> Vec<String> {
    let field = ProductField::DescriptionPictures;
    let (most, count) = (look.site.description_pictures_max, files(look.after, field).len());
    let mut faults = Vec::new();
    if look.touches(field) && count > most {
        faults.push(format!("The description has {count} pictures; {most} is the most"));
    }
    let called = |file: &Asset| format!("The description picture {}", quoted(&file.name));
    faults.extend(each(look, field, called, &look.site.description_picture));
    faults
}

/// What is wrong with the new pictures of a field.
fn each(
    look: &Look<'_>,
    field: ProductField,
    called: impl Fn(&Asset) -> String,
    limits: &PictureLimits,
) -> Vec<String> {
    let mut faults = Vec::new();
    for file in look.files(field) {
        let called = called(file);
        faults.extend(file_faults(&called, file, &limits.formats, limits.bytes_max));
        let [width, height] = file.pixels.unwrap_or([limits.width[0], limits.height[0]]);
        let fits = |size: u32, [least, most]: [u32; 2]| (least..=most).contains(&size);
        if !fits(width, limits.width) || !fits(height, limits.height) {
            faults.push(format!("{called} is {width} x {height} pixels, not {}", wanted(limits)));
        }
    }
    faults
}

/// A side no screen shows: the limit means that there is none.
const ENDLESS: u32 = 65_535;

fn wanted(limits: &PictureLimits) -> String {
    let side = |[least, most]: [u32; 2]| match (least, most) {
        (least, most) if least == most => least.to_string(),
        (least, ENDLESS..) => format!("at least {least}"),
        (least, most) => format!("{least} to {most}"),
    };
    format!("{} x {}", side(limits.width), side(limits.height))
}
