-- Which entries name the key that heads are signed with; the last one is in force.
CREATE TABLE log_key (
    seq INTEGER PRIMARY KEY
) STRICT;

INSERT INTO log_key (seq)
SELECT seq FROM entry WHERE json_extract(CAST(bytes AS TEXT), '$.kind') IN ('key_rotated', 'rollback_accepted');
