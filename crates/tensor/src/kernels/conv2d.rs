//! 2-D convolution (cross-correlation) with stride and zero padding.

use crate::kernels::Element;

/// Sizes of a convolution of (N, H, W, Cin) images with a (Kh, Kw, Cin, Cout) weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dShape {
    /// Images N.
    pub images: usize,
    /// Height H of an input.
    pub in_height: usize,
    /// Width W of an input.
    pub in_width: usize,
    /// Channels of an input.
    pub in_channels: usize,
    /// Channels of an output: filters.
    pub out_channels: usize,
    /// Rows of a filter.
    pub kernel_height: usize,
    /// Columns of a filter.
    pub kernel_width: usize,
    /// Step between windows, in both directions.
    pub stride: usize,
    /// Zeros added on all four sides.
    pub padding: usize,
}

impl Conv2dShape {
    /// Height of an output.
    pub fn out_height(&self) -> usize {
        (self.in_height + 2 * self.padding - self.kernel_height) / self.stride + 1
    }

    /// Width of an output.
    pub fn out_width(&self) -> usize {
        (self.in_width + 2 * self.padding - self.kernel_width) / self.stride + 1
    }

    /// Elements of the output.
    pub fn outputs(&self) -> usize {
        self.images * self.out_height() * self.out_width() * self.out_channels
    }

    /// The same convolution on as many images as `inputs` elements make.
    #[must_use]
    pub fn with_inputs(self, inputs: usize) -> Self {
        let images = inputs / (self.in_height * self.in_width * self.in_channels);
        Self { images, ..self }
    }

    /// Calls `tap(output position, input position, tap)` for every window and every tap of it:
    /// images, output rows, output columns, filter rows, filter columns in order. There is no
    /// input position where the tap lies on the padding.
    fn for_each_tap(&self, mut tap: impl FnMut(usize, Option<usize>, usize)) {
        let inside = |position: usize, tap: usize, length: usize| {
            let index = (position * self.stride + tap).checked_sub(self.padding)?;
            (index < length).then_some(index)
        };
        for image in 0..self.images {
            for oy in 0..self.out_height() {
                for ox in 0..self.out_width() {
                    let output = (image * self.out_height() + oy) * self.out_width() + ox;
                    for ky in 0..self.kernel_height {
                        let y = inside(oy, ky, self.in_height);
                        for kx in 0..self.kernel_width {
                            let x = inside(ox, kx, self.in_width);
                            let input = y
                                .zip(x)
                                .map(|(y, x)| (image * self.in_height + y) * self.in_width + x);
                            tap(output, input, ky * self.kernel_width + kx);
                        }
                    }
                }
            }
        }
    }

    /// As `for_each_tap`, without the padding.
    pub(crate) fn for_each_tap_inside(&self, mut tap: impl FnMut(usize, usize, usize)) {
        self.for_each_tap(|output, input, index| {
            if let Some(input) = input {
                tap(output, input, index);
            }
        });
    }
}

/// y = sum over taps and input channels of x w, one chain of fused multiply-adds in that order,
/// beginning with 0. Taps on the padding and an x of 0 are skipped.
pub fn forward<T: Element>(shape: &Conv2dShape, input: &[T], weight: &[T], output: &mut [T]) {
    output.fill(T::ZERO);
    let (cin, cout) = (shape.in_channels, shape.out_channels);
    shape.for_each_tap_inside(|position, source, tap| {
        let output = &mut output[position * cout..][..cout];
        for (ci, &x) in input[source * cin..][..cin].iter().enumerate() {
            let weight = &weight[(tap * cin + ci) * cout..][..cout];
            if x != T::ZERO {
                for (y, &w) in output.iter_mut().zip(weight) {
                    *y = x.mul_add(w, *y);
                }
            }
        }
    });
}

/// dL/dw += sum over images and positions of x dL/dy, one chain in that order, beginning with
/// what `grad_weight` holds. A dL/dy of 0 is skipped; the padding counts as x = 0.
pub fn backward_weight<T: Element>(
    shape: &Conv2dShape,
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let (cin, cout) = (shape.in_channels, shape.out_channels);
    shape.for_each_tap(|position, source, tap| {
        let grad_output = &grad_output[position * cout..][..cout];
        for ci in 0..cin {
            let x = source.map_or(T::ZERO, |source| input[source * cin + ci]);
            let grad_weight = &mut grad_weight[(tap * cin + ci) * cout..][..cout];
            for (dw, &dy) in grad_weight.iter_mut().zip(grad_output) {
                if dy != T::ZERO {
                    *dw = x.mul_add(dy, *dw);
                }
            }
        }
    });
}

/// dL/dx += sum over positions and output channels of w dL/dy, one chain in that order, beginning
/// with what `grad_input` holds. A dL/dy of 0 is skipped.
pub fn backward_input<T: Element>(
    shape: &Conv2dShape,
    weight: &[T],
    grad_output: &[T],
    grad_input: &mut [T],
) {
    let (cin, cout) = (shape.in_channels, shape.out_channels);
    shape.for_each_tap_inside(|position, source, tap| {
        let grad_output = &grad_output[position * cout..][..cout];
        for (ci, dx) in grad_input[source * cin..][..cin].iter_mut().enumerate() {
            let weight = &weight[(tap * cin + ci) * cout..][..cout];
            for (&w, &dy) in weight.iter().zip(grad_output) {
                if dy != T::ZERO {
                    *dx = w.mul_add(dy, *dx);
                }
            }
        }
    });
}
