//! The life of one filter, from what the censuses of the grid saw of it.

/// What was seen of a filter at one census.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Updates done.
    pub step: u32,
    /// Whether it was dead.
    pub dead: bool,
    /// The last step before this one whose training batch met a pre-activation at which the
    /// derivative is not 0: the filter was alive then.
    pub last_alive: Option<u32>,
}

/// Births, deaths and revivals of one filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Dead at the first census.
    pub born_dead: bool,
    /// Dead at some census.
    pub ever_dead: bool,
    /// Dead at the last census.
    pub dead_at_end: bool,
    /// Times it was dead at one census and alive at the next.
    pub revivals: u32,
    /// First death that was not there from the beginning, as (a, b]: known to be alive at a, dead
    /// at the census of b.
    pub first_death: Option<(u32, u32)>,
    /// The start of the death that lasts to the end, likewise. None for filters alive at the end
    /// or dead throughout.
    pub final_death: Option<(u32, u32)>,
}

impl Life {
    /// The life that a sequence of censuses saw. A census at which a filter is dead begins a death
    /// if the one before found it alive, or a training batch between the two did.
    pub fn of(sightings: &[Sighting]) -> Self {
        let mut life = Self {
            born_dead: sightings.first().is_some_and(|first| first.dead),
            ever_dead: sightings.iter().any(|sighting| sighting.dead),
            dead_at_end: sightings.last().is_some_and(|last| last.dead),
            ..Self::default()
        };
        for pair in sightings.windows(2) {
            let (before, now) = (pair[0], pair[1]);
            life.revivals += u32::from(before.dead && !now.dead);
            let by_census = (!before.dead).then_some(before.step);
            let by_batch = now.last_alive.filter(|&step| step >= before.step);
            match by_census.max(by_batch) {
                _ if !now.dead => life.final_death = None,
                Some(alive) => {
                    life.final_death = Some((alive, now.step));
                    life.first_death = life.first_death.or(life.final_death);
                }
                None => {}
            }
        }
        life
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One census at each of the steps 0, 10, 20, ...: `d` dead, `a` alive.
    fn life(seen: &str, alive_in_batches: &[u32]) -> Life {
        let sightings: Vec<_> = seen
            .chars()
            .zip(0..)
            .map(|(state, number)| Sighting {
                step: number * 10,
                dead: state == 'd',
                last_alive: alive_in_batches
                    .iter()
                    .copied()
                    .filter(|&step| step < number * 10)
                    .max(),
            })
            .collect();
        Life::of(&sightings)
    }

    #[test]
    fn alive_throughout() {
        assert_eq!(life("aaaa", &[3, 33]), Life::default());
        assert_eq!(life("", &[]), Life::default());
    }

    #[test]
    fn born_dead_for_good_has_no_death() {
        let expected = Life {
            born_dead: true,
            ever_dead: true,
            dead_at_end: true,
            ..Life::default()
        };
        assert_eq!(life("dddd", &[]), expected);
    }

    #[test]
    fn a_death_is_tightened_by_the_last_active_batch() {
        let seen = life("aadd", &[3, 14, 16]);
        assert_eq!(seen.first_death, Some((16, 20)));
        assert_eq!(seen.final_death, Some((16, 20)));
        assert!(seen.ever_dead && seen.dead_at_end && !seen.born_dead);
        // A batch before the census that found it alive says nothing new.
        assert_eq!(life("aadd", &[3]).final_death, Some((10, 20)));
    }

    #[test]
    fn a_revival_ends_a_death() {
        let seen = life("adaad", &[]);
        assert_eq!(
            (seen.first_death, seen.final_death),
            (Some((0, 10)), Some((30, 40)))
        );
        assert_eq!(seen.revivals, 1);
        let seen = life("adda", &[]);
        assert_eq!((seen.first_death, seen.final_death), (Some((0, 10)), None));
        assert!(seen.ever_dead && !seen.dead_at_end);
        assert_eq!(life("dadad", &[]).revivals, 2);
        assert_eq!(life("dad", &[]).first_death, Some((10, 20)));
    }

    #[test]
    fn a_batch_between_two_dead_censuses_moves_the_final_death() {
        let seen = life("adddd", &[17]);
        assert_eq!(seen.first_death, Some((0, 10)));
        assert_eq!(seen.final_death, Some((17, 20)));
        assert_eq!(seen.revivals, 0);
        // Born dead, alive for a while, and dead for good: a death, not dead for good from birth.
        let seen = life("ddd", &[4]);
        assert_eq!(seen.first_death, Some((4, 10)));
        assert_eq!(seen.final_death, Some((4, 10)));
    }
}
