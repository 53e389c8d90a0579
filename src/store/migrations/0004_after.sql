-- What became of what ran, and what people said of it afterwards.
ALTER TABLE envelope ADD COLUMN redeemed_at INTEGER;
ALTER TABLE envelope ADD COLUMN after INTEGER NOT NULL DEFAULT 0;   -- 1 while people may want to look at how it went

CREATE INDEX envelope_after ON envelope (changed) WHERE after = 1;
CREATE INDEX envelope_undo ON envelope (agent, changed) WHERE stage = 'undo_requested';

CREATE TABLE review (
    envelope BLOB PRIMARY KEY,
    person   BLOB NOT NULL,
    finding  TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE undo (
    envelope    BLOB PRIMARY KEY,
    person      BLOB NOT NULL,
    at          INTEGER NOT NULL,
    succeeded   INTEGER,
    answered_at INTEGER
) STRICT, WITHOUT ROWID;
