//! What was found, in sentences whose numbers come from the published tables.

use crate::report::ESTIMATES;
use crate::report::numbers::{percent, percent_with_interval, significant};
use crate::study::StudyError;
use crate::table::{Table, named};

/// An estimate as published.
struct Found {
    value: f64,
    low: f64,
    high: f64,
    n: f64,
    /// The 99.7% interval, which judges the primary prediction.
    judging: (f64, f64),
}

impl Found {
    fn read(estimates: &Table, name: &str) -> Result<Self, StudyError> {
        let names = estimates.words("name")?;
        let row = names.iter().position(|known| known == name);
        let column = |column: &str| -> Result<f64, StudyError> {
            let values = estimates.numbers(column)?;
            Ok(row
                .and_then(|row| values.get(row).copied())
                .unwrap_or(f64::NAN))
        };
        Ok(Self {
            value: column("value")?,
            low: column("low95")?,
            high: column("high95")?,
            n: column("n")?,
            judging: (column("low997")?, column("high997")?),
        })
    }

    fn percent(&self) -> String {
        percent_with_interval(self.value, self.low, self.high)
    }

    fn number(&self) -> String {
        format!(
            "{} ({} to {})",
            significant(self.value),
            significant(self.low),
            significant(self.high)
        )
    }
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let estimates = named(tables, ESTIMATES)?;
    let found = |name: &str| Found::read(estimates, name);
    let counts = named(tables, "counts")?;
    let total = |name: &str| -> Result<f64, StudyError> {
        Ok(counts
            .numbers(name)?
            .into_iter()
            .filter(|n| n.is_finite())
            .sum())
    };
    let (followed, working) = (total("followed")?, total("followed_in_working")?);
    if working == 0.0 {
        return Ok(vec!["No filter died in a network that works.".into()]);
    }
    let own = found("median_own_share")?;
    let mostly = found("share_of_deaths_mostly_own")?;
    let who = if own.judging.0 >= 0.5 {
        "A filter beyond the first layer dies mostly by its own doing"
    } else if own.judging.1 < 0.5 {
        "A filter beyond the first layer is mostly killed from below"
    } else if own.value < 0.5 {
        "A filter beyond the first layer is rather killed from below than by its own doing, but \
         that is not decided at the 99.7% that judge"
    } else {
        "A filter beyond the first layer rather dies by its own doing than from below, but that is \
         not decided at the 99.7% that judge"
    };
    let one = found("share_of_deaths_in_one_step")?;
    let mut sentences = vec![format!(
        "{who}: in the 20 steps before its death its own weights and bias carry {own} of the drop of \
         its largest pre-activation over the training set (median over {working} deaths of {n} seeds; \
         95% interval over seeds; 99.7%: {judging}), and at least half of it in {mostly} of the \
         deaths. Layers differ: {layers}.",
        judging = format_args!("{} to {}", percent(own.judging.0), percent(own.judging.1)),
        layers = by_layer(named(tables, "causes")?)?.join("; "),
        own = own.percent(),
        mostly = mostly.percent(),
        n = own.n,
    )];
    let bias = found("median_bias_share")?;
    sentences.push(format!(
        "The bias alone carries {} (median).",
        bias.percent()
    ));
    let steps = found("median_steps")?;
    sentences.push(format!(
        "One step or many: in {} of the deaths a single step makes at least 90% of the drop; the \
         median death takes {} steps for it.",
        one.percent(),
        steps.number(),
    ));
    let ratio = found("median_update_ratio")?;
    sentences.push(format!(
        "The largest update of a dying filter in these steps is {} times that of a surviving filter \
         of the same layer, network and steps (median over pairs).",
        ratio.number()
    ));
    let gap = found("median_steps_after_last_activity")?;
    sentences.push(format!(
        "From the last batch that made it active to its death on the whole training set it takes {} \
         steps (median).",
        gap.number()
    ));
    sentences.push(format!(
        "Followed were {followed} of the {candidates} filters of the second and third convolution \
         that were dead at the end and had been active in a training batch, {working} of them in \
         networks that work at the end; only these enter the numbers above.",
        candidates = total("candidates")?,
    ));
    Ok(sentences)
}

/// The three parts in each layer.
fn by_layer(causes: &Table) -> Result<Vec<String>, StudyError> {
    let words = |name: &str| causes.words(name);
    let (facet, row, series) = (words("facet")?, words("row")?, words("series")?);
    let (value, deaths) = (causes.numbers("value")?, causes.numbers("deaths")?);
    let mut layers: Vec<&String> = facet.iter().collect();
    layers.dedup();
    let sentence = |layer: &String| {
        let parts: Vec<String> = (0..row.len())
            .filter(|&i| facet[i] == *layer && row[i] == "All")
            .map(|i| format!("{} {}", series[i].to_lowercase(), percent(value[i])))
            .collect();
        let count = (0..row.len()).find(|&i| facet[i] == *layer && row[i] == "All");
        format!(
            "in {}, {} deaths, the median shares are {}",
            layer.to_lowercase(),
            count.map_or(0.0, |i| deaths[i]),
            parts.join(", ")
        )
    };
    Ok(layers.into_iter().map(sentence).collect())
}
