//! What a verdict rests on, in words.

use super::Verdict;
use super::decide::{Case, Reader};
use crate::motion::{Glimpse, Motion, Readers};

/// Sentences without full stop, for a unit that does not simply learn.
pub fn of(
    case: &Case<'_>,
    verdict: Verdict,
    glimpses: &[&Glimpse],
    start: Option<usize>,
) -> Vec<String> {
    let Some(last) = glimpses.last() else {
        return Vec::new();
    };
    let quiet = glimpses.len() - start.unwrap_or(glimpses.len());
    match verdict {
        Verdict::Learning => Vec::new(),
        Verdict::Diverged => vec!["a weight is NaN or infinite".to_owned()],
        Verdict::NotTrained if case.history.stateless[case.layer] => {
            vec!["the optimizer has no state of this layer".to_owned()]
        }
        Verdict::NotTrained => vec!["no weight of the layer ever moved, others' did".to_owned()],
        Verdict::Stalled if last.is_quiet() && case.reader == Reader::None => {
            vec!["an output unit whose updates are too small to move it".to_owned()]
        }
        Verdict::Stalled if last.is_quiet() => vec![
            "no weight moved, but so few of its layer's weights move that this can be rounding"
                .to_owned(),
        ],
        Verdict::Stalled => vec![format!(
            "{:.0}% of its weights have the same bits, the others moved by a unit or two in the \
             last place",
            100.0 * (1.0 - last.moved)
        )],
        Verdict::PerhapsDead if !last.is_quiet() => vec![
            "it was dead and had faded, and then all of its weights grew at once: L2 through Adam does \
             that to weights of nearly 0, and a gradient may"
                .to_owned(),
        ],
        Verdict::Starved | Verdict::Dead | Verdict::PerhapsDead | Verdict::CutOffOrDead => {
            let mut evidence = vec![how(last, quiet)];
            if case.too_faint(glimpses) {
                evidence.push(
                    "it faded with its norm's gain, so that its gradient, which is a product with \
                     it, would be too small to show"
                        .to_owned(),
                );
            }
            evidence.push(readers(case, verdict, last));
            if last.state == Some(true) {
                evidence.push("the optimizer's state shows no gradient".to_owned());
            }
            evidence
        }
    }
}

fn how(last: &Glimpse, quiet: usize) -> String {
    let intervals = match quiet {
        1 => "the last interval".to_owned(),
        _ => format!("the last {quiet} intervals"),
    };
    match last.motion {
        Motion::Decaying => format!("moved by weight decay alone in {intervals}"),
        Motion::Falling if last.readers == Readers::Unknown => format!(
            "its weights fell in {intervals} as L2 through Adam alone makes them; where the loss is \
             near 0 those of a unit that lives do so too"
        ),
        Motion::Falling => format!("moved by L2 through Adam alone in {intervals}"),
        Motion::Carried => format!(
            "its norm over channels got no gradient for it in {intervals} and passed on those of others"
        ),
        Motion::Coasting => format!("probably moved by stored momentum alone in {intervals}"),
        _ => format!("no gradient in {intervals}"),
    }
}

fn readers(case: &Case<'_>, verdict: Verdict, last: &Glimpse) -> String {
    let words = match last.readers {
        Readers::Stopped if verdict == Verdict::CutOffOrDead => {
            return format!(
                "no gradient reached the weights that read it, but only {} of the units that they \
                 belong to got any",
                last.witnesses
            );
        }
        Readers::Stopped => "no gradient reached the weights that read it, while others learned",
        Readers::Anyway => {
            "the weights that read it move, as they would if its output were 0: the norm behind it makes \
             a constant of that, or the norm of their own weight moves all of it"
        }
        Readers::Moving => "the weights that read it move, so its output is not 0",
        Readers::Silent if case.layer == 0 && !case.history.proven_silent.is_empty() => {
            "nothing that reads it learns; the input's range decides"
        }
        Readers::Silent => "nothing that reads it learns",
        Readers::Unknown if last.motion == Motion::Coasting => {
            "the weights that read it move, perhaps by stored momentum too"
        }
        Readers::Unknown if last.motion == Motion::Falling => {
            "two intervals, in which the rates grow together, would tell"
        }
        Readers::Unknown => "what reads it is not known",
    };
    words.to_owned()
}
