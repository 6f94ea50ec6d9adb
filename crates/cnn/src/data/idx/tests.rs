use std::fs;
use std::io::Write;

use super::*;

const SIDE: usize = 3;

fn images(count: u32) -> Vec<u8> {
    let mut bytes = IMAGES.to_vec();
    for axis in [count, SIDE as u32, SIDE as u32] {
        bytes.extend(axis.to_be_bytes());
    }
    bytes.extend((0..count * 9).map(|pixel| (pixel % 256) as u8));
    bytes
}

fn labels(count: u32) -> Vec<u8> {
    let mut bytes = LABELS.to_vec();
    bytes.extend(count.to_be_bytes());
    bytes.extend((0..count).map(|label| (label % 4) as u8));
    bytes
}

fn load(images: &[u8], labels: &[u8], settings: &Idx) -> Result<Images, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("train-images-idx3-ubyte"), images).unwrap();
    fs::write(folder.path().join("train-labels-idx1-ubyte"), labels).unwrap();
    settings
        .load(folder.path())
        .map_err(|error| error.to_string())
}

#[test]
fn whole_files_are_read_plain_or_zipped() {
    let plain = load(&images(6), &labels(6), &Idx::default()).unwrap();
    assert_eq!((plain.shape, plain.classes), ([3, 3, 1], 4));
    assert_eq!(plain.labels, [0, 1, 2, 3, 0, 1]);
    assert_eq!(plain.pixels[53], 53.0 / 255.0);

    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("images-idx3", images(6)), ("labels-idx1", labels(6))] {
        let file = fs::File::create(folder.path().join(format!("train-{name}-ubyte.gz")));
        let mut zip = flate2::write::GzEncoder::new(file.unwrap(), flate2::Compression::fast());
        zip.write_all(&bytes).unwrap();
        zip.finish().unwrap();
    }
    assert_eq!(Idx::default().load(folder.path()).unwrap(), plain);

    let first = Idx {
        images: 2,
        ..Idx::default()
    };
    let first = load(&images(6), &labels(6), &first).unwrap();
    assert_eq!((first.len(), first.classes), (2, 4));
    assert_eq!(first.pixels[..], plain.pixels[..18]);
}

#[test]
fn files_below_the_data_directory_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("MNIST/raw");
    fs::create_dir_all(&below).unwrap();
    fs::write(below.join("train-images-idx3-ubyte"), images(6)).unwrap();
    fs::write(below.join("train-labels-idx1-ubyte"), labels(6)).unwrap();
    let found = Idx::default().load(folder.path()).unwrap();
    assert_eq!(
        found,
        load(&images(6), &labels(6), &Idx::default()).unwrap()
    );
}

/// There are sets of more; a network of ten outputs refuses this one.
#[test]
fn a_label_above_9_makes_more_classes() {
    let mut damaged = labels(6);
    damaged[8 + 3] = 200;
    let found = load(&images(6), &damaged, &Idx::default()).unwrap();
    assert_eq!((found.classes, found.labels[3]), (201, 200));
}

#[test]
fn a_file_cut_anywhere_is_named() {
    for (whole, name) in [(images(6), "images-idx3"), (labels(6), "labels-idx1")] {
        for length in 0..whole.len() {
            let cut = &whole[..length];
            let problem = if name == "images-idx3" {
                load(cut, &labels(6), &Idx::default())
            } else {
                load(&images(6), cut, &Idx::default())
            }
            .unwrap_err();
            assert!(
                problem.contains(&format!("train-{name}-ubyte: cut short")),
                "{problem}"
            );
        }
    }
}

#[test]
fn a_zipped_file_cut_short_is_named() {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(&images(6)).unwrap();
    let zipped = zip.finish().unwrap();
    for length in [2, 10, zipped.len() / 2, zipped.len() - 1] {
        let problem = load(&zipped[..length], &labels(6), &Idx::default()).unwrap_err();
        assert!(
            problem.contains("train-images-idx3-ubyte: cut short or damaged"),
            "{problem}"
        );
    }
}

#[test]
fn foreign_files_are_refused_with_what_would_be_right() {
    let longer = [images(6), vec![0]].concat();
    let mut huge = images(6);
    huge[4..16].fill(0xff);
    let cases = [
        (
            labels(6),
            labels(6),
            "images-idx3-ubyte: not an IDX file of images",
        ),
        (images(6), images(6), "this is a file of images"),
        (
            b"PNG and more".to_vec(),
            labels(6),
            "should be [00, 00, 08, 03]",
        ),
        (
            longer,
            labels(6),
            "longer than it says: its header says [6, 3, 3]",
        ),
        (huge, labels(6), "cut short: its header says [4294967295"),
        (images(6), labels(5), "holds 5 labels, but"),
        (images(0), labels(0), "holds 0 images of 3x3"),
    ];
    for (images, labels, expected) in cases {
        let problem = load(&images, &labels, &Idx::default()).unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }
    let many = Idx {
        images: 7,
        ..Idx::default()
    };
    let problem = load(&images(6), &labels(6), &many).unwrap_err();
    assert!(
        problem.contains("data.images = 7") && problem.contains("only 6"),
        "{problem}"
    );
    for present in ["train-labels-idx1-ubyte", "train-images-idx3-ubyte"] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        fs::write(folder.path().join(present), images(6)).unwrap();
        let problem = Idx::default().load(folder.path()).unwrap_err().to_string();
        let expected = format!("{place} lacks train-images-idx3-ubyte and train-labels-idx1-ubyte");
        assert!(problem.starts_with(&expected), "{problem}");
        let also = "its folders mnist and MNIST/raw were looked through, too";
        assert!(problem.ends_with(also), "{problem}");
    }
    let escaping = Idx {
        files: "../train".to_owned(),
        images: 0,
    };
    assert!(
        escaping
            .check()
            .unwrap_err()
            .to_string()
            .contains("data.files = ../train")
    );
}
