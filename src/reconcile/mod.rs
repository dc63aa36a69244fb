//! The reconcile step machine and its executor.
