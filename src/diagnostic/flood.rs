//! Floods: many problems that are alike, of which the first few are kept and the rest is counted.
//!
//! One mistake is often made in every row of a file. It is told three times with its places, and then how often it comes again; so
//! neither memory nor a terminal fills with what says the same.

use std::hash::Hash;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Problems of a flood that are kept.
const FIRST: usize = 3;

/// How many problems that are alike are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The first three; how many more there are, and where, is counted.
    #[default]
    First,
    /// The first so many; the rest is counted.
    Most(usize),
    /// Each of them.
    All,
}

impl Keep {
    fn most(self) -> usize {
        match self {
            Keep::First => FIRST,
            Keep::Most(most) => most,
            Keep::All => usize::MAX,
        }
    }
}

/// Items that are alike: the first of them by place, and what is known of the rest.
#[derive(Clone, Debug)]
pub struct Flood<P, T> {
    kept: Vec<(P, T)>,
    rest: Option<Rest<P>>,
}

/// Those of a flood that are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest<P> {
    /// How many there are.
    pub count: u64,
    /// Where the first of them is.
    pub first: P,
    /// Where the last of them is.
    pub last: P,
}

impl<P: Ord + Clone, T> Flood<P, T> {
    fn new() -> Flood<P, T> {
        Flood { kept: Vec::new(), rest: None }
    }

    /// Whether an item at this place would be kept.
    pub fn has_room(&self, keep: Keep, place: &P) -> bool {
        self.kept.len() < keep.most() || self.kept.last().is_some_and(|(last, _)| place < last)
    }

    /// Adds an item, which is made only if it is kept. Of items at one place, those that come first are the first.
    pub fn push(&mut self, keep: Keep, place: P, make: impl FnOnce() -> T) {
        if !self.has_room(keep, &place) {
            return self.leave(Rest { count: 1, first: place.clone(), last: place });
        }
        let at = match keep {
            Keep::First | Keep::Most(_) => self.kept.partition_point(|(other, _)| *other <= place),
            Keep::All => self.kept.len(),
        };
        self.kept.insert(at, (place, make()));
        if self.kept.len() > keep.most()
            && let Some((place, _)) = self.kept.pop()
        {
            self.leave(Rest { count: 1, first: place.clone(), last: place });
        }
    }

    /// Adds items that are not kept.
    pub fn leave(&mut self, more: Rest<P>) {
        self.rest = Some(match self.rest.take() {
            None => more,
            Some(rest) => Rest {
                count: rest.count + more.count,
                first: rest.first.min(more.first),
                last: rest.last.max(more.last),
            },
        });
    }

    /// The items that are kept.
    pub fn kept(&self) -> &[(P, T)] {
        &self.kept
    }

    /// What is known of the others.
    pub fn rest(&self) -> Option<&Rest<P>> {
        self.rest.as_ref()
    }

    /// The items that are kept, and what is known of the others.
    pub fn into_parts(self) -> (Vec<(P, T)>, Option<Rest<P>>) {
        (self.kept, self.rest)
    }

    /// Number of items.
    pub fn count(&self) -> u64 {
        self.kept.len() as u64 + self.rest.as_ref().map_or(0, |rest| rest.count)
    }
}

/// Floods by what their items have in common, in the order in which they began.
#[derive(Clone, Debug)]
pub struct Floods<K, P, T> {
    keep: Keep,
    floods: Vec<(K, Flood<P, T>)>,
    numbers: HashMap<K, usize, FixedState>,
}

impl<K: Hash + Eq + Clone, P: Ord + Clone, T> Floods<K, P, T> {
    /// None yet.
    pub fn new(keep: Keep) -> Floods<K, P, T> {
        Floods { keep, floods: Vec::new(), numbers: HashMap::default() }
    }

    /// How many items of each are kept.
    pub fn keep(&self) -> Keep {
        self.keep
    }

    /// The flood of a kind.
    pub fn of(&mut self, kind: K) -> &mut Flood<P, T> {
        let next = self.floods.len();
        let number = *self.numbers.entry(kind.clone()).or_insert(next);
        if number == next {
            self.floods.push((kind, Flood::new()));
        }
        &mut self.floods[number].1
    }

    /// Whether there is a flood of a kind.
    pub fn contains(&self, kind: &K) -> bool {
        self.numbers.contains_key(kind)
    }

    /// Adds an item, which is made only if it is kept.
    pub fn push(&mut self, kind: K, place: P, make: impl FnOnce() -> T) {
        let keep = self.keep;
        self.of(kind).push(keep, place, make);
    }

    /// Each kind and its flood.
    pub fn iter(&self) -> impl Iterator<Item = &(K, Flood<P, T>)> {
        self.floods.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.floods.is_empty()
    }
}

impl<K, P, T> IntoIterator for Floods<K, P, T> {
    type Item = (K, Flood<P, T>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.floods.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_by_place_are_kept_whatever_the_order_they_come_in() {
        for step in [1, 7, 999] {
            let mut made = 0;
            let mut floods = Floods::new(Keep::First);
            for place in (0..1000).map(|number| number * step % 1000) {
                floods.push((), place, || made += 1);
            }
            let (_, flood) = floods.iter().next().expect("there is one");
            let places: Vec<i32> = flood.kept().iter().map(|(place, ())| *place).collect();
            assert_eq!(places, [0, 1, 2], "{step}");
            assert_eq!(flood.rest(), Some(&Rest { count: 997, first: 3, last: 999 }), "{step}");
            assert_eq!(flood.count(), 1000);
            assert!(step > 1 || made == 3, "{made} were made");
        }
    }

    #[test]
    fn all_are_kept_when_they_are_asked_for() {
        let mut floods = Floods::new(Keep::All);
        (0..10).for_each(|number| floods.push(number % 2, number, || ()));
        assert!(floods.iter().all(|(_, flood)| flood.kept().len() == 5 && flood.rest().is_none()));
    }
}
