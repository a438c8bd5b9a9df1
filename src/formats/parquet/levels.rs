//! Definition levels of a column that is no list: a bit for each row that says whether there is a value.

use arrow::buffer::NullBuffer;

/// Values that are packed together.
const GROUP: usize = 8;

/// Groups that a run has at most: one less than its header of one byte could count.
const MOST_GROUPS: usize = 63;

/// Makes `out` the levels of some rows of a page of version 1: their length in bytes, and the hybrid of runs and packed
/// bits (Parquet, `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid"). `None`: all rows have a value.
pub(super) fn write(there: Option<&NullBuffer>, rows: usize, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&[0; 4]);
    let mut packed = Vec::with_capacity(MOST_GROUPS);
    let bit = |row: usize| there.is_none_or(|there| there.is_valid(row));
    let mut row = 0;
    while row < rows {
        let run = match there {
            Some(_) => (row..rows).take_while(|&other| bit(other) == bit(row)).count(),
            None => rows - row,
        };
        let is_end = row + run == rows;
        if run >= GROUP || (is_end && packed.is_empty()) {
            close(&mut packed, out);
            write_number(run << 1, out);
            out.push(u8::from(bit(row)));
            row += run;
            continue;
        }
        let end = rows.min(row + GROUP);
        packed.push((row..end).rev().fold(0, |group, row| group << 1 | u8::from(bit(row))));
        if packed.len() == MOST_GROUPS {
            close(&mut packed, out);
        }
        row = end;
    }
    close(&mut packed, out);
    let length = u32::try_from(out.len() - 4).expect("a page has at most some thousand rows");
    out[..4].copy_from_slice(&length.to_le_bytes());
}

/// Writes a run of packed groups, if there are any.
fn close(packed: &mut Vec<u8>, out: &mut Vec<u8>) {
    if !packed.is_empty() {
        out.push(u8::try_from(packed.len() << 1 | 1).expect("a run is closed at 63 groups"));
        out.append(packed);
    }
}

/// Writes a number seven bits at a time, lowest first (ULEB-128).
fn write_number(mut number: usize, out: &mut Vec<u8>) {
    let lowest = |number: usize| number.to_le_bytes()[0];
    while number >= 0x80 {
        out.push(lowest(number) | 0x80);
        number >>= 7;
    }
    out.push(lowest(number));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(bits: &[bool]) -> Vec<u8> {
        let mut out = vec![1, 2, 3];
        write(Some(&NullBuffer::from(bits.to_vec())), bits.len(), &mut out);
        out
    }

    #[test]
    fn the_hybrid_is_that_of_the_standard() {
        // A run of 200, its length in two bytes, and its value.
        let mut out = Vec::new();
        write(None, 200, &mut out);
        assert_eq!(out, [3, 0, 0, 0, 0x90, 0x03, 1]);
        assert_eq!(levels(&[true; 3]), [2, 0, 0, 0, 6, 1]);
        // A packed group, lowest bit first, and what follows it.
        let mixed = [true, false, false, true, true, false, true, true];
        assert_eq!(levels(&mixed), [2, 0, 0, 0, 3, 0b1101_1001]);
        let followed = [&mixed[..], &[false; 9], &[true]].concat();
        assert_eq!(levels(&followed), [6, 0, 0, 0, 3, 0b1101_1001, 18, 0, 2, 1]);
        assert_eq!(levels(&[&mixed[..], &[true; 2]].concat()), [3, 0, 0, 0, 5, 0b1101_1001, 0b11]);
        // More groups than a run has at most.
        let long = levels(&mixed.repeat(70));
        assert_eq!((long.len(), long[4], long[4 + 64]), (4 + 1 + 63 + 1 + 7, 127, 15));
    }
}
