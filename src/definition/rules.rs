//! What each rule about the form of files means, for `gallerist explain`.
