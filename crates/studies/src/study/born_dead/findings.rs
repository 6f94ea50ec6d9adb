//! What the study found, in sentences whose numbers come from the published tables.

use crate::report::numbers::{percent, percent_with_interval, significant};
use crate::study::StudyError;
use crate::table::{Table, TableError, named};

/// The published table of networks, read back.
struct Depths {
    initialization: Vec<String>,
    width: Vec<f64>,
    depth: Vec<f64>,
    n: Vec<f64>,
    share: Vec<f64>,
    interval: [Vec<f64>; 2],
    judging: [Vec<f64>; 2],
    bounds: [Vec<f64>; 2],
}

impl Depths {
    fn read(table: &Table) -> Result<Self, TableError> {
        let column = |name| table.numbers(name);
        Ok(Self {
            initialization: table.words("initialization")?,
            width: column("width")?,
            depth: column("depth")?,
            n: column("n")?,
            share: column("share")?,
            interval: [column("low95")?, column("high95")?],
            judging: [column("low997")?, column("high997")?],
            bounds: [column("lower_bound")?, column("upper_bound")?],
        })
    }

    fn rows(&self, initialization: &str) -> impl Iterator<Item = usize> {
        let of = move |row: &usize| self.initialization[*row] == initialization;
        (0..self.share.len()).filter(of)
    }

    fn find(&self, initialization: &str, width: f64, depth: f64) -> Option<usize> {
        let mut rows = self.rows(initialization);
        rows.find(|&row| self.width[row] == width && self.depth[row] == depth)
    }

    fn share(&self, initialization: &str, width: f64, depth: f64) -> f64 {
        self.find(initialization, width, depth)
            .map_or(f64::NAN, |row| self.share[row])
    }

    fn long(&self, row: usize) -> String {
        let [low, high] = &self.interval;
        percent_with_interval(self.share[row], low[row], high[row])
    }
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let depths = Depths::read(named(tables, "depth")?)?;
    let mut sentences: Vec<String> = answer(&depths).into_iter().collect();
    sentences.extend(bounds(&depths));
    sentences.extend(asymmetric(&depths));
    sentences.push(known(named(tables, "known")?)?);
    sentences.extend(filters(named(tables, "filters")?)?);
    Ok(sentences)
}

fn answer(depths: &Depths) -> Option<String> {
    let narrow = depths.rows("gaussian").next()?;
    let wide = depths.rows("gaussian").last()?;
    let (few, many) = (depths.width[narrow], depths.width[wide]);
    let deepest = depths.depth[wide];
    let row = depths.find("gaussian", few, 10.0)?;
    let share = |width, depth| percent(depths.share("gaussian", width, depth));
    let narrow = if depths.share("gaussian", few, 10.0) >= 0.5 {
        "A deep and narrow network is often dead before its first step"
    } else {
        "A deep and narrow network is mostly alive at its first step"
    };
    let wide = if depths.share("gaussian", many, 10.0) < 0.01 {
        "a wide one hardly ever is dead"
    } else {
        "a wide one is dead at times"
    };
    Some(format!(
        "{narrow}, and {wide}: with one input and Gaussian weights without biases, of {n} networks drawn {first} of those \
         with 10 layers of width {few} have a hidden layer that is 0 at every input, at width 4 \
         {four}, at width {many} {last}. With {deepest} layers it is {deep_few} at width {few}, \
         {deep_four} at width 4 and {deep_many} at width {many}.",
        n = depths.n[row],
        first = depths.long(row),
        four = share(4.0, 10.0),
        last = percent_small(depths.share("gaussian", many, 10.0)),
        deep_few = share(few, deepest),
        deep_four = share(4.0, deepest),
        deep_many = percent_small(depths.share("gaussian", many, deepest)),
    ))
}

/// A share as a percentage, with three digits where it is small.
fn percent_small(share: f64) -> String {
    if share.is_finite() && share < 0.01 {
        format!("{}%", significant(100.0 * share))
    } else {
        percent(share)
    }
}

fn bounds(depths: &Depths) -> Option<String> {
    let rows: Vec<usize> = depths.rows("gaussian").collect();
    let meets = |row: &&usize| {
        let [low, high] = &depths.judging;
        let [lower, upper] = &depths.bounds;
        low[**row] <= upper[**row] + 1e-12 && high[**row] >= lower[**row] - 1e-12
    };
    let within = rows.iter().filter(meets).count();
    let row = depths.find("gaussian", 4.0, 10.0)?;
    let verdict = if within == rows.len() {
        "hold"
    } else {
        "do not hold everywhere"
    };
    Some(format!(
        "The bounds of Lu et al. {verdict}: in {within} of {all} combinations of width and depth the \
         exact 99.7% interval meets the range between them. They are far apart: at 10 layers of \
         width 4 they leave {low} to {high}, and the draws give {share}.",
        all = rows.len(),
        low = percent(depths.bounds[0][row]),
        high = percent(depths.bounds[1][row]),
        share = depths.long(row),
    ))
}

