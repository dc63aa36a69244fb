//! `gallerist.yaml`: targets, guards and folders.
