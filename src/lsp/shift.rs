//! Places in a text that was, in the text that is: what stands before and behind all that changed is where it was, or as
//! far from the end; of what lies between nobody can say where it is.

/// From a text to the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// So many bytes at the start are the same.
    before: usize,
    /// From this byte of the old text on, everything is the same.
    behind: usize,
    /// The lengths of the old text and of the new one.
    old: usize,
    new: usize,
}

impl Shift {
    /// Between these texts.
    pub(super) fn new(old: &str, new: &str) -> Self {
        let same = |pair: &(u8, u8)| pair.0 == pair.1;
        let before = old.bytes().zip(new.bytes()).take_while(same).count();
        let (old_rest, new_rest) = (old.len() - before, new.len() - before);
        let most = old_rest.min(new_rest);
        let after = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(same).count();
        Self { before, behind: old.len() - after, old: old.len(), new: new.len() }
    }

    /// Where a range of the old text is in the new one; none if something in it changed.
    pub(super) fn range(self, start: usize, end: usize) -> Option<(usize, usize)> {
        if end <= self.before {
            Some((start, end))
        } else if start >= self.behind && end <= self.old {
            Some((self.moved(start), self.moved(end)))
        } else {
            None
        }
    }

    fn moved(self, at: usize) -> usize {
        (self.new + at).saturating_sub(self.old)
    }
}

#[cfg(test)]
mod tests {
    use super::Shift;

    #[test]
    fn what_stands_around_a_change_keeps_its_text() {
        let (old, new) = ("one two three", "one two and a half three");
        let shift = Shift::new(old, new);
        assert_eq!(shift.range(0, 7), Some((0, 7)));
        let (start, end) = shift.range(8, 13).unwrap_or_default();
        assert_eq!(new.get(start..end), Some("three"));
        assert_eq!(shift.range(4, 13), None);
        assert_eq!(Shift::new("abab", "ab").range(0, 2), Some((0, 2)));
        assert_eq!(Shift::new("ab", "abab").range(0, 2), Some((0, 2)));
        assert_eq!(Shift::new("", "x").range(0, 0), Some((0, 0)));
        assert_eq!(Shift::new("éa", "èa").range(0, 2), None);
    }
}
