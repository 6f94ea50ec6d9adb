//! The backward pass of a convolution, with ReLU and max-pool where they are part of it.

use pulp::{Simd, WithSimd};

use super::backward_input::ToInput;
use super::backward_weight::Group;
use super::instructions::Kernel;
use super::narrow;
use super::planes::Planes;
use super::positions::{Positions, Source};
use super::scratch::Scratch;
use crate::kernels::conv_block;
use crate::kernels::conv2d::Conv2dShape;

/// [`conv_block::backward`].
pub struct Backward<'a> {
    pub shape: &'a Conv2dShape,
    pub source: Source<'a, f32>,
    pub input: &'a [f32],
    pub weight: &'a [f32],
    pub grads: [Option<&'a mut [f32]>; 3],
    pub scratch: &'a mut Scratch,
    pub plain: &'a mut Vec<f32>,
}

impl Kernel for Backward<'_> {
    fn plain(self) {
        let Self {
            shape,
            source,
            input,
            weight,
            grads,
            plain,
            ..
        } = self;
        conv_block::backward(shape, source, input, weight, grads, plain);
    }
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [grad_input, mut grad_weight, grad_bias] = self.grads;
        let (shape, source, scratch) = (self.shape, &self.source, self.scratch);
        let grad_bias = grad_bias.unwrap_or_default();
        let planes = Planes::compact(shape, S::F32_LANES);
        if grad_input.is_none()
            && narrow::applies(simd, source, &planes, self.input)
            && let Some(grad) = grad_weight.take()
        {
            let grads = [grad, grad_bias];
            narrow::weight(simd, shape, source, &planes, self.input, grads, scratch);
            return;
        }
        let mut to_input =
            grad_input.map(|grad| ToInput::new::<S>(shape, self.weight, grad, scratch));
        let group = Group::new(shape, source, planes);
        let mut buffers = std::mem::take(&mut scratch.positions);
        let mut lists = std::mem::take(&mut scratch.by_filter);
        if let Some(grad) = &grad_weight {
            group.begin(simd, shape, grad, scratch);
            group.clear(shape, &mut lists);
        }
        let pixels = shape.in_height * shape.in_width * shape.in_channels;
        let last = shape.images - 1;
        for (index, image) in self.input.chunks_exact(pixels).enumerate() {
            let slot = index % group.images;
            if !grad_bias.is_empty() {
                narrow::bias(simd, shape, source, index, grad_bias);
            }
            if grad_weight.is_some() {
                group.fill(simd, shape, image, slot, scratch);
            }
            if let Some(to_input) = &mut to_input {
                to_input.begin(simd, shape, index, scratch);
            }
            for start in (0..shape.out_height()).step_by(group.rows) {
                let rows = start..(start + group.rows).min(shape.out_height());
                let found = Positions::find(simd, source, shape, index, rows.clone(), &mut buffers);
                if grad_weight.is_some() {
                    let mut collect = group.collect(shape, slot, &mut lists);
                    match &to_input {
                        Some(to_input) => {
                            to_input.rows(simd, shape, found, scratch, &mut collect);
                        }
                        None => found.visit(shape, &mut collect),
                    }
                    if group.images == 1 || slot + 1 == group.images || index == last {
                        group.sum(simd, shape, &mut lists, scratch);
                    }
                } else if let Some(to_input) = &to_input {
                    to_input.rows(simd, shape, found, scratch, &mut ());
                }
            }
            if let Some(to_input) = &mut to_input {
                to_input.end(simd, shape, index, scratch);
            }
        }
        scratch.positions = buffers;
        scratch.by_filter = lists;
        if let Some(grad) = grad_weight {
            group.end::<S>(shape, grad, scratch);
        }
    }
}
