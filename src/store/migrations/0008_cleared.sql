-- What an agent that asked over the Agent Approval Protocol was told when it was first cleared: that is final.
ALTER TABLE envelope ADD COLUMN cleared_at    INTEGER;
ALTER TABLE envelope ADD COLUMN cleared_until INTEGER;   -- NULL where another call was approved than the one asked for

-- Where it was cleared twice before, nobody knows the first time any more.
UPDATE envelope SET
    cleared_at = CASE WHEN votes = 0 THEN created_at ELSE valid_until - valid_for_s * 1000 END,
    cleared_until = CASE WHEN edited > 0 THEN NULL ELSE valid_until END
WHERE outer_at IS NOT NULL AND valid_until IS NOT NULL;
