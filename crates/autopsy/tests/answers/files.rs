//! Files of small runs, as safetensors and as PyTorch writes them.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use autopsy::answer::answer;
use autopsy::history::Options;
use serde_json::Value as Json;
use zip::write::SimpleFileOptions;

/// A tensor by name: axes and numbers.
pub type Named = (String, Vec<usize>, Vec<f32>);

pub fn tensor(name: &str, shape: &[usize], values: Vec<f32>) -> Named {
    assert_eq!(shape.iter().product::<usize>(), values.len(), "{name}");
    (name.to_owned(), shape.to_vec(), values)
}

/// Something between -1 and 1, different for every number.
pub fn wave(number: usize) -> f32 {
    (number as f32 * 0.618_034 + 0.2).fract() * 2.0 - 1.0
}

/// Weights that learn: at time 0 between -0.4 and 0.4, then each moving its own way.
pub fn learning(seed: usize, shape: &[usize], time: usize) -> Vec<f32> {
    let count = shape.iter().product();
    let own = |index: usize| {
        let start = 0.4 * wave(31 * seed + index);
        let drift = (0..time).map(|file| 0.02 * wave(97 * seed + 13 * index + 1009 * file + 5));
        start + drift.sum::<f32>()
    };
    (0..count).map(own).collect()
}

/// Numbers times a factor.
pub fn scaled(values: Vec<f32>, factor: f32) -> Vec<f32> {
    values.into_iter().map(|value| value * factor).collect()
}

