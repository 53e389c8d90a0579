-- Which envelopes may be cleared together, and why one may not.
ALTER TABLE envelope ADD COLUMN alike BLOB;   -- the same for all that may be cleared with it
ALTER TABLE envelope ADD COLUMN apart TEXT;   -- a sentence fragment
