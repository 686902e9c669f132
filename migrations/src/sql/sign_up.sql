-- How people come: what they said when they signed up, by whose invitation, and whether their address is confirmed.
ALTER TABLE users ADD COLUMN unconfirmed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN sign_up_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN invited_by BIGINT;
CREATE INDEX users_waiting ON users (created_at) WHERE unconfirmed OR NOT approved;

-- Invitations to have an account here; the code only as SHA-256 in hex.
CREATE TABLE invites (
    id BIGINT NOT NULL PRIMARY KEY,
    code_hash TEXT NOT NULL,
    inviter_id BIGINT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    uses_max BIGINT NOT NULL,
    uses BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invites_code ON invites (code_hash);
CREATE INDEX invites_inviter ON invites (inviter_id, id);

-- Mails to people of this node and to who wants to be: what is to be sent, and the link in it, which works once. The link's
-- secret is kept as SHA-256, and sealed by the node's secret until the mail is sent.
CREATE TABLE letters (
    id BIGINT NOT NULL PRIMARY KEY,
    kind SMALLINT NOT NULL,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    link_hash TEXT,
    token_sealed BLOB,
    expires_at BIGINT,
    used_at BIGINT,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT
);
CREATE UNIQUE INDEX letters_link ON letters (link_hash) WHERE link_hash IS NOT NULL;
CREATE INDEX letters_due ON letters (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX letters_account ON letters (account_id, kind);
CREATE INDEX letters_email ON letters (email_key, created_at);
CREATE INDEX letters_created ON letters (created_at);

-- The second step of logging in: a key shared with the person's phone, sealed; codes for the day the phone is lost, hashed;
-- and who has given the password and owes the code.
CREATE TABLE second_factors (
    account_id BIGINT NOT NULL PRIMARY KEY,
    key_sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    enabled_at BIGINT,
    last_step BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE recovery_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);
CREATE TABLE half_log_ins (
    ticket_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL
);
CREATE INDEX half_log_ins_account ON half_log_ins (account_id);

-- With what and when last a session or an app was used, for its owner.
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN used_at BIGINT;
ALTER TABLE tokens ADD COLUMN used_at BIGINT;
