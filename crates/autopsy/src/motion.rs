//! What moved a unit in one interval between two files.

use std::fmt;

use serde::Serialize;

/// What moved a unit's weights between two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// A gradient.
    Learning,
    /// Nothing: every weight has the same bits.
    Frozen,
    /// Weight decay alone: one factor for all weights, that of others of its parameter group.
    Decaying,
    /// L2 through Adam alone: every weight by itself towards 0, at rates that grew together; or,
    /// where the readers are not known to have stopped, perhaps.
    Falling,
    /// Stored momentum alone, probably: the difference keeps its direction and shrinks, or a row
    /// that was 0 keeps one direction.
    Coasting,
    /// Gradients of other units alone, which a norm over channels passes on: its own gain and shift,
    /// and what reads it, got none.
    Carried,
    /// A gradient whose updates round away: part of the weights has the same bits, no other moved
    /// by more than two units in the last place.
    Stalled,
    /// Nothing more can be said: a weight is NaN or infinite.
    Diverged,
}

impl Motion {
    /// Whether it shows no gradient.
    pub const fn is_quiet(self) -> bool {
        matches!(
            self,
            Self::Frozen | Self::Decaying | Self::Falling | Self::Coasting | Self::Carried
        )
    }

    /// The word of the reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Frozen => "frozen",
            Self::Decaying => "decaying",
            Self::Falling => "falling",
            Self::Coasting => "coasting",
            Self::Carried => "carried",
            Self::Stalled => "stalled",
            Self::Diverged => "diverged",
        }
    }
}

impl fmt::Display for Motion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What the weights that read a unit did in an interval. Their gradient is a product with the
/// unit's output, so they stop when it is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// The unit learned, or is one whose readers are not known.
    Unknown,
    /// Everything that reads the unit is itself without a gradient, so its weights tell nothing.
    Silent,
    /// No gradient reached them, while the rest of their rows learned.
    Stopped,
    /// They moved, as they would if the unit put out nothing: the norm behind its activation makes a
    /// constant of an output of 0, or the norm of their own weight moves all of it with any part.
    Anyway,
    /// They moved.
    Moving,
}

impl Readers {
    /// Whether they fit a unit that puts out nothing and no other that gets no gradient.
    pub const fn show_silence(self) -> bool {
        matches!(self, Self::Stopped | Self::Anyway)
    }
}

/// A unit in one interval.
#[derive(Clone, Copy, Debug)]
pub struct Glimpse {
    /// What moved its weights.
    pub motion: Motion,
    /// Whether its bias, or the scale or shift of its norm, got a gradient.
    pub bias_moves: bool,
    /// Share of its weights that moved.
    pub moved: f32,
    /// Length of the difference of its weights.
    pub distance: f32,
    /// Whether none of its weights moved away from 0: decay alone may have moved it.
    pub shrinks: bool,
    /// Whether every weight was exactly 0 in the earlier file, and in the later one.
    pub zero: [bool; 2],
    /// Size of its largest weight in the later file.
    pub size: f32,
    /// Size of the gain of a norm that follows, in the later file.
    pub gain: Option<f32>,
    /// Whether it fell by L2 through Adam in the interval before too.
    pub fell_before: bool,
    /// What its readers did.
    pub readers: Readers,
    /// How many of the units that read it got a gradient, so that their weights can tell; counted
    /// where it has none.
    pub witnesses: usize,
    /// ln of the chance that a unit that learns like the best of its layer, and readers that
    /// learn like the rest of their rows, look like this.
    pub chance: f32,
    /// What the optimizer's state proves: `Some(true)` if there was no gradient.
    pub state: Option<bool>,
}

impl Glimpse {
    /// Whether no gradient reached the unit in this interval.
    pub fn is_quiet(&self) -> bool {
        self.state
            .unwrap_or(self.motion.is_quiet() && !self.bias_moves)
    }
}
