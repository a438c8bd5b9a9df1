//! What the name of a file says: how it is written, how it is compressed, and what it is called without either.

use super::super::{Compression, SourceKind};

/// Endings of seed files and what they mean.
pub(super) const ENDINGS: [(&str, SourceKind); 9] = [
    ("yaml", SourceKind::Yaml),
    ("yml", SourceKind::Yaml),
    ("json", SourceKind::Json),
    ("ndjson", SourceKind::Ndjson),
    ("jsonl", SourceKind::Ndjson),
    ("csv", SourceKind::Delimited),
    ("tsv", SourceKind::Delimited),
    ("txt", SourceKind::Delimited),
    ("parquet", SourceKind::Parquet),
];

/// Endings behind those of compressed files. Parquet compresses its own pages, and has none.
const COMPRESSED: [(&str, Compression); 3] =
    [(".gz", Compression::Gzip), (".zst", Compression::Zstd), (".zstd", Compression::Zstd)];

/// The path without the ending of a compressed file, and how that is compressed.
pub(in crate::seeds) fn unpacked(path: &str) -> (&str, Option<Compression>) {
    let mut found =
        COMPRESSED.iter().filter_map(|(ending, how)| Some((path.strip_suffix(ending)?, Some(*how))));
    found.next().unwrap_or((path, None))
}

/// How a file of this name is written; `None` when its ending is not that of a seed.
pub(super) fn kind(path: &str) -> Option<SourceKind> {
    let (path, compression) = unpacked(path);
    let (_, ending) = path.rsplit_once('.')?;
    let kind = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)?;
    (kind != SourceKind::Parquet || compression.is_none()).then_some(kind)
}

/// The path without its ending, and without that of a compressed file.
pub(super) fn stem(path: &str) -> &str {
    let (path, _) = unpacked(path);
    match path.rfind('.') {
        Some(dot) if !path[dot..].contains('/') => &path[..dot],
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_kind_and_stem() {
        let told = |path| (kind(path), stem(path));
        assert_eq!(told("seeds/t/a.b.yml"), (Some(SourceKind::Yaml), "seeds/t/a.b"));
        assert_eq!(told("seeds/t/a.csv.gz"), (Some(SourceKind::Delimited), "seeds/t/a"));
        assert_eq!(told("seeds/t/a.parquet.gz"), (None, "seeds/t/a"));
        assert_eq!(told("seeds/t/a.YAML"), (None, "seeds/t/a"));
        assert_eq!(told("seeds/t.d/a"), (None, "seeds/t.d/a"));
    }
}
