//! What a name in a pickle stands for.

use super::Callable;

/// The callable of a name.
pub fn callable(module: &str, name: &str) -> Callable {
    match (module, name) {
        ("collections", "OrderedDict" | "defaultdict" | "Counter")
        | ("builtins" | "__builtin__", "dict") => Callable::Dictionary,
        ("builtins" | "__builtin__", "set" | "frozenset" | "list" | "tuple")
        | ("collections", "deque") => Callable::Sequence,
        ("builtins" | "__builtin__", "bytes" | "bytearray") | ("_codecs", "encode") => {
            Callable::Encode
        }
        ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor" | "_rebuild_tensor_v3") => {
            Callable::RebuildTensor
        }
        (
            "torch._utils",
            "_rebuild_parameter"
            | "_rebuild_parameter_with_state"
            | "_rebuild_device_tensor_from_numpy"
            | "_rebuild_device_tensor_from_cpu_tensor"
            | "_rebuild_xla_tensor",
        )
        | ("torch", "Size")
        | ("torch.serialization", "_get_layout")
        | ("torch.jit._pickle", _) => Callable::First,
        ("torch._tensor", "_rebuild_from_type_v2") => Callable::Forward,
        ("torch.storage", "_load_from_bytes") => Callable::EmbeddedStorage,
        ("torch" | "torch.cuda" | "torch.storage", name) if name.ends_with("Storage") => {
            Callable::StorageKind(name.to_owned())
        }
        ("numpy", "dtype") => Callable::Dtype,
        (module, "_reconstruct") if is_numpy(module) => Callable::Array,
        (module, "scalar") if is_numpy(module) => Callable::Scalar,
        (module, "_frombuffer") if is_numpy(module) => Callable::ArrayOver,
        ("jax._src.array" | "jax._src.array_impl" | "jax.array", "_reconstruct_array") => {
            Callable::ArrayOfJax
        }
        ("copyreg" | "copy_reg", "_reconstructor" | "__newobj__" | "__newobj_ex__") => {
            Callable::ObjectOf
        }
        _ => Callable::Unknown(format!("{module}.{name}")),
    }
}

fn is_numpy(module: &str) -> bool {
    module.starts_with("numpy.core.") || module.starts_with("numpy._core.")
}
