//! How long the processor was at a thread, whatever else the machine does.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Time for which this thread ran, by the system's count on Linux (which advances in steps of some
/// milliseconds); elsewhere the time that passed.
pub(super) fn processor_time() -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_advances_with_work_and_not_with_sleep() {
        let begun = Instant::now();
        let before = processor_time();
        let mut sum = 0_u64;
        while begun.elapsed() < Duration::from_millis(100) {
            sum = std::hint::black_box(sum + 1);
        }
        let worked = processor_time().saturating_sub(before);
        assert!(
            worked > Duration::ZERO && worked < Duration::from_millis(120),
            "{worked:?}"
        );
        if cfg!(target_os = "linux") {
            let before = processor_time();
            std::thread::sleep(Duration::from_millis(50));
            let slept = processor_time().saturating_sub(before);
            assert!(slept < Duration::from_millis(40));
        }
    }
}
