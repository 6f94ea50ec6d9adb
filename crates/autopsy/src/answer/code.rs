//! The codes of answers: `ANSWERS.md` says what each means.

use serde::Serialize;

/// What happened, the first that the files show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A weight is NaN or infinite.
    Diverged,
    /// Files hold the weights of an earlier one.
    WentBack,
    /// Steps were made and every gradient was exactly 0.
    NoGradient,
    /// The loss scaler skipped every step.
    StepsSkipped,
    /// All files hold the same weights, and nothing says why.
    SameFiles,
    /// Tensors stand still that the optimizer does not hold.
    NotInOptimizer,
    /// The rate is so small that most updates round away.
    RateTooSmall,
    /// Updates are smaller than half a unit in the last place.
    RoundsAway,
    /// Only the last layer learns.
    OnlyLastLearns,
    /// A layer is in the optimizer and every gradient of it is exactly 0.
    LayerWithoutGradient,
    /// What was 0 was moved by stored momentum or decay.
    MovedWithoutGradient,
    /// What gets no gradient is moved by decay alone.
    DecayOnly,
    /// Filters faded together with the gain of their norm.
    Faded,
    /// A layer is dead, or nearly, as a whole.
    Collapsed,
    /// Some units are dead.
    DeadUnits,
    /// Inputs whose weights never moved.
    InputsNeverRead,
    /// The base is frozen on purpose and its adapters learn.
    FrozenBase,
    /// Next to no gradient is left.
    Settled,
    /// Everything that is trained moves.
    Learns,
    /// What would decide it is not in the files.
    CannotTell,
}

impl Code {
    /// All codes, the first that the files show first.
    pub const ALL: [Self; 20] = [
        Self::Diverged,
        Self::WentBack,
        Self::NoGradient,
        Self::StepsSkipped,
        Self::SameFiles,
        Self::NotInOptimizer,
        Self::RateTooSmall,
        Self::RoundsAway,
        Self::OnlyLastLearns,
        Self::LayerWithoutGradient,
        Self::MovedWithoutGradient,
        Self::DecayOnly,
        Self::Faded,
        Self::Collapsed,
        Self::DeadUnits,
        Self::InputsNeverRead,
        Self::FrozenBase,
        Self::Settled,
        Self::Learns,
        Self::CannotTell,
    ];

    /// Whether the run as a whole trains: something goes on that can be compared with others'.
    pub const fn trains(self) -> bool {
        matches!(
            self,
            Self::DeadUnits | Self::InputsNeverRead | Self::Learns | Self::Settled
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented_in_this_order() {
        let text = include_str!("../../ANSWERS.md");
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
        let documented: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        let codes = Code::ALL.map(|code| serde_json::to_value(code).unwrap());
        assert_eq!(
            codes.map(|code| code.as_str().unwrap().to_owned()).to_vec(),
            documented
        );
        assert!(Code::ALL.is_sorted());
    }
}
