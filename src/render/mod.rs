//! Reports as text for terminals and files; one escape per format.
