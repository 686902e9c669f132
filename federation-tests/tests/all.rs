//! Every black-box test, in one binary.
