#!/usr/bin/env bash
# What a new user does, from `pip install` to the answer: tests/python/fresh_install.sh [WHEEL]
# Without a wheel it builds one. Needs python3 with venv, and a registry for numpy and maturin.
set -euo pipefail
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
wheel="${1:-}"
if [ -z "$wheel" ]; then
    python3 -m venv "$work/build"
    "$work/build/bin/pip" install --quiet maturin
    (cd crates/python && "$work/build/bin/maturin" build --quiet --locked --out "$work/wheels")
    wheel="$(ls "$work"/wheels/*.whl)"
fi
size="$(wc -c < "$wheel")"
echo "$(basename "$wheel"): $size bytes"
test "$size" -lt 10000000

python3 -m venv "$work/fresh"
"$work/fresh/bin/pip" install --quiet "$wheel"
"$work/fresh/bin/pip" list --format freeze | cut -d= -f1 | sort | tr '\n' ' '
echo
cp tests/python/new_user.py "$work/"
cd "$work"
PATH="$work/fresh/bin:$PATH"
python new_user.py
mortality autopsy run
mortality autopsy run --json > answer.json
python - <<'CHECK'
import json
import mortality

answer = mortality.autopsy("run")
assert answer == json.load(open("answer.json"))
dead = answer.units("dead")
truth = json.load(open("truth.json"))
print("dead by the answer:", dead, "by the truth:", truth)
assert set(dead.get("fc1", [])) <= set(truth) and len(dead["fc1"]) >= len(truth) - 2
CHECK
mortality prune run/step-2000.npz --using run --out less.safetensors
code=0
mortality autopsy nowhere 2> error.txt || code=$?
test "$code" = 2
grep -q nowhere error.txt
echo "installed, asked and answered"
