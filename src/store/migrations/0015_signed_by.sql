-- The key that a decision was signed with, if it was.
ALTER TABLE decision ADD COLUMN key BLOB;
