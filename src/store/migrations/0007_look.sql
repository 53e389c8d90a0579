-- What of all that ran a person should look at, however long ago it was.
ALTER TABLE envelope ADD COLUMN seen       INTEGER NOT NULL DEFAULT 0;   -- 1 where a person looked since something last happened
ALTER TABLE envelope ADD COLUMN unseen     INTEGER NOT NULL DEFAULT 0;   -- 1 while nobody said whether what ran alone was fine
ALTER TABLE envelope ADD COLUMN trouble_at INTEGER;                      -- from when on something is wrong that nobody followed up

-- It may be looked at again when more happened; each time has a note of its own.
ALTER TABLE review ADD COLUMN n INTEGER NOT NULL DEFAULT 0;

UPDATE envelope SET seen = 1
FROM (
    SELECT r.envelope AS id, r.at AS at, max(coalesce(o.at, 0), coalesce(u.answered_at, 0)) AS happened
    FROM review r LEFT JOIN outcome o ON o.envelope = r.envelope LEFT JOIN undo u ON u.envelope = r.envelope
) AS looked
WHERE envelope.id = looked.id AND looked.at >= looked.happened AND looked.at >= coalesce(envelope.redeemed_at, 0);

UPDATE envelope SET
    unseen = review IS 'open' AND stage != 'lapsed',
    trouble_at = CASE
        WHEN stage IN ('undo_requested', 'undone') THEN NULL
        WHEN stage IN ('failed', 'undo_failed') AND seen = 0 THEN created_at
        WHEN review IS 'flagged' THEN created_at
        WHEN stage = 'redeemed' AND seen = 0 THEN redeemed_at + 900000
    END
WHERE after = 1;

DROP INDEX envelope_after;
CREATE INDEX envelope_trouble ON envelope (changed, trouble_at) WHERE trouble_at IS NOT NULL;
CREATE INDEX envelope_overdue ON envelope (trouble_at) WHERE trouble_at IS NOT NULL;
CREATE INDEX envelope_unseen  ON envelope (changed, trouble_at, unseen) WHERE unseen = 1;
CREATE INDEX envelope_rest    ON envelope (changed, trouble_at) WHERE after = 1 AND unseen = 0;