fn asymmetric(depths: &Depths) -> Option<String> {
    let first = depths.rows("asymmetric").next()?;
    let (few, deepest) = (
        depths.width[first],
        depths.depth[depths.rows("asymmetric").last()?],
    );
    let compare = |width: f64, depth: f64| {
        format!(
            "{} instead of {}",
            percent(depths.share("asymmetric", width, depth)),
            percent(depths.share("gaussian", width, depth))
        )
    };
    let compared = |row: &usize| {
        let other = depths.share("gaussian", depths.width[*row], depths.depth[*row]);
        (depths.share[*row], other)
    };
    let more = depths
        .rows("asymmetric")
        .filter(|row| compared(row).0 > compared(row).1)
        .count();
    let everywhere = if more == 0 {
        "in no combination of width and depth does it leave more dead".into()
    } else {
        format!(
            "in {more} combinations of width and depth it leaves more dead (all of two layers, \
                 where Gaussian networks without biases cannot be dead on both sides of 0)"
        )
    };
    Some(format!(
        "Randomized asymmetric initialization leaves fewer networks born dead, and not none: at 10 \
         layers {ten_few} at width {few} and {ten_four} at width 4, at {deepest} layers {deep_few} \
         and {deep_four}; {everywhere}.",
        ten_few = compare(few, 10.0),
        ten_four = compare(4.0, 10.0),
        deep_few = compare(few, deepest),
        deep_four = compare(4.0, deepest),
    ))
}

fn known(table: &Table) -> Result<String, StudyError> {
    let of = table.words("of")?;
    let (expected, found) = (table.numbers("expected")?, table.numbers("found")?);
    let deviation = table.numbers("deviation")?;
    let (asymmetric, others): (Vec<usize>, Vec<usize>) =
        (0..of.len()).partition(|row| of[*row].starts_with("asymmetric"));
    let largest = |rows: &[usize], value: &dyn Fn(usize) -> f64| {
        rows.iter().map(|row| value(*row)).fold(f64::NAN, f64::max)
    };
    let farthest = largest(&others, &|row| deviation[row].abs());
    let difference = largest(&asymmetric, &|row| (found[row] - expected[row]).abs());
    let verdict = if farthest <= 4.0 && difference <= 0.01 {
        "All numbers known before are found again"
    } else {
        "Not all numbers known before are found again"
    };
    Ok(format!(
        "{verdict}: the farthest of {count} is {deviation} standard \
         errors off; those of randomized asymmetric initialization, known to .01, differ by at most \
         {difference}.",
        count = others.len(),
        deviation = significant(farthest),
        difference = significant(difference),
    ))
}

fn filters(table: &Table) -> Result<Option<String>, StudyError> {
    let (patches, n) = (table.words("patches")?, table.numbers("n")?);
    let share = table.numbers("share")?;
    let (low, high) = (table.numbers("low95")?, table.numbers("high95")?);
    let find = |name: &str| patches.iter().position(|known| known == name);
    let rows = [
        "silent_on_one",
        "silent_at_90",
        "silent_on_all",
        "silent_on_images",
    ]
    .map(find);
    let [Some(one), Some(two), Some(all), Some(images)] = rows else {
        return Ok(None);
    };
    let small = |row: usize| {
        format!(
            "{}% ({} to {}%)",
            significant(100.0 * share[row]),
            significant(100.0 * low[row]),
            significant(100.0 * high[row])
        )
    };
    let of_sixteen = 1.0 - libm::pow(1.0 - share[images], 16.0);
    Ok(Some(format!(
        "A single 3x3 filter without bias is silent on one patch in {one} of {n} draws, on two \
         patches at a right angle in {two}, on all patches that are not negative in {all}, and on \
         all patches of the training digits in {images}: of networks that start with 16 such \
         filters, about {of_sixteen} have one that is born dead.",
        n = n[one],
        one = percent(share[one]),
        two = percent(share[two]),
        all = small(all),
        images = small(images),
        of_sixteen = percent(of_sixteen),
    )))
}
