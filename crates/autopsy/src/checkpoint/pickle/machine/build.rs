//! The state that a pickle gives to what it made.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::{Array, Value};

impl Machine<'_> {
    /// Gives the state on top of the stack to the value below it.
    pub(super) fn build(&mut self) -> Result<(), String> {
        let state = self.pop()?;
        let &target = self.stack.last().ok_or(SHORT)?;
        match &self.values[target] {
            Value::Array(_) => {
                // (version, shape, type, order of Fortran?, data)
                let Value::Sequence(items) = &self.values[state] else {
                    return Err(SHORT.to_owned());
                };
                let [_, shape, dtype, fortran, data] = items[..] else {
                    return Err(SHORT.to_owned());
                };
                // An array of objects is a list of them.
                if let Value::Sequence(items) = &self.values[data] {
                    let items = items.clone();
                    self.spend(items.len())?;
                    self.values[target] = Value::Sequence(items);
                    return Ok(());
                }
                let fortran = &self.values[fortran];
                let array = Array {
                    dtype,
                    shape: self.lengths(shape)?,
                    fortran_order: matches!(fortran, Value::Boolean(true) | Value::Integer(1..)),
                    data,
                };
                self.values[target] = Value::Array(Box::new(array));
            }
            Value::Dtype(name) => {
                // (version, order of bytes, ...)
                let order = match &self.values[state] {
                    Value::Sequence(items) => items.get(1).map(|&order| &self.values[order]),
                    _ => None,
                };
                if let Some(Value::Text(order)) = order
                    && [">", "<", "="].contains(&&order[..])
                    && !name.starts_with(['<', '>', '='])
                {
                    let name = format!("{order}{name}");
                    self.spend(name.len())?;
                    self.values[target] = Value::Dtype(name);
                }
            }
            Value::Object(_) => {
                if let Value::Object(object) = &mut self.values[target] {
                    object.state = Some(state);
                }
            }
            // `OrderedDict` has notes of its own that nobody needs.
            _ => {}
        }
        Ok(())
    }
}
