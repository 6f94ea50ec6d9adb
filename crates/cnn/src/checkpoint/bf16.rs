//! bfloat16: the upper 16 bits of an f32, as many training programs store weights.

/// The nearest bfloat16 (sign, 8 bits of exponent, 7 of fraction), ties to the even one, as bits.
///
/// Above 3.3895e38 that is infinity; NaN stays NaN of the same sign.
pub const fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    if value.is_nan() {
        // Quiet, so that cutting the fraction off cannot make it infinity.
        return (bits >> 16) as u16 | 0x0040;
    }
    // Just below half of what is kept, and 1 more where the last bit kept is odd: a carry
    // rounds up, into the exponent if need be.
    let odd = (bits >> 16) & 1;
    ((bits + 0x7fff + odd) >> 16) as u16
}

/// The number that bits of a bfloat16 stand for; exact.
pub const fn from_bf16(bits: u16) -> f32 {
    f32::from_bits((bits as u32) << 16)
}

/// What a weight is after being stored as bfloat16 and read again.
///
/// Two snapshots in which this is the same number look frozen to somebody who stores bfloat16,
/// though the weight may have moved by up to a 256th of itself.
pub const fn round_bf16(value: f32) -> f32 {
    from_bf16(to_bf16(value))
}

#[cfg(test)]
mod tests {
    use super::{from_bf16, round_bf16, to_bf16};

    #[test]
    fn rounds_as_the_half_crate_does() {
        // Every upper half, with lower halves on either side of each decision.
        for upper in 0..=u16::MAX {
            for lower in [0, 1, 0x1234, 0x7fff, 0x8000, 0x8001, 0xfedc, 0xffff] {
                let value = f32::from_bits(u32::from(upper) << 16 | lower);
                assert_eq!(
                    to_bf16(value),
                    half::bf16::from_f32(value).to_bits(),
                    "{value}"
                );
            }
            // Of NaN only that it is NaN: half also makes it quiet.
            let (ours, theirs) = (from_bf16(upper), half::bf16::from_bits(upper).to_f32());
            assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan());
        }
    }

    #[test]
    fn is_the_nearer_neighbour_and_the_even_one_of_two() {
        let unit = 1.0 / 128.0;
        assert_eq!(round_bf16(1.0 + 0.49 * unit), 1.0);
        assert_eq!(round_bf16(1.0 + 0.51 * unit), 1.0 + unit);
        assert_eq!(round_bf16(1.0 + 0.5 * unit), 1.0);
        assert_eq!(round_bf16(1.0 + 1.5 * unit), 1.0 + 2.0 * unit);
        assert_eq!(round_bf16(-0.0).to_bits(), (-0.0_f32).to_bits());
        assert_eq!(round_bf16(f32::MAX), f32::INFINITY);
        assert!(round_bf16(f32::from_bits(0x7f80_0001)).is_nan());
    }
}
