//! The tests of the whole: what the program and the library do to folders. A module for each subject, and four that these write
//! their cases with. All are one program, because each further one is linked with everything that letterpress is made of.
//!
//! They share a process and run at the same time: none may change its environment, its working folder or its limits. What a test
//! needs of these it gives to a process of its own.

mod any_text;
mod archive;
mod bounded;
mod candidates;
mod case_files;
mod checks;
mod chosen_formats;
mod columns_by_place;
mod compressed;
mod constraints;
mod delimited;
mod descriptors;
mod documents;
mod editor;
mod examples;
mod flood;
mod foreign;
mod golden;
mod hostile;
mod init;
mod invalid;
mod layout;
mod lenient;
mod limited;
mod manifest_records;
mod manifest_schema;
mod ndjson;
mod packages;
mod parquet_seeds;
mod patterns;
mod publish_protocol;
mod published;
mod read_back;
mod round_trip;
mod sample;
mod scratch;
mod shapes;
mod spanning_format;
mod stages;
mod stories;
mod structure;
mod unpublish;
mod values;
mod verify_damage;
mod views;
