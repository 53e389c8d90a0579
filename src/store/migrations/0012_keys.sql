-- People's signing keys. A key is one person's for good, whether it was revoked or not.
CREATE TABLE person_key (
    key        BLOB PRIMARY KEY,    -- SHA-256 of the public key's blob
    person     BLOB NOT NULL,
    public     TEXT NOT NULL,       -- kind and base64, as in a .pub file
    pin        INTEGER NOT NULL,
    added_at   INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- What was signed lately: nothing counts twice.
CREATE TABLE nonce (
    nonce TEXT PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX nonce_at ON nonce (at);

-- Who logged in with a key, and until when that holds.
CREATE TABLE session (
    token_sha256 BLOB PRIMARY KEY,
    person       BLOB NOT NULL,
    key          BLOB NOT NULL,
    until        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
