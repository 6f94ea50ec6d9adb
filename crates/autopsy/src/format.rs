//! Floating-point formats of saved weights.

use half::{bf16, f16};

/// How a number is stored, always little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// IEEE double precision.
    F64,
    /// IEEE single precision.
    F32,
    /// IEEE half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
}

impl Format {
    /// Bytes of one number.
    pub const fn size(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// Bits of the significand after the point: the relative distance of two neighbours is
    /// between 2^-(p+1) and 2^-p.
    pub const fn mantissa_bits(self) -> i32 {
        match self {
            Self::F64 => 52,
            Self::F32 => 23,
            Self::F16 => 10,
            Self::Bf16 => 7,
        }
    }

    /// Exponent of the smallest normal number, below which neighbours are equally far apart.
    const fn smallest_exponent(self) -> i32 {
        match self {
            Self::F64 => -1022,
            Self::F32 | Self::Bf16 => -126,
            Self::F16 => -14,
        }
    }

    /// The smallest number with all its bits.
    pub fn smallest_normal(self) -> f64 {
        power_of_two(self.smallest_exponent())
    }

    /// Whether a number has 16 bits.
    pub const fn is_half(self) -> bool {
        matches!(self, Self::F16 | Self::Bf16)
    }

    /// Half the distance between `value` and its neighbour away from zero: the largest error of
    /// one rounding.
    pub fn half_ulp(self, value: f64) -> f64 {
        // The exponent of a normal f64 stands in its bits; what is below is below f32's too.
        let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
        let exponent = exponent.max(self.smallest_exponent()) - self.mantissa_bits() - 1;
        power_of_two(exponent)
    }

    /// How often a number that something moves smoothly was rounded in `steps` steps: once each. A
    /// number of 16 bits would stand still then, or go by whole units in the last place; if it moves
    /// smoothly it is a copy of one that is kept with more bits, rounded in both files.
    pub const fn roundings(self, steps: f64) -> f64 {
        match self {
            Self::F64 | Self::F32 => steps,
            Self::F16 | Self::Bf16 => steps.min(2.0),
        }
    }

    /// Writes the numbers in `bytes` to `values`, which is as long.
    pub fn decode(self, bytes: &[u8], values: &mut [f64]) {
        match self {
            Self::F64 => {
                for (value, word) in values.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *value = f64::from_le_bytes(*word);
                }
            }
            Self::F32 => {
                for (value, word) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *value = f64::from(f32::from_le_bytes(*word));
                }
            }
            Self::F16 => {
                for (value, word) in values.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    *value = f16::from_le_bytes(*word).to_f64();
                }
            }
            Self::Bf16 => {
                for (value, word) in values.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    *value = bf16::from_le_bytes(*word).to_f64();
                }
            }
        }
    }

    /// The number at `index` of `bytes`.
    pub fn get(self, bytes: &[u8], index: usize) -> f64 {
        let size = self.size();
        let mut value = [0.0];
        self.decode(&bytes[index * size..(index + 1) * size], &mut value);
        value[0]
    }
}

/// 2^exponent, 0 below what f64 holds.
fn power_of_two(exponent: i32) -> f64 {
    match exponent {
        -1022.. => f64::from_bits(((exponent.min(1023) + 1023) as u64) << 52),
        -1074..-1022 => f64::from_bits(1 << (exponent + 1074)),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_unit_in_the_last_place() {
        assert_eq!(
            Format::F32.half_ulp(1.0),
            (f64::from(1.0_f32.next_up()) - 1.0) / 2.0
        );
        assert_eq!(
            Format::F32.half_ulp(-0.3),
            f64::from(0.3_f32.next_up() - 0.3_f32) / 2.0
        );
        let subnormal = f64::from(f32::from_bits(7));
        assert_eq!(
            Format::F32.half_ulp(subnormal),
            f64::from(f32::from_bits(1)) / 2.0
        );
        assert_eq!(Format::Bf16.half_ulp(1.0), 1.0 / 256.0);
        assert_eq!(Format::F16.half_ulp(1.0), 1.0 / 2048.0);
        assert_eq!(Format::F64.half_ulp(1.0), f64::EPSILON / 2.0);
        assert_eq!(Format::F64.half_ulp(f64::MAX), power_of_two(970));
    }

    #[test]
    fn every_format_decodes() {
        let mut value = [0.0];
        for (format, bytes) in [
            (Format::F64, &(-1.5_f64).to_le_bytes()[..]),
            (Format::F32, &(-1.5_f32).to_le_bytes()[..]),
            (Format::F16, &f16::from_f32(-1.5).to_le_bytes()[..]),
            (Format::Bf16, &bf16::from_f32(-1.5).to_le_bytes()[..]),
        ] {
            format.decode(bytes, &mut value);
            assert_eq!(value[0], -1.5, "{format:?}");
            assert_eq!(format.get(bytes, 0), -1.5);
            assert_eq!(format.size(), bytes.len());
        }
    }
}
