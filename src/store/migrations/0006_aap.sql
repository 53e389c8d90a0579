-- What the Agent Approval Protocol must know of an envelope.
ALTER TABLE envelope ADD COLUMN outer_at    INTEGER;    -- when it is over whatever people do; NULL where it did not come over AAP
ALTER TABLE envelope ADD COLUMN passed_to   BLOB;       -- the envelope that got the approval of this one's edit

-- Entries have always said when a payload was handed out; from now on the lists do too.
UPDATE envelope SET redeemed_at = redeemed.at
FROM (
    SELECT unhex(replace(json_extract(text, '$.envelope'), '-', '')) AS id,
           CAST(round(unixepoch(json_extract(text, '$.at'), 'subsec') * 1000) AS INTEGER) AS at
    FROM (SELECT CAST(bytes AS TEXT) AS text FROM entry)
    WHERE json_extract(text, '$.kind') = 'redeemed'
) AS redeemed
WHERE envelope.id = redeemed.id;
