//! What people are told about a run: standings, accounts, summaries.
