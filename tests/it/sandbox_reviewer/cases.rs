//! Contents of products that the reviewer objects to, and those it does not.

use crate::sandbox_account::{crm, simple, text};
use gallerist::model::{
    Asset, BillingMode, DeliveryMethod, FileKind, Product, ProductField as Field, SpecificationField, Value,
};

pub(super) type Edit = fn(&mut Product);

/// A concern: its name, its rules, its site, contents it objects to, and contents it does not.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) rules: &'static [u16],
    pub(super) site: &'static str,
    pub(super) wrong: &'static [Edit],
    pub(super) right: &'static [Edit],
}

const fn case(name: &'static str, wrong: &'static [Edit], right: &'static [Edit]) -> Case {
    Case { name, rules: &[], site: "intl", wrong, right }
}

const fn chinese(name: &'static str, wrong: &'static [Edit], right: &'static [Edit]) -> Case {
    Case { name, rules: &[], site: "cn", wrong, right }
}

const fn of_110(name: &'static str, wrong: &'static [Edit], right: &'static [Edit]) -> Case {
    Case { name, rules: &[110], site: "intl", wrong, right }
}

pub(super) fn file(name: &str, kind: Option<FileKind>, pixels: Option<[u32; 2]>, size_bytes: u64) -> Asset {
    let digest = format!("{name} {kind:?} {pixels:?} {size_bytes}");
    Asset { name: name.to_owned(), digest, size_bytes, kind, pixels, text: None }
}

pub(super) fn picture(kind: FileKind, width: u32, height: u32) -> Asset {
    file(&format!("picture.{kind}"), Some(kind), Some([width, height]), 4096)
}

fn document(kind: FileKind) -> Asset {
    file(&format!("document.{kind}"), Some(kind), None, 4096)
}

pub(super) fn set(product: &mut Product, field: Field, value: &str) {
    product.fields.set(field, text(value));
}

pub(super) fn put(product: &mut Product, field: Field, file: Asset) {
    product.fields.set(field, Some(Value::Asset(file)));
}

pub(super) fn put_all(product: &mut Product, field: Field, files: Vec<Asset>) {
    product.fields.set(field, Some(Value::Assets(files)));
}

/// Another name of the first specification.
pub(super) fn call(product: &mut Product, name: &str) {
    let first = product.specifications.values_mut().next().unwrap();
    first.fields.set(SpecificationField::Name, text(name));
}

fn name(product: &mut Product, name: &str) {
    set(product, Field::Name, name);
    product.fields.set(Field::CertificateName, None);
}

/// A product that nobody objects to.
pub(super) fn good() -> Product {
    let mut product = crm();
    set(&mut product, Field::Name, "Acme CRM");
    set(&mut product, Field::Version, "V1.0");
    put(&mut product, Field::Logo, picture(FileKind::Png, 120, 120));
    put(&mut product, Field::MainPicture, picture(FileKind::Gif, 800, 600));
    set(&mut product, Field::Overview, "Keeps customers, offers and visits in one place.");
    set(&mut product, Field::Description, &"Keeps customers, offers and visits in one place. ".repeat(10));
    set(
        &mut product,
        Field::Agreement,
        "The buyer may use the product (all of it) for as long as it is paid for.",
    );
    set(&mut product, Field::SupportHotline, "+65 6123 4567");
    set(&mut product, Field::SupportEmail, "help@acme.example");
    put(&mut product, Field::Certificate, document(FileKind::Pdf));
    set(&mut product, Field::CertificateName, "acme  crm");
    product
}

