//! The network as a PyTorch program, `model.py`.

use crate::CnnError;
use crate::architecture::{Architecture, Layer, LayerShape, Part};

const HEAD: &str = r#""""The network of trial.json in PyTorch. `python model.py` says how right each checkpoint is.

Elsewhere: `from model import model; network = model("checkpoints/step-0.safetensors").eval()`.
"""

from pathlib import Path

from safetensors.torch import load_file
from torch import nn

"#;

const RESIDUAL: &str = "
class Residual(nn.Sequential):
    def forward(self, x):
        return super().forward(x) + x

";

const LOCAL: &str = r#"
class Local2d(nn.Module):
    def __init__(self, channels, filters, size, kernel, stride, padding):
        super().__init__()
        self.windows = nn.Unfold(kernel, stride=stride, padding=padding)
        self.weight = nn.Parameter(torch.empty(*size, filters, channels, *kernel))
        self.bias = nn.Parameter(torch.empty(*size, filters))

    def forward(self, x):
        weight = self.weight.flatten(3).flatten(0, 1)
        y = torch.einsum("nkp,pok->nop", self.windows(x), weight)
        return y.unflatten(2, self.bias.shape[:2]) + self.bias.permute(2, 0, 1)

"#;

/// Modules that PyTorch has not, with their classes.
const OWN: [(&str, &str); 2] = [("Local2d(", LOCAL), ("Residual(", RESIDUAL)];

const TAIL: &str = r#"    if checkpoint is not None:
        network.load_state_dict(load_file(checkpoint), strict=True)
    return network


if __name__ == "__main__":
    folder = Path(__file__).parent
    data = load_file(folder / "data.safetensors")
    paths = (folder / "checkpoints").glob("step-*.safetensors")
    for path in sorted(paths, key=lambda path: int(path.stem[5:])):
        answers = model(path).eval()(data["held_out.images"]).argmax(1)
        right = (answers == data["held_out.labels"]).float().mean()
        print(f"{path.stem}: {right:.1%} of the held-out images right")
"#;

/// The text of `model.py`, for images of (height, width, channels).
///
/// # Errors
/// As [`Architecture::check`].
pub(super) fn text(architecture: &Architecture, input: [usize; 3]) -> Result<String, CnnError> {
    let shapes = architecture.check(input)?;
    let layers = lines(&architecture.0, &shapes, 2).concat();
    let own = OWN.iter().filter(|(module, _)| layers.contains(module));
    let classes: String = own.map(|(_, class)| *class).collect();
    let head = if classes.contains("torch.") {
        HEAD.replace("\nfrom safetensors", "\nimport torch\nfrom safetensors")
    } else {
        HEAD.to_owned()
    };
    Ok(format!(
        "{head}{classes}\ndef model(checkpoint=None):\n    network = nn.Sequential(\n{layers}    )\n{TAIL}"
    ))
}

/// One line a module, `depth` levels in.
fn lines(layers: &[Layer], shapes: &[LayerShape], depth: usize) -> Vec<String> {
    let margin = "    ".repeat(depth);
    let mut lines = Vec::new();
    for (layer, shape) in layers.iter().zip(shapes) {
        match layer.part() {
            Part::Word(word) => {
                let modules = word.modules(shape).into_iter();
                lines.extend(modules.map(|module| {
                    let own = OWN.iter().any(|(own, _)| module.starts_with(own));
                    let package = if own { "" } else { "nn." };
                    format!("{margin}{package}{module},\n")
                }));
            }
            Part::Block(block) => {
                lines.push(format!("{margin}Residual(\n"));
                lines.extend(self::lines(block, &shape.block, depth + 1));
                lines.push(format!("{margin}),\n"));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the network.
    fn network(layers: &[&str]) -> Vec<String> {
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let text = text(&Architecture(layers), [8, 8, 2]).unwrap();
        let lines = text.lines().map(str::trim);
        let inside = lines.skip_while(|line| *line != "network = nn.Sequential(");
        inside
            .skip(1)
            .take_while(|line| *line != ")")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_default_network_is_the_obvious_sequential() {
        let text = text(&Architecture::digits_cnn(), [8, 8, 1]).unwrap();
        let expected = "
def model(checkpoint=None):
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )
    if checkpoint is not None:
        network.load_state_dict(load_file(checkpoint), strict=True)
";
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("Residual"));
    }

    #[test]
    fn settings_are_pytorchs() {
        let lines = network(&[
            "conv 4 3x5 stride 2 padding 1",
            "prelu",
            "max_pool 2 stride 1",
            "flatten",
            "linear 6",
            "gelu_tanh",
            "linear 3",
            "rrelu 0.125 0.25",
        ]);
        let expected = [
            "nn.Conv2d(2, 4, (3, 5), stride=2, padding=1),",
            "nn.PReLU(4),",
            "nn.MaxPool2d(2, stride=1),",
            "nn.Flatten(),",
            "nn.Linear(24, 6),",
            "nn.GELU(approximate='tanh'),",
            "nn.Linear(6, 3),",
            "nn.RReLU(0.125, 0.25),",
        ];
        assert_eq!(lines, expected);
    }

    /// Parameters are named after the place of their module, counted as PyTorch counts.
    #[test]
    fn places_of_modules_are_the_names_of_parameters() {
        let residual = r#"{"residual": ["conv 4 3x3", "relu", "conv 4 1x1", "prelu"]}"#;
        let layers = vec![
            "conv 4 3x3".parse().unwrap(),
            serde_json::from_str(residual).unwrap(),
            "global_average_pool".parse().unwrap(),
            "linear 3".parse().unwrap(),
        ];
        let architecture = Architecture(layers);
        let text = text(&architecture, [8, 8, 2]).unwrap();
        let mut found = Vec::new();
        // The number of the next module, of those around and of this one.
        let mut places = vec![0];
        for line in text.lines().map(str::trim) {
            let path: Vec<String> = places.iter().map(usize::to_string).collect();
            let named = |name: &str| format!("{}.{name}", path.join("."));
            if line.starts_with("nn.Conv2d(") || line.starts_with("nn.Linear(") {
                found.extend([named("weight"), named("bias")]);
            } else if line.starts_with("nn.PReLU(") {
                found.push(named("weight"));
            }
            if line == "Residual(" {
                places.push(0);
            } else if line == ")," {
                places.pop();
            }
            if line.starts_with("nn.") || line == ")," {
                *places.last_mut().unwrap() += 1;
            }
        }
        let parameters = architecture.parameters([8, 8, 2]).unwrap();
        let names: Vec<String> = parameters.into_iter().map(|tensor| tensor.name).collect();
        assert_eq!(found, names);
        assert_eq!(names[2..4], ["1.0.weight", "1.0.bias"]);
        assert_eq!(names.last().unwrap(), "4.bias");
    }
}
