//! Writes catalogs of any size: the same number gives the same bytes on any machine.
//!
//! Example 14 is this generator's output for two hundred products, and a test holds that it still is.

/// A file of a generated catalog: path from the catalog's root, and content.
pub(crate) type Generated = (String, Vec<u8>);

const LOGO: &[u8] = include_bytes!("../examples/01-first-image/products/harbour-backup/logo.png");
const GUIDE: &[u8] = include_bytes!("../examples/01-first-image/products/harbour-backup/guide.pdf");
const REQUEST: &[u8] =
    include_bytes!("../examples/04-first-professional-service/products/quayside-migration/request.xlsx");
const ACCEPTANCE: &[u8] = include_bytes!("../examples/03-first-license/products/ledgerleaf/acceptance.docx");

const SUBJECTS: &[&str] = &[
    "Invoice",
    "Payroll",
    "Fleet",
    "Warehouse",
    "Clinic",
    "Campus",
    "Hotel",
    "Harvest",
    "Factory",
    "Retail",
    "Legal",
    "Energy",
    "Water",
    "Weather",
    "Traffic",
    "Parking",
    "Museum",
    "Library",
    "Kitchen",
    "Studio",
    "Bakery",
    "Railway",
    "Airport",
    "Forest",
    "Insurance",
];

/// What is sold about each subject: the name's second half, the delivery method, what it does.
const KINDS: &[(&str, &str, &str)] = &[
    ("Desk", "saas", "keeps the daily work of a team on one page"),
    ("Archive Server", "image", "stores documents for as long as the law asks and finds them again"),
    ("Toolkit", "license", "adds reports and checks to the systems you already have"),
    (
        "Rollout Service",
        "professional-service",
        "brings the new system to every branch and trains the people there",
    ),
    ("Cost Advice", "consulting-service", "reads the bills with you and leaves a list of savings"),
    ("Sensor Kit", "hardware", "measures on site and sends what it measured every ten minutes"),
    ("Portal", "saas", "lets customers see and change what concerns them"),
    ("Report Server", "image", "turns tables into pages that managers read"),
];

/// All files of a catalog with so many products.
pub(crate) fn catalog(products: usize) -> Vec<Generated> {
    let mut files: Vec<Generated> = vec![
        text("gallerist.yaml", CATALOG),
        text("attributes.yaml", ATTRIBUTES),
        text(".gitignore", ".gallerist/\n"),
        text("assets/agreement.md", AGREEMENT),
        ("assets/logo.png".into(), LOGO.to_vec()),
        ("assets/guide.pdf".into(), GUIDE.to_vec()),
        ("assets/request.xlsx".into(), REQUEST.to_vec()),
        ("assets/acceptance.docx".into(), ACCEPTANCE.to_vec()),
    ];
    files.extend((0..products).flat_map(product));
    files
}

fn text(path: &str, content: &str) -> Generated {
    (path.to_owned(), content.as_bytes().to_vec())
}

/// The product with this number, from 0, and its certificate.
fn product(index: usize) -> Vec<Generated> {
    let subject = SUBJECTS[index % SUBJECTS.len()];
    let (kind, delivery, does) = KINDS[(index / SUBJECTS.len()) % KINDS.len()];
    // Past one of each, a series letter keeps names and keys apart.
    let series = index / (SUBJECTS.len() * KINDS.len());
    let name = if series == 0 {
        format!("{subject} {kind}")
    } else {
        format!("{subject} {kind} {}", letters(series))
    };
    let key = name.to_lowercase().replace(' ', "-");
    let title = match delivery {
        "saas" | "image" | "license" => "Software copyright certificate",
        "hardware" => "Test report",
        _ => "",
    };
    let file = format!("assets/certificates/{key}.pdf");
    let certificate = if title.is_empty() {
        String::new()
    } else {
        format!("certificate: {{file: ../{file}, softwareName: {name}}}\n")
    };
    let content = format!(
        "apiVersion: gallerist/v1
kind: Product
key: {key}
delivery: {delivery}
salesType: common
name: {name}
version: V{major}.{minor}
category: Business software
logo: ../assets/logo.png
overview: {name} {does}.
description: |
  # {name}

  {name} {does}.

  It was made together with companies that work with this every day, and each function began as a question one of
  them asked. Updates come every month and are described before they are installed.

  ## What you get

  - A start in days: the first results are there before the first invoice.
  - One page that shows what needs attention today, and for whom.
  - Exports in open formats, so that nothing is locked in.

  ## Specifications

  - **Small** is for one team; **Large** is for a company with several branches.
highlights:
  - Made with companies that use it every day
  - Open exports
agreement: {{file: ../assets/agreement.md}}
support:
  group: {subject} support
  content: Questions about use and delivery; weekdays from nine to six, Singapore time
  hotline: \"+65 6550 0100\"
  email: support@harbourline.example
userGuide: ../assets/guide.pdf
{certificate}publicSales: true
sharingRule: standard
seo:
  title: {name}
  keywords: [{keyword}, {delivery}]
  description: {name} {does}.
{specific}",
        major = 1 + index % 5,
        minor = index % 7,
        keyword = subject.to_lowercase(),
        specific = specific(delivery, &key, index),
    );
    let mut files = vec![text(&format!("products/{key}.yaml"), &content)];
    if !title.is_empty() {
        files.push((file, page(&[title, &name, "This is a sample for an example catalog."])));
    }
    files
}

