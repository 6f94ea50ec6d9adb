//! Which vector instructions the kernels use.

use std::sync::OnceLock;

use pulp::{Simd, WithSimd};

use crate::error::TensorError;

/// The environment variable that [`Instructions::chosen`] reads.
const VARIABLE: &str = "MORTALITY_SIMD";

/// A set of vector instructions that this machine has. The results are the same bits with each.
#[derive(Clone, Copy, Debug)]
pub struct Instructions(Set);

#[derive(Clone, Copy, Debug)]
enum Set {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
}

/// A fast kernel beside the plain loops that specify it.
pub trait Kernel: WithSimd {
    /// The plain loops.
    fn plain(self) -> Self::Output;
}

/// Plain loops that are worth compiling for vector instructions: [`Instructions::vectorize`].
pub trait Loops {
    /// The loops. To be marked `#[inline(always)]`, and so is all that they call: only then does
    /// the compiler put them into vectors. It does so only where no sum changes its order, and
    /// fuses no product with a sum: the results are the same bits on every machine.
    fn run(self);
}

struct Vectorized<L>(L);

impl<L: Loops> Kernel for Vectorized<L> {
    fn plain(self) {
        self.0.run();
    }
}

impl<L: Loops> WithSimd for Vectorized<L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.run();
    }
}

impl Instructions {
    /// The plain loops, on any machine.
    pub const SCALAR: Self = Self(Set::Scalar);

    /// What this machine has, the widest first and [`Instructions::SCALAR`] last.
    pub fn available() -> Vec<Self> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V4::try_new().map(|simd| Self(Set::Avx512(simd))));
            sets.extend(pulp::x86::V3::try_new().map(|simd| Self(Set::Avx2(simd))));
        }
        sets.push(Self::SCALAR);
        sets
    }

    /// The widest that this machine has, or the one that the environment variable
    /// `MORTALITY_SIMD` names; decided once for the whole run of a program.
    ///
    /// # Errors
    /// As [`Instructions::named`].
    pub fn chosen() -> Result<Self, TensorError> {
        static CHOSEN: OnceLock<Result<Instructions, TensorError>> = OnceLock::new();
        let decide = || match std::env::var_os(VARIABLE) {
            Some(name) => Self::named(&name.to_string_lossy()),
            None => Ok(Self::available().first().copied().unwrap_or(Self::SCALAR)),
        };
        CHOSEN.get_or_init(decide).clone()
    }

    /// `avx512`, `avx2` or `scalar`.
    ///
    /// # Errors
    /// [`TensorError::Instructions`] for another name, or one that this machine has not.
    pub fn named(name: &str) -> Result<Self, TensorError> {
        let available = Self::available();
        let found = available.iter().find(|set| set.name() == name);
        found.copied().ok_or_else(|| TensorError::Instructions {
            found: name.to_owned(),
            available: available.iter().map(|set| set.name()).collect(),
        })
    }

    /// The name that [`Instructions::named`] takes.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Set::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(_) => "avx512",
        }
    }

    /// Runs plain loops, compiled for these instructions.
    pub fn vectorize(self, loops: impl Loops) {
        self.run(Vectorized(loops));
    }

    /// Runs a kernel.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Scalar => kernel.plain(),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(simd) => Simd::vectorize(simd, kernel),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(simd) => Simd::vectorize(simd, kernel),
        }
    }
}

/// Runs a part of a kernel as a function of its own: the compiler shares out the registers of small
/// functions better than those of large ones.
#[inline(never)]
pub(super) fn apart<S: Simd, W: WithSimd>(simd: S, part: W) -> W::Output {
    simd.vectorize(part)
}

#[cfg(test)]
mod tests {
    use super::{Instructions, Loops};

    struct Sums<'a>(&'a [f32], &'a mut [f64; 8]);

    impl Loops for Sums<'_> {
        #[inline(always)]
        fn run(self) {
            for row in self.0.chunks_exact(8) {
                for (sum, number) in self.1.iter_mut().zip(row) {
                    *sum += f64::from(number * number + 0.1);
                }
            }
        }
    }

    #[test]
    fn loops_give_the_same_bits_with_each() {
        let numbers: Vec<f32> = (0_u16..1000).map(|i| 1.0 / (f32::from(i) + 0.3)).collect();
        let sums = |set: &Instructions| {
            let mut sums = [0.0; 8];
            set.vectorize(Sums(&numbers, &mut sums));
            sums.map(f64::to_bits)
        };
        let plain = sums(&Instructions::SCALAR);
        assert!(f64::from_bits(plain[7]) > 12.0);
        assert!(
            Instructions::available()
                .iter()
                .all(|set| sums(set) == plain)
        );
    }

    #[test]
    fn every_available_set_has_its_name() {
        for set in Instructions::available() {
            assert_eq!(Instructions::named(set.name()).unwrap().name(), set.name());
        }
        let error = Instructions::named("sse9").unwrap_err().to_string();
        assert!(
            error.starts_with("MORTALITY_SIMD is `sse9`, but this machine has "),
            "{error}"
        );
        assert!(error.ends_with("scalar"), "{error}");
    }
}
