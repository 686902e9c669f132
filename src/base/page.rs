//! Keyset paging over rising ids, as Mastodon's API has it.
//!
//! For every list: the query reads a [`Page`], the answer offers [`Cursors`]. No web types here;
//! the doors turn cursors into a `Link` header. Invariant: an answer is always newest first,
//! whichever way it was read. Source: docs.joinmastodon.org/api/guidelines, "Pagination".

/// Which stretch of a list is asked for. All bounds are exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    /// Only items older than this id.
    pub max_id: Option<i64>,
    /// Only items newer than this id, the *newest* of them: there may be a gap above `since_id`.
    pub since_id: Option<i64>,
    /// Only items newer than this id, those *next to it*: read ascending from here, without a gap,
    /// and still answered newest first. Wins over `since_id`.
    pub min_id: Option<i64>,
    /// How many items at most; 0 stands for "not given" until [`Page::clamp`] ran.
    pub limit: u32,
}

/// The way a query must walk the index to answer a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// From the newest downwards.
    Descending,
    /// From the bound upwards; the rows are then turned round by [`Page::newest_first`].
    Ascending,
}

/// Where the neighbouring pages begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursors {
    /// `max_id` of the next (older) page; none when this one was not full, so that clients which
    /// follow `rel="next"` to the end stop there.
    pub next_max_id: Option<i64>,
    /// `min_id` of the previous (newer) page; none only for an empty page. Newer items may always come.
    pub prev_min_id: Option<i64>,
}

impl Page {
    /// The first page with at most `limit` items.
    pub fn first(limit: u32) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Puts the limit into `1..=max`, or to `default` when none was given (0).
    #[must_use]
    pub fn clamp(mut self, default: u32, max: u32) -> Self {
        let wanted = if self.limit == 0 { default } else { self.limit };
        self.limit = wanted.clamp(1, max.max(1));
        self
    }

    /// The way to walk the index.
    pub fn walk(&self) -> Walk {
        if self.min_id.is_some() { Walk::Ascending } else { Walk::Descending }
    }

    /// The exclusive lower bound, whichever parameter gave it.
    pub fn lower(&self) -> Option<i64> {
        self.min_id.or(self.since_id)
    }

    /// Whether an item with this id lies between the bounds.
    pub fn holds(&self, id: i64) -> bool {
        self.max_id.is_none_or(|max| id < max) && self.lower().is_none_or(|min| id > min)
    }

    /// Turns rows read in the order of [`Page::walk`] into the order of the answer: newest first.
    pub fn newest_first<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.walk() == Walk::Ascending {
            rows.reverse();
        }
        rows
    }

    /// The neighbouring pages of an answer. `ids` are those *read from the index*, in any order,
    /// before any filter hid some of them: a page emptied by a filter must not end the list.
    /// A page read upwards always has an older neighbour, for it began above `min_id`.
    pub fn cursors(&self, ids: &[i64]) -> Cursors {
        let full = ids.len() >= self.limit as usize || self.walk() == Walk::Ascending;
        Cursors { next_max_id: ids.iter().min().copied().filter(|_| full), prev_min_id: ids.iter().max().copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a query does with a page, over ids in any order.
    fn read(page: &Page, all: &[i64]) -> Vec<i64> {
        let mut rows: Vec<i64> = all.iter().copied().filter(|id| page.holds(*id)).collect();
        rows.sort_unstable();
        if page.walk() == Walk::Descending {
            rows.reverse();
        }
        rows.truncate(page.limit as usize);
        page.newest_first(rows)
    }

    #[test]
    fn min_id_gives_the_items_next_to_it_and_since_id_the_newest() {
        let all: Vec<i64> = (1..=10).collect();
        assert_eq!(read(&Page { min_id: Some(3), limit: 2, ..Page::default() }, &all), [5, 4]);
        assert_eq!(read(&Page { since_id: Some(3), limit: 2, ..Page::default() }, &all), [10, 9]);
        assert_eq!(read(&Page { max_id: Some(3), limit: 2, ..Page::default() }, &all), [2, 1]);
    }

    #[test]
    fn the_limit_has_a_default_and_a_ceiling() {
        assert_eq!(Page::default().clamp(20, 40).limit, 20);
        assert_eq!(Page::first(1000).clamp(20, 40).limit, 40);
        assert_eq!(Page::first(7).clamp(20, 40).limit, 7);
    }

    proptest! {
        #[test]
        fn following_next_visits_everything_once(ids in proptest::collection::btree_set(1i64..500, 0..60), limit in 1u32..9) {
            let all: Vec<i64> = ids.iter().copied().collect();
            let mut page = Page::first(limit);
            let mut seen: Vec<i64> = Vec::new();
            loop {
                let rows = read(&page, &all);
                seen.extend(&rows);
                match page.cursors(&rows).next_max_id {
                    Some(max) => page.max_id = Some(max),
                    None => break,
                }
            }
            prop_assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>());
        }

        #[test]
        fn following_prev_upwards_leaves_no_gap(ids in proptest::collection::btree_set(1i64..500, 1..60), limit in 1u32..9) {
            let all: Vec<i64> = ids.iter().copied().collect();
            let mut page = Page { min_id: Some(0), limit, ..Page::default() };
            let mut seen: Vec<i64> = Vec::new();
            while let Some(min) = page.cursors(&read(&page, &all)).prev_min_id {
                seen.extend(read(&page, &all).into_iter().rev());
                page.min_id = Some(min);
            }
            prop_assert_eq!(seen, all);
        }
    }
}
