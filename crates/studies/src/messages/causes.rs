//! An error and what caused it.

use std::error::Error;

/// An error with its causes, each said once: many errors say their cause themselves, and name it as
/// their source too.
pub fn causes(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        source = cause.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use std::io;

    use anyhow::Context as _;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read a: {source}; make room")]
    struct Saying {
        source: io::Error,
    }

    #[test]
    fn a_cause_is_said_once() {
        let source = io::Error::from_raw_os_error(2);
        let words = source.to_string();
        let error = Err::<(), _>(Saying { source })
            .context("images of b")
            .unwrap_err();
        let said = causes(error.as_ref());
        assert_eq!(
            said,
            format!("images of b: cannot read a: {words}; make room")
        );
        let silent = Err::<(), _>(io::Error::from_raw_os_error(2)).context("cannot read a");
        assert_eq!(
            causes(silent.unwrap_err().as_ref()),
            format!("cannot read a: {words}")
        );
    }
}
