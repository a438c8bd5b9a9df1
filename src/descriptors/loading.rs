//! How a table is loaded, in the tools that people use; paths are those inside the release.

use serde::Serialize;

use super::Described;
use super::published::{self, CSV, PARQUET};

/// A way to load a table.
#[derive(Serialize)]
pub(super) struct Snippet {
    /// What people call the tool.
    tool: &'static str,
    /// The language, as highlighters know it.
    language: &'static str,
    code: String,
}

/// Ways to load the first table that is published as Parquet, else as CSV.
pub(super) fn snippets(release: &Described<'_>) -> Vec<Snippet> {
    let tables = published::tables(release);
    for name in [PARQUET, CSV] {
        let found = tables.iter().find_map(|table| Some((table.in_first(&[name])?, table)));
        if let Some((format, _)) = found {
            let (path, is_split) = (format.pattern(), format.parts.len() > 1);
            return if name == PARQUET { of_parquet(&path, is_split) } else { of_csv(&path, is_split) };
        }
    }
    Vec::new()
}

fn of_parquet(path: &str, is_split: bool) -> Vec<Snippet> {
    let pandas = if is_split {
        format!(
            "import glob\n\nimport pandas as pd\n\nparts = sorted(glob.glob(\"{path}\"))\n\
             rows = pd.concat([pd.read_parquet(part, dtype_backend=\"pyarrow\") for part in parts], ignore_index=True)"
        )
    } else {
        format!("import pandas as pd\n\nrows = pd.read_parquet(\"{path}\", dtype_backend=\"pyarrow\")")
    };
    let r = if is_split {
        format!("rows <- arrow::open_dataset(Sys.glob(\"{path}\")) |> dplyr::collect()")
    } else {
        format!("rows <- arrow::read_parquet(\"{path}\")")
    };
    vec![
        Snippet { tool: "pandas", language: "python", code: pandas },
        Snippet {
            tool: "polars",
            language: "python",
            code: format!("import polars as pl\n\nrows = pl.read_parquet(\"{path}\")"),
        },
        Snippet {
            tool: "DuckDB",
            language: "sql",
            code: format!("select * from read_parquet('{path}') limit 10;"),
        },
        Snippet { tool: "R", language: "r", code: r },
    ]
}

fn of_csv(path: &str, is_split: bool) -> Vec<Snippet> {
    let pandas = if is_split {
        format!(
            "import glob\n\nimport pandas as pd\n\nparts = sorted(glob.glob(\"{path}\"))\n\
             rows = pd.concat([pd.read_csv(part, dtype_backend=\"pyarrow\") for part in parts], ignore_index=True)"
        )
    } else {
        format!("import pandas as pd\n\nrows = pd.read_csv(\"{path}\", dtype_backend=\"pyarrow\")")
    };
    let r = if is_split {
        format!("rows <- readr::read_csv(Sys.glob(\"{path}\"))")
    } else {
        format!("rows <- readr::read_csv(\"{path}\")")
    };
    vec![
        Snippet { tool: "pandas", language: "python", code: pandas },
        Snippet {
            tool: "polars",
            language: "python",
            code: format!("import polars as pl\n\nrows = pl.read_csv(\"{path}\")"),
        },
        Snippet {
            tool: "DuckDB",
            language: "sql",
            code: format!("select * from read_csv('{path}', allow_quoted_nulls = false) limit 10;"),
        },
        Snippet { tool: "R", language: "r", code: r },
    ]
}
