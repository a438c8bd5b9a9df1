//! Joins pieces of bytes into a file: what the text formats have in common.

use std::io::{self, Write};
use std::path::Path;

use super::{Assembler, Piece, Text};
use crate::diagnostic::{Error, Result};
use crate::digest::Hasher;
use crate::staging::{Artifact, StagedFile};

/// What stands around the pieces of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joints {
    /// Before the first piece; not written when there is none.
    pub(super) first: &'static [u8],
    /// Between two pieces.
    pub(super) between: &'static [u8],
    /// At the end of the file.
    pub(super) end: &'static [u8],
}

/// The assembler of a format whose pieces are bytes.
pub(super) struct Concatenation {
    file: StagedFile,
    joints: Joints,
    is_empty: bool,
}

impl Concatenation {
    /// A file that begins with `head`.
    pub(super) fn begin(file: StagedFile, head: &[u8], joints: Joints) -> Result<Concatenation> {
        let mut concatenation = Concatenation { file, joints, is_empty: true };
        concatenation.write(head)?;
        Ok(concatenation)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::machine("write", Path::new(self.file.path()), error)
    }

    /// Writes what stands before the next piece.
    fn join(&mut self) -> Result<()> {
        let joint = if self.is_empty { self.joints.first } else { self.joints.between };
        self.is_empty = false;
        self.write(joint)
    }
}

impl Assembler for Concatenation {
    fn append(&mut self, piece: Piece) -> Result<()> {
        let bytes = match piece {
            Piece::Bytes(bytes) => bytes,
            Piece::Column(..) => unreachable!("an encoder of text makes bytes"),
        };
        if bytes.is_empty() {
            return Ok(());
        }
        self.join()?;
        self.write(&bytes)
    }

    fn append_with(&mut self, text: Text, digest: &mut Hasher) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.join()?;
        self.file.write_with(&text, digest).map_err(|error| self.failed(error))
    }

    fn finish(mut self: Box<Self>) -> Result<Artifact> {
        self.write(self.joints.end)?;
        self.file.finish()
    }
}
