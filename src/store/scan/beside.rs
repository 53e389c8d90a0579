//! Two tables read at once, in the order that they share.
//!
//! What belongs to a row is then the next of the other table, where a query for each would cost more than
//! all the rest of the check.

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{Row, Rows, Statement};

/// Rows in the order of a key, beside another reader of the same order.
pub(super) struct Beside<'s, K> {
    rows: Rows<'s>,
    /// Says the key of a row.
    key: fn(&Row<'_>) -> rusqlite::Result<K>,
    /// The key of the row that is next.
    at: Option<K>,
}

impl<'s, K: Ord> Beside<'s, K> {
    /// Takes a query without values, whose rows come in the order of the key.
    pub fn of(query: &'s mut Statement<'_>, key: fn(&Row<'_>) -> rusqlite::Result<K>) -> rusqlite::Result<Self> {
        let (rows, at) = (query.query([])?, None);
        let mut beside = Self { rows, key, at };
        beside.advance()?;
        Ok(beside)
    }

    /// The rows of a key. Those before are passed by: they belong to nobody.
    pub fn all<T>(&mut self, key: &K, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(row) = self.row(key)? {
            all.push(read(row)?);
            self.advance()?;
        }
        Ok(all)
    }

    /// The last row of a key.
    pub fn last<T>(&mut self, key: &K, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        let mut last = None;
        while let Some(row) = self.row(key)? {
            last = Some(read(row)?);
            self.advance()?;
        }
        Ok(last)
    }

    /// The row that is next, where it is of this key.
    fn row(&mut self, key: &K) -> rusqlite::Result<Option<&Row<'s>>> {
        while self.at.as_ref().is_some_and(|at| at < key) {
            self.advance()?;
        }
        let is_there = self.at.as_ref().is_some_and(|at| at == key);
        Ok(self.rows.get().filter(|_| is_there))
    }

    fn advance(&mut self) -> rusqlite::Result<()> {
        self.rows.advance()?;
        self.at = self.rows.get().map(self.key).transpose()?;
        Ok(())
    }
}

/// An id as a key. Other bytes are nobody's, and are passed by before the first id.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<[u8; 16]>> {
    Ok(row
        .get_ref(column)?
        .as_blob()
        .ok()
        .and_then(|bytes| bytes.try_into().ok()))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn whose(n: u8) -> [u8; 16] {
        let mut id = [0; 16];
        id[15] = n;
        id
    }

    #[test]
    fn each_gets_its_rows_and_those_of_nobody_are_passed_by() {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch("CREATE TABLE word (whose BLOB NOT NULL, n INTEGER NOT NULL)")
            .expect("a table");
        for (owner, n) in [(1, 10), (2, 20), (2, 21), (4, 40), (6, 60)] {
            connection
                .execute("INSERT INTO word VALUES (?1, ?2)", (whose(owner), n))
                .expect("a row");
        }
        // No ids: before all, between others, and behind one that they begin with.
        connection
            .execute(
                "INSERT INTO word VALUES (x'00', 0), ('text', 0), (x'0000000000000000000000000000000400', 0)",
                [],
            )
            .expect("a row");
        let mut query = connection
            .prepare("SELECT n, whose FROM word ORDER BY whose, n")
            .expect("a query");
        let mut words = Beside::of(&mut query, |row| id(row, 1)).expect("rows");
        let mut of = |owner| {
            let found = words.all(&Some(whose(owner)), |row| row.get::<_, u8>(0));
            found.expect("rows")
        };
        let found = [2, 3, 4, 5, 7, 8].map(&mut of);
        assert_eq!(found, [vec![20, 21], vec![], vec![40], vec![], vec![], vec![]]);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_an_error_to_whoever_owns_it_alone() {
        let connection = Connection::open_in_memory().expect("a database");
        let sql = "CREATE TABLE word (whose BLOB NOT NULL, n); INSERT INTO word VALUES \
                   (x'00000000000000000000000000000001', 'one'), (x'00000000000000000000000000000002', 'two')";
        connection.execute_batch(sql).expect("rows");
        let mut query = connection
            .prepare("SELECT n, whose FROM word ORDER BY whose")
            .expect("a query");
        let mut words = Beside::of(&mut query, |row| id(row, 1)).expect("rows");
        let read = |row: &Row<'_>| row.get::<_, u8>(0);
        assert_eq!(words.last(&Some(whose(0)), read), Ok(None));
        assert!(words.last(&Some(whose(2)), read).is_err());
    }
}
