-- The kill switch, what services attest, and evidence files.
CREATE TABLE stop (
    id         BLOB PRIMARY KEY,
    scope      TEXT NOT NULL,
    agent      BLOB,
    class      TEXT,
    run        TEXT,
    effect     TEXT NOT NULL,
    person     BLOB NOT NULL,
    at         INTEGER NOT NULL,
    resumed_by BLOB,
    resumed_at INTEGER
) STRICT, WITHOUT ROWID;

-- Named by the SHA-256 of their bytes, which evidence names too: nothing else has to prove them.
CREATE TABLE file (
    sha256   BLOB PRIMARY KEY,
    uploader BLOB NOT NULL,
    at       INTEGER NOT NULL,
    bytes    BLOB NOT NULL
) STRICT;

ALTER TABLE envelope ADD COLUMN run     TEXT;
ALTER TABLE envelope ADD COLUMN signals INTEGER NOT NULL DEFAULT 0;   -- how often a service attested something
