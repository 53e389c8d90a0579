-- How often the policy said what, by day: sums over a month read as many rows as there are rules.
CREATE TABLE judged (
    day     INTEGER NOT NULL,      -- since 1970, in UTC
    class   TEXT NOT NULL,         -- '' where no class has the tool
    rule    TEXT NOT NULL,         -- '' where no rule gave it
    verdict TEXT NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (day, class, rule, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE floored (
    day   INTEGER NOT NULL,
    floor TEXT NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (day, floor)
) STRICT, WITHOUT ROWID;

-- Tools that the policy did not know what to make of. Agents choose their names: a day has only so many rows,
-- and the rest of it is counted under ''.
CREATE TABLE unknown_tool (
    day     INTEGER NOT NULL,
    tool    TEXT NOT NULL,
    class   TEXT NOT NULL,         -- '' where no class has it
    n       INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (day, tool, class)
) STRICT, WITHOUT ROWID;

-- Entries have always said so; from now on it is counted as they are written.
INSERT INTO judged
SELECT unixepoch(json_extract(text, '$.at')) / 86400, coalesce(json_extract(text, '$.data.class'), ''),
       coalesce(json_extract(text, '$.data.rule'), ''), json_extract(text, '$.data.verdict'), count(*)
FROM (SELECT CAST(bytes AS TEXT) AS text FROM entry)
WHERE json_extract(text, '$.kind') = 'judged'
GROUP BY 1, 2, 3, 4;

INSERT INTO floored
SELECT unixepoch(json_extract(text, '$.at')) / 86400, floor.value, count(*)
FROM (SELECT CAST(bytes AS TEXT) AS text FROM entry), json_each(text, '$.data.floors') AS floor
WHERE json_extract(text, '$.kind') = 'judged'
GROUP BY 1, 2;

INSERT INTO unknown_tool
SELECT unixepoch(json_extract(text, '$.at')) / 86400, envelope.tool, coalesce(json_extract(text, '$.data.class'), ''),
       count(*), max(envelope.created_at)
FROM (SELECT CAST(bytes AS TEXT) AS text FROM entry)
JOIN envelope ON envelope.id = unhex(replace(json_extract(text, '$.envelope'), '-', ''))
WHERE json_extract(text, '$.kind') = 'judged' AND json_extract(text, '$.rev') = 1
  AND json_extract(text, '$.data.verdict') = 'quarantine'
  AND NOT EXISTS (SELECT 1 FROM json_each(text, '$.data.floors') WHERE value = 'outside-credential')
GROUP BY 1, 2, 3;
