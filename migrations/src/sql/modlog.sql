-- What else stands in the log of a community: a role given, a host banned, a stage; entries read from a community's own log, whose
-- effect has not come yet. Since when a partner's key counts, and keys of ours that were replaced, until what they prove was told.
ALTER TABLE mod_log ADD COLUMN role SMALLINT;
ALTER TABLE mod_log ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE mod_log ADD COLUMN stage SMALLINT;
ALTER TABLE mod_log ADD COLUMN fetched BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agreements ADD COLUMN key_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE retired_keys (
    public_key TEXT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    private_sealed BLOB,
    fetched_at BIGINT NOT NULL
);
