//! What a ledger on a git branch promises beyond the contract.
