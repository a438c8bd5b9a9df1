//! What was published, read back from every format, from folders and from archives, honest and hostile.

use std::fs::{self, File};
use std::io::{Cursor, Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::scratch::{Scratch, repository, starter};
use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use letterpress::digest::Digest;
use letterpress::publish::{self, Outcome, PublishOptions};
use letterpress::published::Release;
use letterpress::release::{Manifest, TableRecord};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const FORMATS: [&str; 3] = ["parquet", "csv", "jsonld"];

/// Publishes a project in every format.
fn publish(project: &Path, out: &Path) -> PathBuf {
    let options = PublishOptions::default().out(out);
    match publish::publish(project, &options, &()).expect("the machine works").outcome {
        Outcome::Published(release) => release.path,
        other => unreachable!("it is published: {other:?}"),
    }
}

/// Packs a folder; Parquet is stored, as letterpress does, and all else deflated.
fn zip(folder: &Path, to: &Path) {
    let mut zip = ZipWriter::new(File::create(to).expect("there is room"));
    pack(&mut zip, folder, "");
    zip.finish().expect("there is room");
}

fn pack(zip: &mut ZipWriter<File>, folder: &Path, below: &str) {
    for entry in fs::read_dir(folder.join(below)).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if folder.join(&path).is_dir() {
            pack(zip, folder, &path);
            continue;
        }
        let is_stored = path.ends_with(".parquet");
        let method = if is_stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(&path, SimpleFileOptions::default().compression_method(method))
            .expect("there is room");
        zip.write_all(&fs::read(folder.join(&path)).expect("a file")).expect("there is room");
    }
}

/// All rows of a table, in a format.
fn rows(release: &Release, table: &TableRecord, format: &str) -> Option<RecordBatch> {
    let blocks = release.blocks_of(&table.name, format).expect("it has the format");
    let blocks: Vec<RecordBatch> = blocks.map(|block| block.expect("it can be read")).collect();
    let first = blocks.iter().find(|block| block.num_rows() > 0);
    first.map(|first| concat_batches(&first.schema(), &blocks).expect("blocks of one table are alike"))
}

/// Whether every format gives the same rows, which have the digest that was published, from the folder and from an archive.
fn assert_read_back(folder: &Path) {
    let home = Scratch::empty();
    let archive = home.path().join("release.zip");
    zip(folder, &archive);
    let [release, zipped] = [folder, &archive].map(|path| Release::open(path).expect("it is a release"));
    assert_eq!(release.id(), zipped.id());
    for table in &release.manifest().tables {
        let expected = rows(&release, table, "parquet");
        assert_eq!(expected.as_ref().map_or(0, RecordBatch::num_rows) as u64, table.rows);
        for release in [&release, &zipped] {
            for format in FORMATS {
                assert_eq!(rows(release, table, format), expected, "{}, {format}", table.name);
                let digest = release.content_digest(&table.name, format).expect("it can be read");
                assert_eq!(digest, table.content_digest, "{}, {format}", table.name);
            }
        }
    }
}

#[test]
fn the_starter_is_the_same_in_every_format() {
    let home = Scratch::empty();
    let project = starter(home.path());
    assert_read_back(&publish(&project, &home.path().join("out")));
}

#[test]
fn every_type_is_the_same_in_every_format() {
    let home = Scratch::empty();
    assert_read_back(&publish(&repository().join("tests/every-type"), home.path()));
}

#[test]
fn the_bundled_data_set_is_the_same_in_every_format() {
    assert_read_back(&repository().join("dist/0.1.0"));
}

/// A table in parts, with texts that look like formulas.
fn project(count: usize, options: &str) -> Scratch {
    let rows = (0..count).map(|n| format!("{{\"id\": {n}, \"text\": \"={n}\", \"list\": [\"'a\", \"\"]}}"));
    Scratch::project()
        .dataset(&format!("{{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {options}}}"))
        .table(
            "t",
            "{primaryKey: id, fields: [{name: id, type: integer}, {name: text}, {name: list, type: list}]}",
        )
        .seed("t.ndjson", rows.collect::<Vec<String>>().join("\n").replace(", \"\"]", "]"))
}

#[test]
fn parts_and_guarded_texts_are_read_back() {
    for options in [
        "{part_rows: 2048}",
        "{part_rows: 4096, csv: {formula_guard: true, bom: false, quote: all, eol: lf}}",
    ] {
        let project = project(5_000, options);
        assert_read_back(&publish(project.path(), &project.path().join("out")));
    }
}

#[test]
fn rows_are_given_up_in_the_middle() {
    let project = project(5_000, "{}");
    let folder = publish(project.path(), &project.path().join("out"));
    let release = Release::open(&folder).expect("it is a release");
    let mut blocks = release.blocks_of("t", "csv").expect("it can be read");
    assert!(blocks.next().is_some_and(|block| block.is_ok()));
    drop(blocks);
    let [left, right] = [0, 1].map(|_| release.blocks("t").expect("it can be read"));
    assert_eq!(left.zip(right).filter(|(left, right)| left.as_ref().ok() == right.as_ref().ok()).count(), 1);
}

