//! Made-up tables of the true shape: those of made-up results.

use crate::study::stopped_weights::made_up;
use crate::table::Table;

pub fn causes() -> Table {
    made_up::tables()[0].clone()
}

pub fn intervals() -> Table {
    made_up::tables()[1].clone()
}

pub fn raster() -> Table {
    made_up::tables()[2].clone()
}

pub fn overlap() -> Table {
    made_up::tables()[3].clone()
}
