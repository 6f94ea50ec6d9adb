//! How far the logits of a set of images are from each other.

/// Smallest and largest of each logit.
#[derive(Debug)]
pub(super) struct Spread {
    pub smallest: Vec<f32>,
    pub largest: Vec<f32>,
}

impl Spread {
    pub fn clear(&mut self) {
        self.smallest.fill(f32::INFINITY);
        self.largest.fill(f32::NEG_INFINITY);
    }

    pub fn add(&mut self, logits: &[f32]) {
        let both = self.smallest.iter_mut().zip(&mut self.largest);
        for ((smallest, largest), &logit) in both.zip(logits) {
            *smallest = smallest.min(logit);
            *largest = largest.max(logit);
        }
    }

    pub fn largest(&self) -> f64 {
        let both = self.smallest.iter().zip(&self.largest);
        both.map(|(&smallest, &largest)| f64::from(largest) - f64::from(smallest))
            .fold(0.0, f64::max)
    }
}

/// The largest spread (max - min over the images) of any logit of a batch, (N, classes).
pub(crate) fn spread(logits: &[f32], classes: usize) -> f64 {
    let mut largest = 0.0_f64;
    for class in 0..classes {
        let of_class = || logits.iter().skip(class).step_by(classes).copied();
        let max = of_class().fold(f32::NEG_INFINITY, f32::max);
        let min = of_class().fold(f32::INFINITY, f32::min);
        largest = largest.max(f64::from(max) - f64::from(min));
    }
    largest
}
