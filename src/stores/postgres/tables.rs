//! The tables, and how those of an older version become those of this one.

use super::failure::Failure;
use super::session::{Doubt, Sessions, begin, commit, lock};
use crate::ledger::LedgerError;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

/// Each brings the tables from the format of its place to the next one. What was released is never changed here: a new
/// format is a new step. `LEDGER` stands for the schema.
const STEPS: &[&str] = &[
    // Entries, which nobody changes or removes: not by a statement, and not by replication either.
    "
CREATE TABLE LEDGER.migration (
    version integer PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE LEDGER.entry (
    catalog  text NOT NULL,
    target   text NOT NULL,
    sequence bigint NOT NULL,
    token    text NOT NULL UNIQUE,
    at       text NOT NULL,
    product  text NOT NULL,
    event    text NOT NULL,
    PRIMARY KEY (catalog, target, sequence)
);
CREATE FUNCTION LEDGER.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'ledger entries are never changed or removed'; END $$;
CREATE TRIGGER entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON LEDGER.entry
    FOR EACH STATEMENT EXECUTE FUNCTION LEDGER.refuse();
ALTER TABLE LEDGER.entry ENABLE ALWAYS TRIGGER entry_is_final;
",
    // Leases, which come and go.
    "
CREATE TABLE LEDGER.lease (
    catalog text NOT NULL,
    target  text NOT NULL,
    product text NOT NULL,
    run     text NOT NULL,
    until   timestamptz NOT NULL,
    PRIMARY KEY (catalog, target, product)
);
",
];

/// The format this version writes.
pub(super) const FORMAT: u32 = 2;
const _: () = assert!(STEPS.len() == FORMAT as usize, "the last step makes the format of today");

/// A statement with the schema in its place.
pub(super) fn within(schema: &str, statement: &str) -> String {
    statement.replace("LEDGER", &format!("\"{schema}\""))
}

/// The format of the tables; 0 where there are none.
///
/// The catalog is read as a table: a server that answered before that a name stands for nothing may remember so until it
/// reads one, whatever others have made meanwhile.
async fn format(client: &Client, schema: &str) -> Result<u32, Failure> {
    let query = "SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                 WHERE nspname = $1 AND relname IN ('migration', 'entry')";
    let tables = client.query_typed(query, &[(&schema, Type::TEXT)]).await?;
    let tables: Vec<String> = tables.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    let (is_ledger, has_entries) = (has("migration"), has("entry"));
    if !is_ledger && has_entries {
        let text = format!("the schema `{schema}` holds tables of another program; name another one");
        return Err(LedgerError::Storage(text).into());
    }
    if !is_ledger {
        return Ok(0);
    }
    let query = within(schema, "SELECT coalesce(max(version), 0) FROM LEDGER.migration");
    let version: i32 = one(client.query_typed(&query, &[]).await?)?.try_get(0)?;
    let found = version.unsigned_abs();
    if found > FORMAT { Err(LedgerError::NewerFormat { found, known: FORMAT }.into()) } else { Ok(found) }
}

/// The only row of an answer that always has one.
pub(super) fn one(rows: Vec<Row>) -> Result<Row, Failure> {
    rows.into_iter()
        .next()
        .ok_or_else(|| LedgerError::Storage("the database gave no answer".to_owned()).into())
}

/// Whether there is a ledger to read.
pub(super) fn is_begun(sessions: &Sessions, schema: &str) -> Result<bool, LedgerError> {
    match sessions.ask(async |client| format(client, schema).await)? {
        0 => Ok(false),
        FORMAT => Ok(true),
        older => Err(LedgerError::Remote {
            what: format!(
                "the ledger's tables have format {older}, and this version of the tool reads {FORMAT}"
            ),
            said: "looking changes nothing".to_owned(),
            remedy: "let their owner run `gallerist ledger upgrade` once".to_owned(),
        }),
    }
}

/// Makes the tables, or raises those of an older version. Of several that begin at once one does it, and the others see
/// that it was done.
pub(super) fn prepare(sessions: &Sessions, schema: &str) -> Result<(), LedgerError> {
    if sessions.ask(async |client| format(client, schema).await)? == FORMAT {
        return Ok(());
    }
    let doubt = Doubt::default();
    sessions.run(&doubt, async |client| {
        client.batch_execute(&begin(lock(&["gallerist", "tables", schema]))).await?;
        let found = format(client, schema).await?;
        doubt.ends();
        let query = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";
        let has_schema = one(client.query_typed(query, &[(&schema, Type::TEXT)]).await?)?;
        if !has_schema.try_get::<_, bool>(0)? {
            client.batch_execute(&within(schema, "CREATE SCHEMA LEDGER")).await?;
        }
        for (step, version) in STEPS.iter().zip(1_u32..).skip(found as usize) {
            client.batch_execute(&within(schema, step)).await?;
            let note = format!("INSERT INTO LEDGER.migration (version) VALUES ({version})");
            client.batch_execute(&within(schema, &note)).await?;
        }
        commit(client, &doubt).await
    })
}
