//! Reasons why a Parquet file is not read.

use parquet::errors::ParquetError;

/// What is wrong with a file, in words.
#[derive(Debug)]
pub(in crate::seeds) enum Refusal {
    /// It is no Parquet file, or the library cannot read it.
    Damaged(String),
    /// It stands for more than can be meant.
    TooLarge(String),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal::Damaged(reason)
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Refusal {
        Refusal::Damaged(reason.to_owned())
    }
}

impl From<ParquetError> for Refusal {
    fn from(error: ParquetError) -> Refusal {
        Refusal::Damaged(match error {
            ParquetError::NYI(what) if what.contains("LZO") => {
                "it is compressed with LZO, which is not read; write it with Zstandard or Snappy".to_owned()
            }
            error => error.to_string(),
        })
    }
}
