-- What was erased, by whom (NULL: the gate, by what its class says), and what must not be. The reasons are blobs.
CREATE TABLE erasure (
    envelope BLOB NOT NULL,
    n        INTEGER NOT NULL,      -- counted from 0 within its envelope
    person   BLOB,
    at       INTEGER NOT NULL,
    gone     INTEGER NOT NULL DEFAULT 0,    -- 1 once the bytes are out of all files
    PRIMARY KEY (envelope, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    id          BLOB PRIMARY KEY,
    envelope    BLOB,
    class       TEXT,               -- where it is about all of a class
    person      BLOB NOT NULL,
    at          INTEGER NOT NULL,
    released_by BLOB,
    released_at INTEGER
) STRICT, WITHOUT ROWID;
