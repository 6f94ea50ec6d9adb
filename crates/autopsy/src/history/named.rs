//! Steps between files that the numbers in their names count.

use crate::checkpoint::Progress;
use crate::order::{Counted, Saved};

/// Whether the numbers may count optimizer steps: not beside a word for epochs, nor where they
/// grow by 1 without a word, as those of epochs and of saves do.
pub fn may_count_steps(files: &[Saved]) -> bool {
    let is = |counted: Counted| files.iter().all(|file| file.counted == counted);
    let one_by_one = || {
        let mut pairs = files.windows(2);
        pairs.any(|pair| pair[0].number.map(|own| own + 1) == pair[1].number)
    };
    is(Counted::Steps) || !is(Counted::Epochs) && !one_by_one()
}

/// The difference of two files' numbers, unless it is that of the epochs inside the files.
pub fn steps(pair: &[Saved], epochs: [Progress; 2]) -> Option<f64> {
    let [before, after] = [0, 1].map(|at| pair[at].number);
    let steps = after?.checked_sub(before?)?;
    let [first, second] = epochs.map(|own| own.epoch);
    let passed = || second?.checked_sub(first?);
    let are_epochs = pair[1].counted != Counted::Steps && passed() == Some(steps);
    (!are_epochs).then_some(steps as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(number: u64, counted: Counted) -> Saved {
        Saved {
            path: "a".into(),
            number: Some(number),
            counted,
            source: None,
        }
    }

    fn files(numbers: &[u64], counted: Counted) -> Vec<Saved> {
        numbers.iter().map(|&own| saved(own, counted)).collect()
    }

    #[test]
    fn numbers_of_epochs_and_saves_count_no_steps() {
        use Counted::{Epochs, Saves, Steps, Unknown};
        for (numbers, counted, may) in [
            (&[10, 20][..], Epochs, false),
            (&[1, 2, 5], Saves, false),
            (&[3, 4], Unknown, false),
            (&[500, 1000], Saves, true),
            (&[1, 2], Steps, true),
        ] {
            assert_eq!(
                may_count_steps(&files(numbers, counted)),
                may,
                "{numbers:?}"
            );
        }
    }

    #[test]
    fn what_grows_like_the_epochs_counts_epochs() {
        let epochs = [5, 10].map(|epoch| Progress {
            epoch: Some(epoch),
            step: None,
        });
        assert_eq!(steps(&files(&[5, 10], Counted::Saves), epochs), None);
        assert_eq!(steps(&files(&[5, 10], Counted::Steps), epochs), Some(5.0));
        let none = [Progress::default(); 2];
        assert_eq!(steps(&files(&[50, 90], Counted::Saves), none), Some(40.0));
    }
}
