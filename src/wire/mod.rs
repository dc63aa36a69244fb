//! Versioned forms of everything that enters or leaves: snapshots, plans, diagnostics, ledger entries.
