# The daily words; each is one plain line that can be typed without `just`.

# Format, lints and Rust tests: what every commit passes.
check:
    cargo fmt --check && cargo clippy --all-targets -- -D warnings && cargo test --quiet

# The tests whose names hold NAME.
test NAME:
    cargo test {{NAME}}

# Everything, as CI runs it.
all:
    ./tests/all.sh

# Publishes the bundled data set, or confirms that it is published.
publish:
    cargo run --release -- publish

# Rewrites the golden files; look at the difference before you commit it.
golden:
    UPDATE_GOLDEN=1 cargo test --test integration -- golden:: editor::

# Publishes a million generated events with letterpress, DuckDB and Polars in turn; docs/performance.md tells more.
bench:
    ./benches/publish.sh

# The library's documentation, in the browser.
docs:
    cargo doc --no-deps --open
