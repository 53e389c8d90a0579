-- What a search asks for, so that what few fit is looked up instead of walked to. Names are compared in lower case.
CREATE INDEX envelope_kind   ON envelope (class, stage, severity, role);
CREATE INDEX envelope_tool   ON envelope (lower(tool));
CREATE INDEX envelope_target ON envelope (lower(target)) WHERE lower(target) IS NOT NULL;
CREATE INDEX envelope_run    ON envelope (lower(run)) WHERE lower(run) IS NOT NULL;
CREATE INDEX envelope_amount ON envelope (CAST(amount AS REAL)) WHERE CAST(amount AS REAL) IS NOT NULL;
CREATE INDEX decision_person ON decision (person, envelope);

-- Three letters in a row, and the envelopes with a text that has them: which ones a word can be in. It is filled
-- after the texts are there, is never proof of anything, and nothing is lost with it.
CREATE VIRTUAL TABLE said USING fts5 (
    text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);

CREATE TABLE said_by (
    n        INTEGER PRIMARY KEY,   -- the row in `said`
    envelope BLOB NOT NULL UNIQUE,
    texts    INTEGER NOT NULL       -- how many of its texts are in it
) STRICT;

-- Up to which change of an envelope that is done.
CREATE TABLE said_to (
    changed INTEGER NOT NULL
) STRICT;

INSERT INTO said_to (changed) VALUES (0);
