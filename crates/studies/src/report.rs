//! Writes what a study found: tables, figures with captions, judged predictions.
