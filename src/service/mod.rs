//! What the commands do, without a terminal: open a catalog, check, plan, apply.
