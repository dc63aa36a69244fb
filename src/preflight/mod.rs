//! What the marketplace will ask of a SaaS product's interfaces, asked before it does (R28, R116 to R123, R125).
