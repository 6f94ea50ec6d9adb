//! Which axis counts the units.

use super::{ALL, check};

#[test]
fn generators_without_biases() {
    // The norm's length tells the axis; the last layer follows the ones before.
    check(
        &[
            ("main.0.weight", &[64, 48, 4, 4]),
            ("main.1.weight", &[48]),
            ("main.1.bias", &[48]),
            ("main.3.weight", &[48, 24, 4, 4]),
            ("main.4.weight", &[24]),
            ("main.4.bias", &[24]),
            ("main.6.weight", &[24, 1, 4, 4]),
        ],
        &[
            ("main.0.weight", &[ALL, Some(7), ALL, ALL]),
            ("main.1.weight", &[Some(7)]),
            ("main.1.bias", &[Some(7)]),
            ("main.3.weight", &[Some(7), ALL, ALL, ALL]),
        ],
        &[
            ("main.0", "transposed convolution", 48, &[7]),
            ("main.3", "transposed convolution", 24, &[]),
            ("main.6", "transposed convolution", 1, &[]),
        ],
    );
    // Without norms, and one of them square.
    check(
        &[
            ("0.weight", &[32, 16, 4, 4]),
            ("2.weight", &[16, 16, 4, 4]),
            ("4.weight", &[16, 3, 4, 4]),
        ],
        &[
            ("0.weight", &[ALL, Some(5), ALL, ALL]),
            ("2.weight", &[Some(5), ALL, ALL, ALL]),
        ],
        &[
            ("0", "transposed convolution", 16, &[5]),
            ("2", "transposed convolution", 16, &[]),
            ("4", "transposed convolution", 3, &[]),
        ],
    );
    // An encoder before it stays what it is.
    check(
        &[
            ("enc.0.weight", &[16, 3, 3, 3]),
            ("enc.2.weight", &[32, 16, 3, 3]),
            ("dec.0.weight", &[32, 16, 2, 2]),
            ("dec.2.weight", &[16, 3, 2, 2]),
        ],
        &[
            ("enc.2.weight", &[Some(9), ALL, ALL, ALL]),
            ("dec.0.weight", &[Some(9), ALL, ALL, ALL]),
        ],
        &[
            ("enc.0", "convolution", 16, &[]),
            ("enc.2", "convolution", 32, &[9]),
            ("dec.0", "transposed convolution", 16, &[]),
            ("dec.2", "transposed convolution", 3, &[]),
        ],
    );
}

#[test]
fn square_transposed_convolutions_by_name_and_by_kin() {
    check(
        &[
            ("deconv1.weight", &[12, 12, 3, 3]),
            ("deconv1.bias", &[12]),
            ("deconv2.weight", &[12, 2, 3, 3]),
            ("deconv2.bias", &[2]),
        ],
        &[
            ("deconv1.weight", &[ALL, Some(3), ALL, ALL]),
            ("deconv1.bias", &[Some(3)]),
            ("deconv2.weight", &[Some(3), ALL, ALL, ALL]),
        ],
        &[
            ("deconv1", "transposed convolution", 12, &[3]),
            ("deconv2", "transposed convolution", 2, &[]),
        ],
    );
    // Keras: (h, w, out, in).
    check(
        &[
            ("conv2d_transpose/kernel", &[3, 3, 8, 8]),
            ("conv2d_transpose/bias", &[8]),
            ("conv2d_transpose_1/kernel", &[3, 3, 3, 8]),
            ("conv2d_transpose_1/bias", &[3]),
            ("dense/kernel", &[10, 32]),
            ("dense/bias", &[32]),
        ],
        &[
            ("conv2d_transpose/kernel", &[ALL, ALL, Some(6), ALL]),
            ("conv2d_transpose/bias", &[Some(6)]),
            ("conv2d_transpose_1/kernel", &[ALL, ALL, ALL, Some(6)]),
        ],
        &[
            ("dense", "linear", 32, &[]),
            ("conv2d_transpose", "transposed convolution", 8, &[6]),
            ("conv2d_transpose_1", "transposed convolution", 3, &[]),
        ],
    );
}

#[test]
fn conv1d_of_transformers_has_units_last() {
    check(
        &[
            ("h.0.attn.c_attn.bias", &[72]),
            ("h.0.attn.c_attn.weight", &[24, 72]),
            ("h.0.attn.bias", &[1, 1, 16, 16]),
            ("h.0.attn.c_proj.bias", &[24]),
            ("h.0.attn.c_proj.weight", &[24, 24]),
            ("h.0.ln_1.bias", &[24]),
            ("h.0.ln_1.weight", &[24]),
            ("h.0.mlp.c_fc.bias", &[96]),
            ("h.0.mlp.c_fc.weight", &[24, 96]),
            ("h.0.mlp.c_proj.bias", &[24]),
            ("h.0.mlp.c_proj.weight", &[96, 24]),
            ("wpe.weight", &[16, 24]),
            ("wte.weight", &[300, 24]),
        ],
        &[
            ("h.0.mlp.c_fc.weight", &[ALL, Some(50)]),
            ("h.0.mlp.c_fc.bias", &[Some(50)]),
            ("h.0.mlp.c_proj.weight", &[Some(50), ALL]),
            ("wte.weight", &[Some(7), ALL]),
            ("h.0.attn.bias", &[ALL, ALL, ALL, ALL]),
        ],
        &[
            ("h.0.mlp.c_fc", "linear", 96, &[50]),
            ("h.0.mlp.c_proj", "linear", 24, &[]),
        ],
    );
}

#[test]
fn depthwise_convolutions() {
    for multiplier in [1, 2] {
        check(
            &[
                ("conv2d/kernel", &[3, 3, 3, 8]),
                ("conv2d/bias", &[8]),
                ("depthwise_conv2d/kernel", &[3, 3, 8, multiplier]),
                ("depthwise_conv2d/bias", &[8 * multiplier]),
                ("conv2d_1/kernel", &[1, 1, 8 * multiplier, 24]),
                ("conv2d_1/bias", &[24]),
                ("dense/kernel", &[24, 5]),
                ("dense/bias", &[5]),
            ],
            &[
                ("conv2d/kernel", &[ALL, ALL, ALL, Some(4)]),
                ("conv2d/bias", &[Some(4)]),
                ("depthwise_conv2d/kernel", &[ALL, ALL, Some(4), ALL]),
            ],
            &[
                ("conv2d", "convolution", 8, &[4]),
                (
                    "depthwise_conv2d",
                    "depthwise convolution",
                    8 * multiplier,
                    &[],
                ),
                ("conv2d_1", "convolution", 24, &[]),
                ("dense", "linear", 5, &[]),
            ],
        );
    }
}
