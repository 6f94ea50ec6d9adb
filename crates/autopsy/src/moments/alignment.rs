//! Two sequences aligned in order: in how many ways, and which pairs are in all of them.

/// The most pairs that are tried.
const MOST_PAIRS: usize = 1 << 22;

/// All ways to give each of some parameters a tensor of its own, in order.
#[derive(Debug)]
pub struct Alignment {
    /// For each tensor the parameters that some way gives it.
    pub candidates: Vec<Vec<usize>>,
    /// For each tensor whether some way leaves it without any.
    pub may_be_left: Vec<bool>,
}

/// Aligns; `None` if there is no way, or too much to try.
pub fn align(
    parameters: usize,
    tensors: usize,
    fits: impl Fn(usize, usize) -> bool,
) -> Option<Alignment> {
    if parameters > tensors || (parameters + 1).checked_mul(tensors + 1)? > MOST_PAIRS {
        return None;
    }
    let width = tensors + 1;
    let pairs: Vec<bool> = (0..parameters)
        .flat_map(|parameter| (0..tensors).map(move |tensor| (parameter, tensor)))
        .map(|(parameter, tensor)| {
            // Those before and after need tensors too.
            let room = tensor >= parameter && tensor - parameter <= tensors - parameters;
            room && fits(parameter, tensor)
        })
        .collect();
    let pair = |parameter: usize, tensor: usize| pairs[parameter * tensors + tensor];
    // ways[i][j]: the first i parameters among the first j tensors; rest[i][j]: those from i on
    // among the tensors from j on. Whether there is any way is all that is asked.
    let mut ways = vec![false; (parameters + 1) * width];
    let mut rest = ways.clone();
    for tensor in 0..=tensors {
        ways[tensor] = true;
        rest[parameters * width + tensor] = true;
    }
    for i in 1..=parameters {
        for j in 1..=tensors {
            ways[i * width + j] =
                ways[i * width + j - 1] || (ways[(i - 1) * width + j - 1] && pair(i - 1, j - 1));
        }
    }
    if !ways[parameters * width + tensors] {
        return None;
    }
    for i in (0..parameters).rev() {
        for j in (0..tensors).rev() {
            rest[i * width + j] =
                rest[i * width + j + 1] || (pair(i, j) && rest[(i + 1) * width + j + 1]);
        }
    }
    let candidates = (0..tensors)
        .map(|j| {
            let given =
                |&i: &usize| pair(i, j) && ways[i * width + j] && rest[(i + 1) * width + j + 1];
            (0..parameters).filter(given).collect()
        })
        .collect();
    let may_be_left = (0..tensors)
        .map(|j| (0..=parameters).any(|i| ways[i * width + j] && rest[i * width + j + 1]))
        .collect();
    Some(Alignment {
        candidates,
        may_be_left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_and_what_is_not() {
        let align = |parameters: &[u32], tensors: &[u32]| {
            align(parameters.len(), tensors.len(), |i, j| {
                parameters[i] == tensors[j]
            })
        };
        let all = align(&[9, 3], &[9, 3]).unwrap();
        assert_eq!(all.candidates, [[0], [1]]);
        assert_eq!(all.may_be_left, [false, false]);
        // One of the three 3s is in, nobody knows which; the 9s are certain.
        let some = align(&[9, 3, 9], &[9, 3, 3, 3, 9, 4]).unwrap();
        assert_eq!(
            some.candidates,
            [vec![0], vec![1], vec![1], vec![1], vec![2], vec![]]
        );
        assert_eq!(some.may_be_left, [false, true, true, true, false, true]);
        assert!(align(&[3, 9], &[9, 3]).is_none());
        assert!(align(&[3, 9], &[9]).is_none());
    }
}