/// What is said of a release, at once: of the manifest, or of one of its tables.
fn told(path: &Path) -> String {
    let start = Instant::now();
    let read = |release: Release, format: &str| -> Result<(), letterpress::Error> {
        release.blocks_of("t", format)?.try_for_each(|block| block.map(|_| ()))
    };
    let all = FORMATS.map(|format| Release::open(path).and_then(|release| read(release, format)));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    let errors: Vec<String> =
        all.into_iter().filter_map(Result::err).map(|error| format!("{error}\n")).collect();
    errors.concat()
}

/// What is said of a release in which something was changed, and its manifest with it.
fn told_after(change: impl FnOnce(&Path, &mut Manifest)) -> String {
    let project = project(5_000, "{}");
    let folder = publish(project.path(), &project.path().join("out"));
    let path = folder.join("manifest.json");
    let mut manifest = Manifest::parse(&fs::read(&path).expect("a manifest")).expect("it is sound");
    change(&folder, &mut manifest);
    fs::write(&path, manifest.to_bytes()).expect("there is room");
    let text = told(&folder);
    assert!(!text.is_empty(), "nothing is said");
    text
}

/// Writes a file of the release, and what it is now into the manifest.
fn rewrite(folder: &Path, manifest: &mut Manifest, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(folder.join(path)).expect("a file");
    change(&mut bytes);
    fs::write(folder.join(path), &bytes).expect("there is room");
    let record = manifest.files.iter_mut().find(|file| file.path == path).expect("it is listed");
    (record.bytes, record.sha256) = (bytes.len() as u64, Digest::of(&bytes));
}

