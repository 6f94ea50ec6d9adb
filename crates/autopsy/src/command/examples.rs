//! The examples at the end of `--help`, for whatever the command is called.

/// Of the command that answers: what stands behind its name, and what that does.
pub const AUTOPSY_EXAMPLES: [[&str; 2]; 4] = [
    [
        "runs/7",
        "a folder of checkpoints, in order of their numbers",
    ],
    ["a.pt b.pt c.pt --keep-order", "files as given"],
    ["runs/7 --layer conv2", "every unit of one layer"],
    [
        "runs/7 --fail-on 0.2",
        "exit code 1 if more than a fifth is dead",
    ],
];

/// Of the command that prunes.
pub const PRUNE_EXAMPLES: [[&str; 2]; 1] = [[
    "last.pt --using runs/7 --out small.safetensors",
    "dead units are left out",
]];

/// Examples of a command, one a line.
pub fn examples(command: &str, lines: &[[&str; 2]]) -> String {
    let width = lines
        .iter()
        .map(|[words, _]| words.len())
        .max()
        .unwrap_or(0);
    let lines = lines
        .iter()
        .map(|[words, does]| format!("\n  {command} {words:width$}   {does}"));
    std::iter::once("Examples:".to_owned())
        .chain(lines)
        .collect()
}
