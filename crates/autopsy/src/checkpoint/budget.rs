//! How much may be unpacked or copied out of a file.

/// How much larger than its file all that is unpacked may be. Trained weights shrink by a few
/// percent, so even pruned ones stay far below; a zip bomb's factor is above a thousand.
const LARGEST_FACTOR: usize = 20;

/// What may be unpacked from any file.
const ALWAYS_ALLOWED: usize = 64 << 20;

/// What is left of it.
pub struct Budget(usize);

impl Budget {
    /// That of a file of this length.
    pub fn of(length: usize) -> Self {
        Self(
            length
                .saturating_mul(LARGEST_FACTOR)
                .saturating_add(ALWAYS_ALLOWED),
        )
    }

    /// Counts bytes that are about to be copied out of the file; what is wrong if they are too
    /// many.
    pub fn spend(&mut self, size: usize, name: &str) -> Result<(), String> {
        self.0 = self.0.checked_sub(size).ok_or_else(|| {
            format!(
                "`{name}` unpacks to {size} bytes, with the others more than {LARGEST_FACTOR} \
                 times the file: refused as a zip bomb"
            )
        })?;
        Ok(())
    }
}
