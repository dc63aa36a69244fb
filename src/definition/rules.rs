//! What each rule about the form of files means, for `gallerist explain`.

use crate::diagnostic::RuleId;

/// A rule about the form of files: its id names the bad pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShapeRule {
    /// Kebab-case id.
    pub id: RuleId,
    /// One paragraph: what it finds, why that matters, what to do instead.
    pub text: &'static str,
}

const fn rule(id: RuleId, text: &'static str) -> ShapeRule {
    ShapeRule { id, text }
}

/// Every rule that reading YAML, `gallerist.yaml` and definitions can report, by id.
#[rustfmt::skip]
pub const SHAPE_RULES: &[ShapeRule] = &[
    rule("amount-form", "An amount of money is digits with at most one point between them, at most 28 of them: `\"9.90\"`. Signs, exponents, separators, commas and leading zeros are refused because programs read them differently. Write the plain decimal."),
    rule("api-version-unknown", "`apiVersion` names the form of a document, and this program knows `gallerist/v1` only. A newer form needs a newer program; an older one is changed by hand as its release notes say."),
    rule("asset-link", "A file of a product is a link. Links could lead out of the repository, so they are never followed. Put the file itself there."),
    rule("asset-missing", "A file that a product names is not there. Paths are relative to the product's own file. Check the spelling, and that the file is committed."),
    rule("asset-not-a-file", "A path of a product leads to a folder or something else that has no content. Name a file."),
    rule("asset-not-text", "A text kept in a file (`{file: description.md}`) is not UTF-8, so it cannot be shown to buyers. Save it as UTF-8."),
    rule("asset-too-large", "A file of a product is larger than is taken. The marketplace has limits for each kind of file, and a repository is not a place for bigger ones. Make it smaller."),
    rule("asset-unreadable", "A file of a product is there and could not be read. Nothing is guessed in its place. Check its permissions."),
    rule("attribute-kind-unclear", "An attribute is either a choice (`values`) or a number (`quantity`), never both and never neither. Write one of them, or leave both out when the attribute library says it."),
    rule("attribute-name-missing", "An attribute needs the name buyers see. It may come from the attribute library; here neither says it. Add `name:`."),
    rule("attribute-not-enumerated", "A SKU is a combination of choices. A quantity is picked by the buyer and is not part of a SKU. Leave it out of `values`."),
    rule("attribute-unknown", "A SKU names an attribute that the specification does not have. Use a code that stands under `attributes`."),
    rule("attribute-value-unknown", "A SKU names a value that its attribute does not have. Use a value key that stands under the attribute's `values`."),
    rule("attribute-values-empty", "An attribute with choices has none, so it generates no SKU. Add at least one value, as in `basic: Basic`."),
    rule("attributes-missing", "SKUs are generated from attributes; this specification lists SKUs and has no attributes. Add them under `attributes`."),
    rule("attributes-too-many", "A specification has more attributes than a buyer could choose from; their combinations grow without bound. Use fewer attributes, or several specifications."),
    rule("bidi-control", "A text holds a character that changes the direction of what follows, so people read something else than programs do. It is kept, with this warning. Remove it unless the language needs it."),
    rule("config-missing", "A catalog has a `gallerist.yaml` at its root that names its targets. Without it nothing can be read. `gallerist init` writes one."),
    rule("control-character", "A text holds a character that editors do not show, such as NUL or an escape code. It could hide text or trouble a terminal, so the file is refused. Remove it."),
    rule("day-form", "A day is a date without time, as in `2026-12-31`. Another text would mean different days to different readers. Write year, month and day with two dashes."),
    rule("default-target-missing", "With two or more targets, one must be the default, or commands without `--target` would guess. Add `defaultTarget:`."),
    rule("delivery-block-mismatch", "Each delivery method has a block of fields of its own (`saas:`, `license:` and so on). A block of another method would be ignored by the marketplace. Remove it or change `delivery`."),
    rule("delivery-not-at-site", "The site of a target does not offer this delivery method. Sell the product at other targets, or lift the limit in the target's site settings when you know better."),
    rule("duplicate-key", "A mapping has one key twice. Programs disagree on which one counts, so neither does. Keep one."),
    rule("empty-file", "A file where a definition should stand has no content. Write the document or delete the file."),
    rule("factor-key-repeated", "Two billing factors of a specification have one key. Keys are how they are told apart between runs. Give one of them another key."),
    rule("field-not-of-delivery", "A field of a specification belongs to other delivery methods, as trials belong to SaaS (R97). The console has no such field here. Remove it."),
    rule("file-too-large", "A definition is larger than is read (1 MiB). Such files are mostly texts or pictures that belong in files of their own. Use `{file: ...}`."),
    rule("former-key-claimed-twice", "Two products say in `formerly` that they had the same key. Only one can have been it, and bindings to the marketplace follow that one. Take the key from one of them."),
    rule("former-key-in-use", "A key is said to be renamed, and still stands. Then two things would claim the same released one. Remove the old one, or take the key from `formerly`."),
    rule("item-key-repeated", "Two billing items of a factor have one key. Keys are how they are told apart between runs. Give one of them another key."),
    rule("key-form", "Keys are 1 to 64 of `a-z`, `0-9` and `-`, with a letter or digit at both ends; currency codes are three capital letters. Keys are compared byte by byte and appear in file names and commands. Write it in that form."),
    rule("key-not-text", "A key of a mapping is itself a list or mapping. YAML allows it and no document uses it; mostly a `?` or a bracket stands in the wrong place. Write a plain key."),
    rule("kind-unknown", "`kind` names what a document is, and files of other kinds do not belong at this place: products stand in the products folder, approvals in theirs. Move the file or mend `kind`."),
    rule("merge-key", "A merge key (`<<`) pulls keys from elsewhere, so that what a reviewer sees is not what counts. Write the keys out."),
    rule("missing-field", "A field that every document of this kind needs is not there. Add it; the help tells what it holds."),
    rule("moment-form", "A moment is a date with time and zone, as in `2026-12-31T00:00:00Z`. Without a zone it would mean different moments on different machines. Write it in full."),
    rule("names-itself", "A thing names its own key in `formerly` or `replaces`. It can follow others only. Leave its own key out."),
    rule("nesting-too-deep", "Mappings and lists are nested deeper than any document needs. Such files are made to exhaust programs. Mend the structure."),
    rule("not-utf8", "A file is not UTF-8 text, so its characters cannot be known and nothing is guessed. Save it as UTF-8."),
    rule("number-out-of-range", "A number is outside of what the field can hold. Write one within the limits that the help or the schema names."),
    rule("operation-form", "An approval names an operation as the plan shows it: `o-` and 16 hexadecimal digits. Another text could never match. Copy it from the plan."),
    rule("override-unused", "An override stands for a target where the product is not sold, so it has no effect. Add the target to `targets`, or remove the override."),
    rule("package-key-repeated", "Two packages of a specification have one key. Keys are how they are told apart between runs. Give one of them another key."),
    rule("package-price-tiered", "A package is bought as a whole for one price; ranges of prices belong to billing items. Write one amount."),
    rule("path-outside", "A path leads out of the catalog's folder. Definitions may come from strangers, so only files inside it are read. Keep the file inside and use `/` between names."),
    rule("price-currency-missing", "Prices are maps by currency and each target picks its own. A missing one is never converted from another. Add the target's currency."),
    rule("price-missing", "A price table has a hole: billing modes belong to the specification, so every SKU needs a price in each mode. Add the price."),
    rule("product-key-repeated", "Two files define products with one key. The key is a product's identity, so both cannot be it. Give one of them another key."),
    rule("product-replaced-twice", "Two products say that they take the place of the same one. Only one can be compared with it and ordered after it. Take the key from one of them."),
    rule("quantity-range-empty", "A quantity has no value a buyer could pick: its smallest is above its largest, or its step is nothing. Mend the range."),
    rule("retire-and-unmanage", "A thing is to be taken off the catalog and to be left alone at the same time. Choose one."),
    rule("several-documents", "A file holds several YAML documents (`---`). One document per file keeps paths and products together. Split the file."),
    rule("site-setting-invalid", "A setting under `site.set` does not exist or has another form. Settings have the names and forms of the site profile. Mend or remove it."),
    rule("site-unknown", "A target names a site that has no embedded profile. Use one of those named, or extend one with `{extends: intl, set: {...}}`."),
    rule("sku-repeated", "One combination of attribute values has two entries in one list, with two sets of prices, and neither can be the right one. Keep one."),
    rule("sku-value-missing", "A SKU has one value for every attribute with choices; here one is missing, so it is not known which SKU is meant. Add the value."),
    rule("skus-too-many", "The attributes of a specification generate more combinations than can be priced and reviewed. Use fewer attributes or values, or several specifications."),
    rule("specification-key-repeated", "Two specifications of a product have one key. Keys are how they are told apart between runs. Give one of them another key."),
    rule("target-missing", "A catalog or product names no target, so it would be sold nowhere. Name one; a product that leaves `targets` out is sold at the default target."),
    rule("target-unknown", "A target is named that `gallerist.yaml` does not have. Use one of those it names, or add it there."),
    rule("text-empty", "A text that people or the marketplace must read says nothing. Say it, or leave the field out."),
    rule("tiers-not-ascending", "Ranges of a tiered price stand out of order, or two begin at the same quantity. Each range ends where the next begins. Order them by `from`."),
    rule("too-few-items", "A list has fewer elements than it needs to mean anything. Add one, or leave the field out."),
    rule("too-many-nodes", "A file has more keys and values than any definition needs. Such files are made to exhaust programs. Split it or mend it."),
    rule("unknown-field", "A document has a field that its kind does not know; mostly a slip of the pen. It would silently do nothing, so it is refused. The JSON Schemas (`gallerist schema`) list all fields, and editors complete them."),
    rule("unknown-value", "A field takes one of a few words, and this is none of them. Use one of those the help names."),
    rule("upgrade-sku-unknown", "An upgrade rule names a SKU that its specification does not have. Buyers move between existing SKUs of one specification (R112). Use one of them."),
    rule("upgrade-specification-unknown", "An upgrade rule names a specification that the product does not have (R112). Use the key of one that stands there."),
    rule("upgrade-to-itself", "An upgrade rule leads from a SKU to the same one without more quantity, so it changes nothing. Name two SKUs, or give an `expansion`."),
    rule("wrong-shape", "A value does not have the form its field needs, in a way that no other rule names. The message says what is expected; the JSON Schemas (`gallerist schema`) hold all forms."),
    rule("wrong-type", "A field takes one kind of value and got another: `1.10` is a number and would lose its zero, `no` is a text and not false. Write texts that look like numbers in quotes, and flags as `true` or `false`."),
    rule("yaml-alias", "Anchors and aliases repeat parts of a file out of sight, and nested ones grow without bound. They are not read. Write the values out."),
    rule("yaml-syntax", "A file is not valid YAML. Reading stops at the first such place, because what follows could mean anything. Mostly a bracket, a quote or the indentation is wrong."),
    rule("yaml-tag", "A tag (`!!str`, `!custom`) tells programs to read a value in another way; no document needs one. Leave it out, and put texts in quotes."),
];
