-- What reviewers do beside approving and rejecting.
ALTER TABLE envelope ADD COLUMN latest_at     INTEGER;                       -- how late people can make it
ALTER TABLE envelope ADD COLUMN escalated     INTEGER NOT NULL DEFAULT 0;    -- how often it was moved
ALTER TABLE envelope ADD COLUMN custody       BLOB;                          -- the person it was handed to
ALTER TABLE envelope ADD COLUMN claimed_by    BLOB;
ALTER TABLE envelope ADD COLUMN claimed_until INTEGER;
ALTER TABLE envelope ADD COLUMN edited        INTEGER NOT NULL DEFAULT 0;    -- revisions whose payload a person wrote
ALTER TABLE envelope ADD COLUMN asked         INTEGER NOT NULL DEFAULT 0;
ALTER TABLE envelope ADD COLUMN answered      INTEGER NOT NULL DEFAULT 0;

-- Where a decision led: a role or person, a class, a deadline.
ALTER TABLE decision ADD COLUMN detail TEXT;

-- Questions to an agent; the texts are blobs.
CREATE TABLE question (
    envelope    BLOB NOT NULL,
    n           INTEGER NOT NULL,      -- counted from 0 within its envelope
    person      BLOB NOT NULL,
    at          INTEGER NOT NULL,
    answered_at INTEGER,
    PRIMARY KEY (envelope, n)
) STRICT, WITHOUT ROWID;
