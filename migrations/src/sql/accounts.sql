-- People, communities, nodes and organisations, here and elsewhere.
-- `host` is '' for our own; `uri` of our own is a path ('/u/ada'), so that server.url is stored nowhere.
CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    kind SMALLINT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    inbox TEXT NOT NULL DEFAULT '',
    delivery_inbox BIGINT,
    outbox TEXT NOT NULL DEFAULT '',
    followers_uri TEXT NOT NULL DEFAULT '',
    featured_uri TEXT NOT NULL DEFAULT '',
    moderators_uri TEXT NOT NULL DEFAULT '',
    display_name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    note_source TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    avatar_url TEXT NOT NULL DEFAULT '',
    header_url TEXT NOT NULL DEFAULT '',
    locked BOOLEAN NOT NULL DEFAULT FALSE,
    bot BOOLEAN NOT NULL DEFAULT FALSE,
    discoverable BOOLEAN NOT NULL DEFAULT TRUE,
    followers_count BIGINT NOT NULL DEFAULT 0,
    following_count BIGINT NOT NULL DEFAULT 0,
    posts_count BIGINT NOT NULL DEFAULT 0,
    last_post_at BIGINT,
    created_at BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL DEFAULT 0,
    suspended_at BIGINT,
    gone_at BIGINT
);
CREATE UNIQUE INDEX accounts_handle ON accounts (username_key, host);
CREATE UNIQUE INDEX accounts_uri ON accounts (uri);
CREATE INDEX accounts_host ON accounts (host, id);

-- Keys of everyone: private halves only of our own, sealed by the node secret.
CREATE TABLE keys (
    uri TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    public_key TEXT NOT NULL,
    private_sealed BLOB,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX keys_account ON keys (account_id, kind);

-- Accounts that log in here.
CREATE TABLE users (
    account_id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL DEFAULT '',
    role SMALLINT NOT NULL DEFAULT 0,
    approved BOOLEAN NOT NULL DEFAULT TRUE,
    posting_audience SMALLINT NOT NULL DEFAULT 0,
    posting_sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    posting_language TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    signed_in_at BIGINT
);
CREATE UNIQUE INDEX users_email ON users (email_key);

-- OAuth clients, their codes and tokens; secrets only as SHA-256 in hex.
CREATE TABLE apps (
    id BIGINT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    website TEXT NOT NULL DEFAULT '',
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX apps_client ON apps (client_id);

CREATE TABLE codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    app_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    token_id BIGINT
);

CREATE TABLE tokens (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    app_id BIGINT NOT NULL,
    account_id BIGINT,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (token_hash);
CREATE INDEX tokens_account ON tokens (account_id);

-- Browser sessions and one-time log-in links.
CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE login_links (
    link_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Who follows, blocks and mutes whom. `uri` of our own follows is a path.
CREATE TABLE follows (
    id BIGINT NOT NULL PRIMARY KEY,
    follower_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    uri TEXT NOT NULL,
    show_boosts BOOLEAN NOT NULL DEFAULT TRUE,
    notify BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT
);
CREATE UNIQUE INDEX follows_pair ON follows (follower_id, target_id);
CREATE INDEX follows_target ON follows (target_id, state, id);
CREATE INDEX follows_follower ON follows (follower_id, state, id);
CREATE INDEX follows_waiting ON follows (next_attempt_at);

CREATE TABLE blocks (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    uri TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX blocks_pair ON blocks (account_id, target_id);
CREATE INDEX blocks_target ON blocks (target_id);

CREATE TABLE mutes (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    notifications BOOLEAN NOT NULL DEFAULT TRUE,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mutes_pair ON mutes (account_id, target_id);

CREATE TABLE markers (
    account_id BIGINT NOT NULL,
    timeline TEXT NOT NULL,
    last_read_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, timeline)
);

-- Small facts about this node: the host name it federates under, its incarnation.
CREATE TABLE facts (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
