# Everything a reader needs: `make figures` measures and draws, `make test` checks all of it.

STUDY ?= learning-rate
SEED ?= 0
JOBS ?=
MORTALITY = cargo run --quiet --release --bin mortality --

.PHONY: figures elsewhere test test-arrays test-python wheel study bench bench-peers

# Runs what is missing of every study as published, and draws figures/.
figures:
	$(MORTALITY) run --all $(if $(JOBS),--jobs $(JOBS))

# The same networks' findings on MNIST and CIFAR-10, whose files are in DATA: make elsewhere DATA=DIR
elsewhere:
	$(if $(DATA),,$(error make elsewhere DATA=DIR: the folder with the files of MNIST and CIFAR-10))
	$(MORTALITY) run elsewhere --data-dir '$(DATA)' $(if $(JOBS),--jobs $(JOBS))

# One profile for program and tests, so that every package is compiled once.
test:
	cargo fmt --all --check
	cargo clippy --workspace --release --all-targets --locked -- -D warnings
	cargo test --workspace --release --locked
	$(MAKE) --no-print-directory test-arrays
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --release --no-deps --locked
	$(MORTALITY) run learning-rate --quick --results target/quick

# The Python module on NumPy alone, without a wheel; says so where Python or NumPy is not there.
test-arrays:
	tests/python/run.sh test_autopsy

# The same, and what needs PyTorch, in the environment of PYTHON, which has both and maturin; then
# from `pip install` to the answer, in a fresh one.
PYTHON ?= python3
test-python:
	PYTHON='$(PYTHON)' tests/python/run.sh test_autopsy test_watch test_watch_truth test_torch
	tests/python/fresh_install.sh

# One wheel for Python 3.9 and later, in target/wheels.
wheel:
	cd crates/python && maturin build --locked --out ../../target/wheels

# One study with another seed: make study STUDY=learning-rate SEED=7
study:
	$(MORTALITY) run $(STUDY) --seed $(SEED) $(if $(JOBS),--jobs $(JOBS))

# Images a second of six networks on one thread, beside the machine's peak; whole trials, beside
# their training steps.
bench:
	cargo bench -p cnn --bench training
	cargo bench -p cnn --bench trial

# The same beside PyTorch, which it fetches from PyPI into target/pytorch.
bench-peers:
	python3 tests/pytorch/bench_peers.py