/// A PDF of one page. No two products share a certificate, so each has a file of its own.
pub(crate) fn page(lines: &[&str]) -> Vec<u8> {
    let shown: Vec<String> = lines.iter().map(|line| format!("({line}) Tj 0 -17 Td")).collect();
    let shown = format!("BT /F1 12 Tf 60 770 Td {} ET", shown.join(" "));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{shown}\nendstream", shown.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (position, object) in objects.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", position + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 6\n{places}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

fn letters(number: usize) -> String {
    let letter = char::from(b'A' + u8::try_from((number - 1) % 26).unwrap_or(0));
    letter.to_string().repeat(1 + (number - 1) / 26)
}

/// The part that depends on how the product is delivered.
fn specific(delivery: &str, key: &str, index: usize) -> String {
    let price = 10 + index % 40;
    let periods = |asset: &str| {
        ["Small", "Large"].map(|name| {
            let factor = if name == "Small" { 1 } else { 4 };
            let lower = name.to_lowercase();
            let asset = if asset.is_empty() { String::new() } else { format!("    asset: {asset}-{lower}\n") };
            let (yearly, monthly) = (price * factor * 10, price * factor);
            format!(
                "  - key: {lower}\n    name: {name}\n    public: true\n{asset}    prices:\n      yearly: {{USD: \"{yearly}.00\"}}\n      monthly: {{USD: \"{monthly}.00\"}}\n"
            )
        })
    };
    match delivery {
        "saas" => format!(
            "saas:\n  asset: sa-{key}\n  vulnerabilityScan: passed\n  serviceSupervision: false\n  interface: {{url: \"https://{key}.harbourline.example/koogallery\", version: v2}}\nspecifications:\n{}",
            periods("").concat()
        ),
        "image" => format!(
            "image: {{asset: img-{key}, pricingMode: per-image, free: false}}\nspecifications:\n{}",
            periods(&format!("img-{key}")).concat()
        ),
        "license" => format!(
            "license:\n  deliveryProcess: online\n  deliverySlaDays: 3\n  deliveryTemplate: ../assets/acceptance.docx\n  applicationAsset: app-{key}\nspecifications:\n  - key: small\n    name: Small\n    public: true\n    template: custom\n    attributes:\n      edition: {{name: Edition, values: {{basic: Basic, pro: Professional}}}}\n    skus:\n      - values: {{edition: basic}}\n        prices: {{yearly: {{USD: \"{price}0.00\"}}}}\n      - values: {{edition: pro}}\n        prices: {{yearly: {{USD: \"{price}5.00\"}}}}\n"
        ),
        "professional-service" => format!(
            "professionalService:\n  serviceFlow: standard\n  deliveryDays: 20\n  requestTemplates: [../assets/request.xlsx]\nspecifications:\n  - key: small\n    name: Small\n    public: true\n    prices: {{one-time: {{USD: \"{price}00.00\"}}}}\n"
        ),
        "consulting-service" => {
            format!("consultingService:\n  link: \"https://advice.harbourline.example/{key}\"\n")
        }
        _ => format!(
            "hardware: {{inventory: 200}}\nspecifications:\n  - key: kit\n    name: Kit\n    public: true\n    template: custom\n    attributes:\n      edition: {{name: Edition, values: {{basic: Basic, pro: Professional}}}}\n    skus:\n      - values: {{edition: basic}}\n        prices: {{quantity: {{USD: \"{price}.00\"}}}}\n      - values: {{edition: pro}}\n        prices: {{quantity: {{USD: \"{price}.50\"}}}}\n"
        ),
    }
}

const CATALOG: &str = "apiVersion: gallerist/v1
kind: Catalog
name: harbour-line
targets:
  intl:
    site: intl
    account: harbour-line-main
    marketplace: {driver: sandbox, path: .gallerist/sandbox.db}
";

const ATTRIBUTES: &str = "apiVersion: gallerist/v1
kind: Attributes
attributes:
  edition:
    name: Edition
    description: Which functions are included.
    values: {basic: Basic, pro: Professional}
";

const AGREEMENT: &str = "# Service agreement

1. **Scope.** The seller provides the product as described on its page.
2. **Term.** The agreement begins when the order is delivered and ends with the paid period.
3. **Data.** Customer data stays the customer's and can be exported at any time.
";
