//! Fast version of [`crate::kernels::conv_block::forward`].

use pulp::{Simd, WithSimd};

use super::conv2d::convolution;
use super::finish::Activate;
use super::instructions::Kernel;
use super::scratch::Scratch;
use crate::kernels::conv_block::{self, Block};

/// [`conv_block::forward`].
pub struct BlockForward<'a> {
    pub block: Block<'a, f32>,
    pub scratch: &'a mut Scratch,
    pub plain: &'a mut Vec<f32>,
}

impl Kernel for BlockForward<'_> {
    fn plain(self) {
        conv_block::forward(self.block, self.plain);
    }
}

impl WithSimd for BlockForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let block = self.block;
        block.activity.fill(f32::NEG_INFINITY);
        let activate = Activate {
            bias: block.bias,
            pool: block.pool,
            output: block.output,
            winners: block.winners,
            activity: block.activity,
        };
        convolution(
            simd,
            block.shape,
            block.input,
            block.weight,
            self.scratch,
            activate,
        );
    }
}
