-- Which entries are about an envelope, from their own bytes; those that are about none stand under NULL.
-- Bytes that are no JSON were changed by somebody: they are about nothing.
CREATE INDEX entry_envelope ON entry (
    CASE WHEN json_valid(CAST(bytes AS TEXT)) THEN json_extract(CAST(bytes AS TEXT), '$.envelope') END
);
