-- The policies that a community elsewhere says it has (JSON: digest, version, url), so that our people's asks can cite them.
ALTER TABLE communities ADD COLUMN policies TEXT NOT NULL DEFAULT '[]';

-- What ended lately is noted outside the database too (features/recovery.rs).
CREATE INDEX seats_ended ON seats (updated_at) WHERE status = 3;
CREATE INDEX accounts_suspended ON accounts (suspended_at) WHERE suspended_at IS NOT NULL;
