-- The ledger: raw entries, the tree over them, and the heads that sealed them.
CREATE TABLE entry (
    seq   INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE node (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    at   INTEGER NOT NULL,
    note BLOB
) STRICT;

CREATE TRIGGER entry_is_final   BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_kept    BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;
CREATE TRIGGER node_is_final    BEFORE UPDATE ON node  BEGIN SELECT RAISE(ABORT, 'tree nodes are never changed'); END;
CREATE TRIGGER node_is_kept     BEFORE DELETE ON node  BEGIN SELECT RAISE(ABORT, 'tree nodes are never removed'); END;
CREATE TRIGGER head_is_final    BEFORE UPDATE ON head  BEGIN SELECT RAISE(ABORT, 'heads are never changed'); END;
CREATE TRIGGER head_is_kept     BEFORE DELETE ON head  BEGIN SELECT RAISE(ABORT, 'heads are never removed'); END;

-- Texts that entries only commit to. Erasing one sets salt and bytes to NULL and nothing else.
CREATE TABLE blob (
    subject    BLOB NOT NULL,      -- the envelope or principal it belongs to
    kind       TEXT NOT NULL,
    part       INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    salt       BLOB,
    bytes      BLOB,
    PRIMARY KEY (subject, kind, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE payload (
    envelope   BLOB NOT NULL,
    revision   INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    sha256     BLOB,
    salt       BLOB,
    parts      TEXT,               -- {environment, server, target, tool}, RFC 8785
    arguments  TEXT,               -- the arguments as they came
    PRIMARY KEY (envelope, revision)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER blob_is_kept        BEFORE DELETE ON blob    BEGIN SELECT RAISE(ABORT, 'texts are erased, not removed'); END;
CREATE TRIGGER payload_is_kept     BEFORE DELETE ON payload BEGIN SELECT RAISE(ABORT, 'payloads are erased, not removed'); END;
CREATE TRIGGER blob_commitment     BEFORE UPDATE OF subject, kind, part, commitment ON blob
    BEGIN SELECT RAISE(ABORT, 'a commitment is never changed'); END;
CREATE TRIGGER payload_commitment  BEFORE UPDATE OF envelope, revision, commitment ON payload
    BEGIN SELECT RAISE(ABORT, 'a commitment is never changed'); END;
CREATE TRIGGER blob_content        BEFORE UPDATE OF salt, bytes ON blob WHEN NEW.bytes IS NOT NULL OR NEW.salt IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a text is erased, not changed'); END;
CREATE TRIGGER payload_content     BEFORE UPDATE OF salt, sha256, parts, arguments ON payload
    WHEN NEW.arguments IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.parts IS NOT NULL OR NEW.sha256 IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a payload is erased, not changed'); END;

-- What lists show: derived from the entries, and compared with them by `ledger verify`.
CREATE TABLE envelope (
    id              BLOB PRIMARY KEY,
    stage           TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    changed         INTEGER NOT NULL,   -- entries in the ledger after its last change
    open            INTEGER NOT NULL,   -- 1 while people have something to say
    due_at          INTEGER,            -- when the gate must act by itself
    class           TEXT,
    rule            TEXT,
    verdict         TEXT NOT NULL,
    mode            TEXT NOT NULL,
    effective       TEXT NOT NULL,
    severity        TEXT NOT NULL,
    impact          TEXT,
    tool            TEXT NOT NULL,
    agent           BLOB NOT NULL,
    target          TEXT,
    amount          TEXT,
    quorum          INTEGER NOT NULL,
    votes           INTEGER NOT NULL,
    role            TEXT NOT NULL,
    reason_required INTEGER NOT NULL,
    on_timeout      TEXT NOT NULL,
    escalate_to     TEXT NOT NULL,
    timeout_s       INTEGER NOT NULL,
    valid_for_s     INTEGER NOT NULL,
    sla_at          INTEGER NOT NULL,
    deadline_at     INTEGER NOT NULL,
    valid_until     INTEGER,
    payload_sha256  BLOB NOT NULL,
    policy          BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    settled_by      BLOB,               -- who took the last step that settled it
    settled_at      INTEGER,
    review          TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX envelope_open     ON envelope (changed) WHERE open = 1;
CREATE INDEX envelope_changed  ON envelope (changed);
CREATE INDEX envelope_due      ON envelope (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX envelope_payload  ON envelope (payload_sha256, agent, created_at, stage);
CREATE INDEX envelope_history  ON envelope (agent, class, created_at, stage);

CREATE TABLE decision (
    envelope BLOB NOT NULL,
    n        INTEGER NOT NULL,      -- counted from 0 within its envelope
    person   BLOB NOT NULL,
    decision TEXT NOT NULL,
    revision INTEGER,
    sha256   BLOB,                  -- the payload it was made on
    at       INTEGER NOT NULL,
    PRIMARY KEY (envelope, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    envelope  BLOB PRIMARY KEY,
    succeeded INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE principal (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    role       TEXT,
    owner      BLOB,
    scopes     TEXT NOT NULL,
    executor   BLOB,
    key_sha256 BLOB,                -- of its bearer credential, which is never kept
    added_at   INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX principal_name ON principal (name) WHERE revoked_at IS NULL;

-- One answer for one key of one caller on one route, whatever happens in between.
CREATE TABLE idempotency (
    principal   BLOB NOT NULL,
    route       TEXT NOT NULL,
    key         TEXT NOT NULL,
    body_sha256 BLOB NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (principal, route, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (
    sha256    BLOB PRIMARY KEY,
    bytes     BLOB NOT NULL,
    activated INTEGER NOT NULL      -- entries in the ledger when it was last activated
) STRICT;
