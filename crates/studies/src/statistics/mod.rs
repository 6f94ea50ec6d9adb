//! Published summaries: pure functions on slices, computed in a fixed order.