/// A value of a pickle.
pub enum Value {
    Nothing,
    Integer(i64),
    Float(f64),
    Text(&'static str),
    Key(String),
    List(Vec<Value>),
    Dictionary(Vec<(Value, Value)>),
    Tensor(Vec<usize>, Vec<f32>),
}

/// A dictionary with text keys.
pub fn dictionary(items: Vec<(&'static str, Value)>) -> Value {
    Value::Dictionary(
        items
            .into_iter()
            .map(|(key, value)| (Value::Text(key), value))
            .collect(),
    )
}

/// A `state_dict`.
pub fn state_dict(tensors: &[Named]) -> Value {
    let items = tensors.iter().map(|(name, shape, values)| {
        (
            Value::Key(name.clone()),
            Value::Tensor(shape.clone(), values.clone()),
        )
    });
    Value::Dictionary(items.collect())
}

/// An Adam optimizer of one group: for each parameter steps and both moments, or no entry.
pub fn adam(rate: f64, step: f32, moments: Vec<Option<(Vec<usize>, f32)>>) -> Value {
    let count = moments.len();
    let entry = |(shape, size): (Vec<usize>, f32)| {
        let length = shape.iter().product();
        let first = (0..length).map(|index| size * wave(index + 3)).collect();
        let second = vec![size * size; length];
        dictionary(vec![
            ("step", Value::Tensor(Vec::new(), vec![step])),
            ("exp_avg", Value::Tensor(shape.clone(), first)),
            ("exp_avg_sq", Value::Tensor(shape, second)),
        ])
    };
    let entries = moments
        .into_iter()
        .enumerate()
        .filter_map(|(index, own)| Some((Value::Integer(index as i64), entry(own?))));
    let betas = Value::List(vec![Value::Float(0.9), Value::Float(0.999)]);
    let parameters = (0..count as i64).map(Value::Integer).collect();
    dictionary(vec![
        ("state", Value::Dictionary(entries.collect())),
        (
            "param_groups",
            Value::List(vec![dictionary(vec![
                ("lr", Value::Float(rate)),
                ("betas", betas),
                ("weight_decay", Value::Float(0.0)),
                ("params", Value::List(parameters)),
            ])]),
        ),
    ])
}

/// SGD with momentum, of one group with these buffers.
pub fn sgd(rate: f64, initial: f64, buffers: Vec<(Vec<usize>, f32)>) -> Value {
    let count = buffers.len() as i64;
    let entries = buffers
        .into_iter()
        .enumerate()
        .map(|(index, (shape, size))| {
            let length = shape.iter().product();
            let buffer = (0..length).map(|index| size * wave(index + 3)).collect();
            let entry = dictionary(vec![("momentum_buffer", Value::Tensor(shape, buffer))]);
            (Value::Integer(index as i64), entry)
        });
    dictionary(vec![
        ("state", Value::Dictionary(entries.collect())),
        (
            "param_groups",
            Value::List(vec![dictionary(vec![
                ("lr", Value::Float(rate)),
                ("initial_lr", Value::Float(initial)),
                ("momentum", Value::Float(0.9)),
                ("dampening", Value::Integer(0)),
                ("weight_decay", Value::Integer(0)),
                (
                    "params",
                    Value::List((0..count).map(Value::Integer).collect()),
                ),
            ])]),
        ),
    ])
}

/// Writes the program of a pickle (protocol 2), and the storages that it refers to.
struct Pickler {
    program: Vec<u8>,
    storages: Vec<Vec<u8>>,
}

impl Pickler {
    fn text(&mut self, text: &str) {
        self.program.push(b'X');
        self.program.extend((text.len() as u32).to_le_bytes());
        self.program.extend(text.as_bytes());
    }

    fn integer(&mut self, number: i64) {
        self.program.push(b'J');
        self.program.extend((number as i32).to_le_bytes());
    }

    fn integers(&mut self, numbers: &[usize]) {
        self.program.push(b'(');
        for &number in numbers {
            self.integer(number as i64);
        }
        self.program.push(b't');
    }

    fn write(&mut self, value: &Value) {
        match value {
            Value::Nothing => self.program.push(b'N'),
            Value::Integer(number) => self.integer(*number),
            Value::Float(number) => {
                self.program.push(b'G');
                self.program.extend(number.to_be_bytes());
            }
            Value::Text(text) => self.text(text),
            Value::Key(text) => self.text(text),
            Value::List(items) => {
                self.program.extend(b"](");
                for item in items {
                    self.write(item);
                }
                self.program.push(b'e');
            }
            Value::Dictionary(items) => {
                self.program.extend(b"}(");
                for (key, value) in items {
                    self.write(key);
                    self.write(value);
                }
                self.program.push(b'u');
            }
            Value::Tensor(shape, values) => self.tensor(shape, values),
        }
    }

    fn tensor(&mut self, shape: &[usize], values: &[f32]) {
        self.program
            .extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        self.text("storage");
        self.program.extend(b"ctorch\nFloatStorage\n");
        self.text(&self.storages.len().to_string());
        self.text("cpu");
        self.integer(values.len() as i64);
        self.program.extend(b"tQ");
        self.integer(0);
        self.integers(shape);
        let stride = |axis: usize| shape[axis + 1..].iter().product();
        let strides: Vec<usize> = (0..shape.len()).map(stride).collect();
        self.integers(&strides);
        self.program.extend(b"\x89}tR");
        self.storages
            .push(values.iter().flat_map(|own| own.to_le_bytes()).collect());
    }
}

/// Writes what `torch.save` writes.
pub fn save_torch(path: &Path, value: &Value) {
    let mut pickler = Pickler {
        program: vec![0x80, 2],
        storages: Vec::new(),
    };
    pickler.write(value);
    pickler.program.push(b'.');
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut member = |name: &str, bytes: &[u8]| {
        zip.start_file(format!("archive/{name}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    };
    member("data.pkl", &pickler.program);
    for (index, storage) in pickler.storages.iter().enumerate() {
        member(&format!("data/{index}"), storage);
    }
    fs::write(path, zip.finish().unwrap().into_inner()).unwrap();
}

/// Writes a safetensors file in f32, or in bfloat16.
pub fn save(path: &Path, tensors: &[Named], short: bool) {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| {
            let encode = |value: &f32| {
                if short {
                    half::bf16::from_f32(*value).to_le_bytes().to_vec()
                } else {
                    value.to_le_bytes().to_vec()
                }
            };
            values.iter().flat_map(encode).collect()
        })
        .collect();
    let dtype = if short {
        safetensors::Dtype::BF16
    } else {
        safetensors::Dtype::F32
    };
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        let view = safetensors::tensor::TensorView::new(dtype, shape.clone(), bytes);
        (name, view.unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// The answer to `count` files, each written by `write`.
pub fn ask(count: usize, ending: &str, write: impl Fn(usize, &Path)) -> Json {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..count {
        write(
            file,
            &folder.path().join(format!("step-{}.{ending}", 100 * file)),
        );
    }
    told(folder.path())
}

/// The answer to a folder.
pub fn told(folder: &Path) -> Json {
    let (answer, _) = answer(&[folder.to_owned()], &Options::default()).unwrap();
    serde_json::to_value(answer).unwrap()
}

/// The answer to files of tensors in f32.
pub fn ask_tensors(count: usize, tensors: impl Fn(usize) -> Vec<Named>) -> Json {
    ask(count, "safetensors", |file, path| {
        save(path, &tensors(file), false);
    })
}

/// The code of an answer.
pub fn code(answer: &Json) -> &str {
    answer["answer"]["code"].as_str().unwrap()
}

/// Whether a code is given at all, first or further.
pub fn has(answer: &Json, code: &str) -> bool {
    let also = answer["answer"]["also"].as_array().unwrap();
    answer["answer"]["code"] == code || also.iter().any(|own| own == code)
}
