//! autopsy
