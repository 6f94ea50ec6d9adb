//! Where an interval lies: what a template may ask with `is`.

use minijinja::{Environment, Error, Value};

use super::interval::{Bounds, Interval};
use super::row::Row;

/// Their names.
pub(super) const NAMES: [&str; 6] = ["within", "outside", "above", "below", "known", "finite"];

/// Makes them known. All but `known` and `finite`, which are of the number, are of the whole interval (a number without one stands for
/// itself), and false where an end is not known: then neither a question nor its opposite holds.
pub(super) fn register(environment: &mut Environment) {
    environment.add_test("within", |value: &Value, low: f64, high: f64| {
        ask(value, "within", |own| own.0 >= low && own.1 <= high)
    });
    environment.add_test("outside", |value: &Value, low: f64, high: f64| {
        ask(value, "outside", |own| own.1 < low || own.0 > high)
    });
    environment.add_test("above", |value: &Value, limit: f64| {
        ask(value, "above", |own| own.0 > limit)
    });
    environment.add_test("below", |value: &Value, limit: f64| {
        ask(value, "below", |own| own.1 < limit)
    });
    environment.add_test("known", |value: &Value| match value.as_str() {
        Some(text) => Ok(!text.is_empty()),
        None => Bounds::of(value, "known").map(|own| !own.value.is_nan()),
    });
    environment.add_test("finite", |value: &Value| {
        Bounds::of(value, "finite").map(|own| own.value.is_finite())
    });
}

fn ask(value: &Value, who: &str, holds: impl Fn((f64, f64)) -> bool) -> Result<bool, Error> {
    let interval = value.downcast_object_ref::<Row>().is_some()
        || value.downcast_object_ref::<Interval>().is_some();
    Ok(holds(Bounds::of(value, who)?.whole(!interval)))
}
