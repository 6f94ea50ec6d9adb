use std::fs;
use std::io::Write;

use super::*;

/// The byte of an image's plane.
fn byte(image: usize, plane: usize, place: usize) -> u8 {
    ((image * 7 + plane * 50 + place * 3) % 256) as u8
}

/// A batch of images, numbered from `first`, with these labels.
fn batch(first: usize, labels: &[u8]) -> Vec<u8> {
    let images = labels.iter().enumerate().flat_map(|(at, &label)| {
        let planes = (0..3 * PLANE).map(move |own| byte(first + at, own / PLANE, own % PLANE));
        [label].into_iter().chain(planes)
    });
    images.collect()
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap()
}

fn load(files: &[(&str, Vec<u8>)], images: usize) -> Result<Images, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let loaded = Cifar10 { images }.load(folder.path());
    loaded.map_err(|error| {
        error
            .to_string()
            .replace(folder.path().to_str().unwrap(), "DIR")
    })
}

#[test]
fn planes_become_channels() {
    let images = load(&[("data_batch_1.bin", batch(0, &[3, 9]))], 0).unwrap();
    assert_eq!((images.shape, images.classes), ([32, 32, 3], 10));
    assert_eq!(images.labels, [3, 9]);
    for (image, row, column, channel) in [(0, 0, 0, 0), (0, 0, 1, 2), (0, 31, 2, 1), (1, 5, 31, 2)]
    {
        let found = images.pixels[((image * 32 + row) * 32 + column) * 3 + channel];
        let expected = f32::from(byte(image, channel, row * 32 + column)) / 255.0;
        assert_eq!(found, expected, "{image} {row} {column} {channel}");
    }
}

#[test]
fn whichever_batches_are_there_are_read_in_order_plain_or_zipped() {
    let plain = load(&[("data_batch_1.bin", batch(0, &[0, 1, 2, 3, 4]))], 0).unwrap();
    let parts = [
        ("test_batch.bin", batch(3, &[3, 4])),
        ("cifar10/data_batch_2.bin.gz", zipped(&batch(0, &[0]))),
        ("cifar-10-batches-bin/data_batch_4.bin", batch(1, &[1, 2])),
    ];
    assert_eq!(load(&parts, 0).unwrap(), plain);
    // The first ones of the same, also where a batch ends among them.
    let first = load(&parts, 2).unwrap();
    assert_eq!(first.labels, [0, 1]);
    assert_eq!(first.pixels[..], plain.pixels[..2 * (RECORD - 1)]);
    let problem = load(&parts, 6).unwrap_err();
    let expected = "data.images = 6: the batches in DIR hold only 5 images";
    assert_eq!(problem, expected);
}

#[test]
fn a_batch_cut_anywhere_is_named() {
    let whole = batch(0, &[1, 2]);
    for length in [0, 1, 100, RECORD - 1, RECORD + 1, whole.len() - 1] {
        let problem = load(&[("data_batch_3.bin", whole[..length].to_vec())], 0).unwrap_err();
        let expected = format!(
            "DIR/data_batch_3.bin: cut short, or no batch of CIFAR-10's binary version: {length} bytes"
        );
        assert!(problem.starts_with(&expected), "{problem}");
    }
    let zip = zipped(&whole);
    for length in [2, 10, zip.len() / 2, zip.len() - 1] {
        let problem = load(&[("test_batch.bin.gz", zip[..length].to_vec())], 0).unwrap_err();
        let expected = "DIR/test_batch.bin.gz: cut short or damaged";
        assert!(problem.starts_with(expected), "{problem}");
    }
}

#[test]
fn a_label_above_9_is_named_also_behind_the_images_that_are_wanted() {
    for images in [0, 2] {
        let problem = load(&[("data_batch_1.bin", batch(0, &[9, 0, 10]))], images).unwrap_err();
        assert!(
            problem.starts_with("DIR/data_batch_1.bin: image 2 (counted from 0) has the label 10"),
            "{problem}"
        );
    }
}

#[test]
fn a_directory_without_batches_is_told_what_was_looked_for() {
    let problem = load(&[("data_batch_6.bin", batch(0, &[1, 2]))], 0).unwrap_err();
    for words in [
        "DIR lacks data_batch_1.bin to data_batch_5.bin and test_batch.bin",
        "its folders cifar10 and cifar-10-batches-bin were looked through, too",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
    ] {
        assert!(problem.contains(words), "{problem}");
    }
    assert!(Cifar10 { images: 1 }.check().is_err());
}
