#!/usr/bin/env bash
# Tests of the Python module, laid out as its wheel would be: tests/python/run.sh MODULE ...
# Exit code 0 with a word where Python or NumPy is not there: nothing else needs them.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="${PYTHON:-python3}"
if ! "$python" -c 'import numpy, sys; sys.exit(sys.version_info < (3, 9))' 2> /dev/null; then
    echo "skipped: $python with NumPy is not there"
    exit 0
fi
cargo build --quiet --release --locked -p mortality-python
target="$(cargo metadata --format-version 1 --no-deps --locked | "$python" -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')"
laid="$(mktemp -d)"
trap 'rm -rf "$laid"' EXIT
cp -r crates/python/python/mortality "$laid/"
for built in lib_mortality.so lib_mortality.dylib; do
    if [ -f "$target/release/$built" ]; then cp "$target/release/$built" "$laid/mortality/_mortality.abi3.so"; fi
done
cd tests/python
PYTHONPATH="$laid" PYTHONDONTWRITEBYTECODE=1 "$python" -m unittest "$@"
