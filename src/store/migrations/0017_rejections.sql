-- Whether one no ends it, and how many have said no so far where it does not.
ALTER TABLE envelope ADD COLUMN reject_quorum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE envelope ADD COLUMN rejections    INTEGER NOT NULL DEFAULT 0;
