//! Why a weight has the same bits in two snapshots.

/// Why a weight is stopped over an interval: the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Its bits changed between the snapshots and came back.
    Returned,
    /// Its filter was dead: silent on the whole training set at the end of the interval, and on
    /// every batch of it.
    Dead,
    /// Its filter was not, but the filter whose output it reads was: its input is exactly 0.
    Starved,
    /// It only ever reads pixels that are 0 in every training image.
    Blank,
    /// Its filter is active on the training set, and yet got no gradient at any step of the last
    /// epoch (or of the interval, if that is longer).
    CutOff,
    /// Its filter was silent on every batch of the interval.
    Inactive,
    /// The filter whose output it reads was silent on every batch of the interval.
    QuietInput,
    /// No gradient reached its filter at any step of the interval, though it was active on some
    /// batch: wherever it was, all that reads it was off, or the gradient of the loss was 0 in f32.
    Unreached,
    /// Its own input was 0 at every image and place at which a gradient reached its filter: some
    /// other weight or the bias of the filter got one, and this weight never did.
    NoInput,
    /// Its gradient was not 0 at some step, and every update rounded away.
    Stalled,
}

/// What is known of a weight over an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a piece of evidence of its own"
)]
pub(super) struct Evidence {
    /// Its bits changed at some step.
    pub changed: bool,
    /// Its filter was dead.
    pub dead: bool,
    /// The filter whose output it reads was dead.
    pub starved: bool,
    /// It reads blank pixels.
    pub blank: bool,
    /// Its filter was cut off.
    pub cut_off: bool,
    /// Its filter was silent on every batch.
    pub inactive: bool,
    /// The filter whose output it reads was silent on every batch.
    pub quiet_input: bool,
    /// The gradient of some weight or the bias of its filter was not exactly 0 at some step.
    pub reached: bool,
    /// Its own gradient was not exactly 0 at some step.
    pub gradient: bool,
}

impl Cause {
    /// All causes, in their order of precedence.
    pub const ALL: [Self; 10] = [
        Self::Returned,
        Self::Dead,
        Self::Starved,
        Self::Blank,
        Self::CutOff,
        Self::Inactive,
        Self::QuietInput,
        Self::Unreached,
        Self::NoInput,
        Self::Stalled,
    ];

    /// Its name in the rows of the probe.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Dead => "dead",
            Self::Starved => "starved",
            Self::Blank => "blank input",
            Self::CutOff => "cut off",
            Self::Inactive => "inactive",
            Self::QuietInput => "quiet input",
            Self::Unreached => "unreached",
            Self::NoInput => "no input",
            Self::Stalled => "stalled",
        }
    }

    /// The cause that evidence shows, of a weight whose bits are the same at both ends.
    pub(super) const fn of(evidence: Evidence) -> Self {
        if evidence.changed {
            Self::Returned
        } else if evidence.dead {
            Self::Dead
        } else if evidence.starved {
            Self::Starved
        } else if evidence.blank {
            Self::Blank
        } else if evidence.cut_off {
            Self::CutOff
        } else if evidence.inactive {
            Self::Inactive
        } else if evidence.quiet_input {
            Self::QuietInput
        } else if !evidence.reached {
            Self::Unreached
        } else if !evidence.gradient {
            Self::NoInput
        } else {
            Self::Stalled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_is_the_cause() {
        let mut evidence = Evidence {
            changed: true,
            dead: true,
            starved: true,
            blank: true,
            cut_off: true,
            inactive: true,
            quiet_input: true,
            reached: false,
            gradient: false,
        };
        let clear: [fn(&mut Evidence); 9] = [
            |e| e.changed = false,
            |e| e.dead = false,
            |e| e.starved = false,
            |e| e.blank = false,
            |e| e.cut_off = false,
            |e| e.inactive = false,
            |e| e.quiet_input = false,
            |e| e.reached = true,
            |e| e.gradient = true,
        ];
        for (cause, clear) in Cause::ALL.into_iter().zip(clear) {
            assert_eq!(Cause::of(evidence), cause);
            clear(&mut evidence);
        }
        assert_eq!(Cause::of(evidence), Cause::Stalled);
    }

    #[test]
    fn causes_are_numbered_in_their_order() {
        for (index, cause) in Cause::ALL.into_iter().enumerate() {
            assert_eq!(cause as usize, index);
        }
    }
}
