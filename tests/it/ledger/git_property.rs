//! Two clones.
