//! Two tables read at once, in the order that they share.
//!
//! What belongs to a row is then the next of the other table, where a query for each would cost more than
//! all the rest of the check.

use std::cmp::Ordering;

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Row, Rows, Statement};

/// Rows in the order of a key, beside another reader of the same order.
pub(super) struct Beside<'s>(Rows<'s>);

impl<'s> Beside<'s> {
    /// Takes a query without values, whose rows come in the order of the key.
    pub fn of(query: &'s mut Statement<'_>) -> rusqlite::Result<Self> {
        let mut rows = query.query([])?;
        rows.advance()?;
        Ok(Self(rows))
    }

    /// Hands over the rows that belong here, and passes by those before: they belong to nobody. `place` says
    /// how a row stands to what it is asked for.
    pub fn each(
        &mut self,
        place: impl Fn(&Row<'_>) -> rusqlite::Result<Ordering>,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        while let Some(row) = self.0.get() {
            match place(row)? {
                Ordering::Less => {}
                Ordering::Equal => take(row)?,
                Ordering::Greater => break,
            }
            self.0.advance()?;
        }
        Ok(())
    }

    /// The rows of an id, which stands in this column.
    pub fn all<T>(
        &mut self,
        (id, column): (&[u8; 16], usize),
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut all = Vec::new();
        let place = |row: &Row<'_>| {
            Ok(match row.get_ref(column)? {
                ValueRef::Blob(other) => other.cmp(id),
                // Nothing but bytes is an id; the database sorts all else before them.
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => Ordering::Less,
            })
        };
        self.each(place, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The only row of an id.
    pub fn one<T>(
        &mut self,
        id: (&[u8; 16], usize),
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        Ok(self.all(id, read)?.pop())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn id(n: u8) -> [u8; 16] {
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
        for (whose, n) in [(1, 10), (2, 20), (2, 21), (4, 40), (6, 60)] {
            connection
                .execute("INSERT INTO word VALUES (?1, ?2)", (id(whose), n))
                .expect("a row");
        }
        // Shorter than an id, and before all.
        connection
            .execute("INSERT INTO word VALUES (x'00', 0), ('text', 0)", [])
            .expect("a row");
        let mut query = connection
            .prepare("SELECT n, whose FROM word ORDER BY whose, n")
            .expect("a query");
        let mut words = Beside::of(&mut query).expect("rows");
        let mut of = |whose| {
            let found = words.all((&id(whose), 1), |row| row.get::<_, u8>(0));
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
        let mut words = Beside::of(&mut query).expect("rows");
        let read = |row: &Row<'_>| row.get::<_, u8>(0);
        assert_eq!(words.one((&id(0), 1), read), Ok(None));
        assert!(words.one((&id(2), 1), read).is_err());
    }
}
