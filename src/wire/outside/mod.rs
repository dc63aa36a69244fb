//! Forms that others have laid down, as far as Gallerist writes them: SARIF, and GitLab's code quality report.

pub mod code_quality;
pub mod sarif;