/// Advice on site, sold in the same words.
pub(super) fn service(product: &mut Product, templates: Vec<Asset>) {
    let once = simple("Workshop", &[(BillingMode::OneTime, "900")]);
    let fields = std::mem::take(&mut product.fields);
    *product = crate::sandbox_account::product("crm", DeliveryMethod::ProfessionalService, vec![once]);
    for field in [Field::Name, Field::Version, Field::Logo, Field::SupportHotline, Field::SupportEmail] {
        product.fields.set(field, fields.value(field).cloned());
    }
    put_all(product, Field::RequestTemplates, templates);
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "support-contact-missing",
        rules: &[71, 132],
        site: "intl",
        wrong: &[
            |product| product.fields.set(Field::SupportHotline, None),
            |product| set(product, Field::SupportEmail, " \n"),
        ],
        right: &[|product| set(product, Field::SupportHotline, "hotline on working days")],
    },
    of_110(
        "specification-name-borrows-platform",
        &[|product| call(product, "HUAWEI CLOUD Standard"), |product| call(product, "华为云版")],
        &[|product| call(product, "Cloud for Huawei phones")],
    ),
    of_110(
        "specification-name-bare",
        &[
            |product| call(product, "Specification 1"),
            |product| call(product, "spec-2"),
            |product| call(product, "规格1"),
            |product| call(product, "SKU 3"),
        ],
        &[|product| call(product, "Special 1"), |product| call(product, "Spec for 5 people")],
    ),
    of_110(
        "specification-name-invites-contact",
        &[
            |product| call(product, "Team, call 400-800-5050"),
            |product| call(product, "Contact us"),
            |product| call(product, "旗舰版（详询客服）"),
        ],
        &[|product| call(product, "1 000 000 contacts"), |product| call(product, "Team 2024-2025")],
    ),
    case(
        "name-missing",
        &[
            |product| {
                set(product, Field::Name, " ");
                product.fields.set(Field::CertificateName, None);
            },
            |product| call(product, "\u{200b}\u{3164}"),
        ],
        &[|product| call(product, "B")],
    ),
    case(
        "product-name-unlike-certificate",
        &[
            |product| set(product, Field::Name, "Acme Sales"),
            |product| {
                set(product, Field::CertificateName, "Acme CRM Pro");
            },
        ],
        &[
            |product| set(product, Field::Name, "ACME CRM (HCS Version)"),
            |product| {
                product.fields.set(Field::CertificateName, None);
            },
        ],
    ),
    case(
        "product-name-exaggerated",
        &[|product| name(product, "The Best CRM"), |product| name(product, "World’s First CRM")],
        &[|product| name(product, "Bestseller Ledger")],
    ),
    case(
        "product-name-borrows-platform",
        &[
            |product| name(product, "Huawei Cloud CRM Solution"),
            |product| name(product, "华为云客户管理"),
            |product| {
                name(product, "Huawei Cloud Stackable (HCS Version)");
            },
        ],
        &[|product| name(product, "CRM on Huawei Cloud Stack (HCS Version)")],
    ),
    case(
        "product-name-with-details",
        &[
            |product| name(product, "Acme CRM, $99 a year"),
            |product| name(product, "Acme CRM V2.0"),
            |product| name(product, "Acme CRM +65 6123 4567"),
        ],
        &[|product| name(product, "Acme CRM 2"), |product| name(product, "Acme 365")],
    ),
    case(
        "stack-edition-misnamed",
        &[|product| name(product, "Acme CRM for HCS"), |product| name(product, "华为云Stack客户管理（HCS）")],
        &[|product| name(product, "Acme CRM (HCS Version)"), |product| name(product, "客户管理（HCS版）")],
    ),
    case(
        "version-not-numbered",
        &[
            |product| set(product, Field::Version, "First Version"),
            |product| set(product, Field::Version, "v0.1"),
            |product| set(product, Field::Version, "V0.1"),
            |product| set(product, Field::Version, "V1."),
        ],
        &[|product| set(product, Field::Version, "V10.0.3"), |product| set(product, Field::Version, "V2")],
    ),
    case(
        "logo-unsuitable",
        &[
            |product| put(product, Field::Logo, picture(FileKind::Png, 64, 64)),
            |product| put(product, Field::Logo, picture(FileKind::Jpg, 120, 120)),
            |product| {
                put(product, Field::Logo, file("l.png", Some(FileKind::Png), Some([120, 120]), 6_000_000));
            },
            |product| put(product, Field::Logo, file("logo.exe", None, None, 9)),
            |product| put(product, Field::Logo, file("logo.png", None, Some([120, 120]), 9)),
        ],
        // An old record says nothing of kind and pixels.
        &[
            |product| put(product, Field::Logo, file("Logo.PNG", None, None, 9)),
            |product| {
                put(product, Field::Logo, file("logo.png", Some(FileKind::Png), None, 9));
            },
        ],
    ),
    chinese(
        "main-picture-unsuitable",
        &[
            |product| put(product, Field::MainPicture, picture(FileKind::Jpg, 800, 601)),
            |product| {
                put(product, Field::MainPicture, picture(FileKind::Bmp, 800, 600));
            },
        ],
        &[|product| put(product, Field::MainPicture, file("main.JPEG", None, None, 9))],
    ),
    chinese(
        "description-too-short",
        &[|product| set(product, Field::Description, &format!("Short.{}", " ".repeat(400)))],
        &[|product| {
            set(product, Field::Description, "Short.");
            put_all(product, Field::DescriptionPictures, vec![picture(FileKind::Png, 1000, 800)]);
        }],
    ),
    chinese(
        "description-pictures-unsuitable",
        &[
            |product| put_all(product, Field::DescriptionPictures, vec![picture(FileKind::Png, 1201, 800)]),
            |product| put_all(product, Field::DescriptionPictures, vec![picture(FileKind::Gif, 1000, 800)]),
            |product| {
                let six = (900..906).map(|width| picture(FileKind::Png, width, 800)).collect();
                put_all(product, Field::DescriptionPictures, six);
            },
        ],
        &[|product| put_all(product, Field::DescriptionPictures, vec![picture(FileKind::Jpg, 1200, 9000)])],
    ),
    chinese(
        "superlative-used",
        &[
            |product| set(product, Field::Overview, "全国第一的客户管理"),
            |product| set(product, Field::SeoTitle, "the ULTIMATE crm"),
            |product| call(product, "最佳版"),
            |product| {
                product.fields.set(Field::Highlights, Some(Value::Texts(vec!["Fast".into(), "顶级".into()])));
            },
        ],
        &[|product| set(product, Field::Overview, "Bestows order. 第二")],
    ),
    case(
        "agreement-unfinished",
        &[
            |product| set(product, Field::Agreement, "Party A: ____"),
            |product| set(product, Field::Agreement, "甲方：【 】"),
            |product| set(product, Field::Agreement, "Both parties affix their seal."),
        ],
        &[|product| set(product, Field::Agreement, "Data is sealed __safely__ [1].")],
    ),
    case(
        "certificate-missing",
        &[|product| product.fields.set(Field::Certificate, None)],
        &[|product| service(product, vec![document(FileKind::Docx)])],
    ),
    case(
        "certificate-unsuitable",
        &[
            |product| put(product, Field::Certificate, picture(FileKind::Jpg, 800, 600)),
            |product| {
                put(product, Field::Certificate, file("c.pdf", Some(FileKind::Pdf), None, 21 << 20));
            },
        ],
        &[
            |product| put(product, Field::Certificate, document(FileKind::Rar)),
            |product| {
                put(product, Field::Certificate, file("c.pdf", Some(FileKind::Pdf), None, 20 << 20));
            },
        ],
    ),
    case(
        "request-template-unsuitable",
        &[|product| service(product, vec![document(FileKind::Xlsx), document(FileKind::Pdf)])],
        &[|product| service(product, vec![document(FileKind::Xlsx), document(FileKind::Doc)])],
    ),
];