#[track_caller]
fn assert_told(text: &str, expected: &[&str]) {
    for words in expected {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(text.lines().count(), expected.len(), "{text}");
}

#[test]
fn a_file_that_is_not_what_was_published_is_not_read() {
    let told = told_after(|folder, _| {
        for path in ["data/csv/t.csv", "data/parquet/t.parquet"] {
            let mut bytes = fs::read(folder.join(path)).expect("a file");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(folder.join(path), bytes).expect("there is room");
        }
        let file = File::options().append(true).open(folder.join("data/jsonld/t.jsonld"));
        file.and_then(|mut file| file.write_all(b" ")).expect("there is room");
    });
    assert_told(
        &told,
        &[
            "`data/parquet/t.parquet` has other bytes",
            "`data/csv/t.csv` has other bytes",
            "`data/jsonld/t.jsonld` in `",
        ],
    );
    let told = told_after(|folder, _| {
        File::options()
            .write(true)
            .open(folder.join("data/csv/t.csv"))
            .and_then(|file| file.set_len(100))
            .expect("there is room");
    });
    assert_told(&told, &["`data/csv/t.csv` has 100 bytes, and "]);
}

#[test]
fn symlinks_and_what_is_no_file_are_not_opened() {
    let told = told_after(|folder, _| {
        let csv = folder.join("data/csv/t.csv");
        fs::rename(&csv, folder.join("elsewhere")).expect("it can be renamed");
        symlink(folder.join("elsewhere"), csv).expect("it can be linked");
        fs::remove_file(folder.join("data/jsonld/t.jsonld")).expect("it is there");
        fs::create_dir(folder.join("data/jsonld/t.jsonld")).expect("there is room");
        fs::remove_file(folder.join("data/parquet/t.parquet")).expect("it is there");
    });
    assert_told(&told, &["is a symlink, and no file", "is a folder, and no file", "is not there"]);
    let told = told_after(|folder, _| {
        fs::rename(folder.join("data"), folder.join("elsewhere")).expect("it can be renamed");
        symlink("elsewhere", folder.join("data")).expect("it can be linked");
    });
    assert_eq!(told.lines().count(), 3, "{told}");
}

#[test]
fn a_manifest_that_lies_is_told_of() {
    type Lie = (&'static str, fn(&mut TableRecord));
    let lies: [Lie; 8] = [
        ("the table `t` has 5000 rows, and 5001 were published", |table| table.rows = 5001),
        ("or more rows, and 4999 were published", |table| table.rows = 4999),
        ("whose type is `integer`", |table| table.columns[1].kind = "integer".to_owned()),
        ("the type of the column `id` is `whole`, which is none", |table| {
            table.columns[0].kind = "whole".to_owned()
        }),
        ("of the table `t` is not behind the one before it", |table| {
            table.primary_key = vec!["list".to_owned()]
        }),
        ("`other`", |table| table.columns[1].name = "other".to_owned()),
        ("holds tables, and no format is named", |table| table.files.retain(|file| file.format != "csv")),
        ("are not numbered from 1", |table| table.files[0].part = Some(2)),
    ];
    for (expected, lie) in lies {
        let told = told_after(|_, manifest| lie(&mut manifest.tables[0]));
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn paths_that_lead_out_are_refused() {
    for path in ["../secret", "/etc/passwd", "data//t.csv", "data/../../secret"] {
        let told = told_after(|_, manifest| {
            let table = &mut manifest.tables[0];
            let old = std::mem::replace(&mut table.files[0].path, path.to_owned());
            manifest
                .files
                .iter_mut()
                .filter(|file| file.path == old)
                .for_each(|file| file.path = path.to_owned());
            manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        });
        assert_eq!(
            told.lines().filter(|line| line.contains("`manifest.json` cannot be read")).count(),
            3,
            "{told}"
        );
    }
}

#[test]
fn files_that_are_damaged_with_their_manifest_are_told_of() {
    let told = told_after(|folder, manifest| {
        rewrite(folder, manifest, "data/parquet/t.parquet", |bytes| bytes.truncate(bytes.len() / 2));
        rewrite(folder, manifest, "data/csv/t.csv", |bytes| {
            let at = bytes.windows(6).position(|text| text == b"\r\n100,").expect("the row 100");
            bytes[at + 2] = b'x';
        });
        rewrite(folder, manifest, "data/jsonld/t.jsonld", |bytes| bytes.truncate(bytes.len() / 2));
    });
    assert_told(
        &told,
        &[
            "cannot be read as Parquet",
            "data/csv/t.csv:102:1: `x00` is no value of the column `id`, whose type is `integer`",
            "data/jsonld/t.jsonld:",
        ],
    );
    for damage in [
        &b"\r\n1,\"=1\"\r\n"[..],
        b"\r\n5001,,,\"further\"\r\n",
        b"\r\n5000,\"\xff\",\r\n",
        b"\r\n4999,,\"\"\r\n",
    ] {
        let told = told_after(|folder, manifest| {
            rewrite(folder, manifest, "data/csv/t.csv", |bytes| {
                bytes.truncate(bytes.len() - 2);
                bytes.extend_from_slice(damage);
            });
        });
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

/// Bytes of a release's archive, in which the file at `path` has been replaced.
fn archive_with(folder: &Path, path: &str, bytes: &[u8], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    zip.start_file("manifest.json", options).expect("it is in memory");
    zip.write_all(&fs::read(folder.join("manifest.json")).expect("a manifest")).expect("it is in memory");
    zip.start_file(path, options).expect("it is in memory");
    zip.write_all(bytes).expect("it is in memory");
    zip.finish().expect("it is in memory").into_inner()
}

#[test]
fn archives_made_to_break_programs_are_told_of() {
    let project = project(5_000, "{}");
    let folder = publish(project.path(), &project.path().join("out"));
    let zeros = vec![0; 64 << 20];
    let bomb = archive_with(&folder, "data/csv/t.csv", &zeros, CompressionMethod::Deflated);
    assert!(bomb.len() < 1 << 20);
    // The size that the entry names, in both of its places, is a lie.
    let mut lying = bomb.clone();
    let size = u32::try_from(zeros.len()).expect("64 MiB").to_le_bytes();
    while let Some(at) = lying.windows(4).position(|bytes| bytes == size) {
        lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let csv = fs::read(folder.join("data/csv/t.csv")).expect("a file");
    let mut large = archive_with(&folder, "data/csv/t.csv", &csv, CompressionMethod::Stored);
    let end = large.len();
    large[end - 10..end - 6].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    let manifest = archive_with(&folder, "x", &[], CompressionMethod::Stored);
    let cases = [
        ("has more than", bomb),
        ("`data/csv/t.csv`", lying),
        ("does not end in a list of files", large),
        ("`data/csv/t.csv` in `", manifest.clone()),
        ("neither a folder nor a zip archive", b"PK".to_vec()),
        ("neither a folder nor a zip archive", Vec::new()),
        ("neither a folder nor a zip archive", manifest[..manifest.len() - 1].to_vec()),
        ("neither a folder nor a zip archive", manifest[manifest.len() - 22..].to_vec()),
    ];
    for (expected, bytes) in cases {
        let path = project.path().join("hostile.zip");
        fs::write(&path, bytes).expect("there is room");
        let told = told(&path);
        assert!(told.lines().any(|line| line.contains(expected)), "{expected}: {told}");
    }
}

#[test]
fn any_byte_of_an_archive_may_be_damaged() {
    let project = project(20, "{}");
    let folder = publish(project.path(), &project.path().join("out"));
    let path = project.path().join("release.zip");
    zip(&folder, &path);
    let mut bytes = Vec::new();
    File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).expect("it is there");
    let end = bytes.len();
    for at in (0..300).map(|n| end - 1 - n * 7 % end.min(2_000)) {
        bytes[at] ^= 0x55;
        fs::write(&path, &bytes).expect("there is room");
        told(&path);
        bytes[at] ^= 0x55;
    }
}
