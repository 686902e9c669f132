-- What administrators do about accounts: heard only by followers, files always behind a warning, no log-in; and what they told the
-- person of it.
ALTER TABLE accounts ADD COLUMN silenced_at BIGINT;
ALTER TABLE accounts ADD COLUMN sensitized_at BIGINT;
ALTER TABLE users ADD COLUMN disabled_at BIGINT;
CREATE TABLE warnings (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    by_id BIGINT NOT NULL,
    act SMALLINT NOT NULL,
    report_id BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX warnings_account ON warnings (account_id, id);

-- Who works on a report, and when it last changed.
ALTER TABLE reports ADD COLUMN assigned_to BIGINT;
ALTER TABLE reports ADD COLUMN updated_at BIGINT;

-- What else is decided about a host, beside a block or a silence of it.
CREATE TABLE host_terms (
    host TEXT NOT NULL PRIMARY KEY,
    reject_media BOOLEAN NOT NULL DEFAULT FALSE,
    reject_reports BOOLEAN NOT NULL DEFAULT FALSE,
    obfuscate BOOLEAN NOT NULL DEFAULT FALSE,
    private_comment TEXT NOT NULL DEFAULT '',
    public_comment TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Who may not sign up: addresses at a host, one mailbox however it is spelled (SHA-256), networks.
CREATE TABLE email_host_blocks (
    id BIGINT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_host_blocks_host ON email_host_blocks (host);
CREATE TABLE email_blocks (
    id BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_blocks_digest ON email_blocks (digest);
CREATE TABLE network_blocks (
    id BIGINT NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    severity SMALLINT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE UNIQUE INDEX network_blocks_network ON network_blocks (network);

-- What administrators keep out of trends: tags by key, and posts.
CREATE TABLE untrended_tags (
    tag TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE untrended_posts (
    post_id BIGINT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
