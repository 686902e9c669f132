-- Polls of ours: whether figures wait for the end, when the end was told, and since when figures changed that nobody was told.
ALTER TABLE polls ADD COLUMN hide_totals BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE polls ADD COLUMN ended_at BIGINT;
ALTER TABLE polls ADD COLUMN counted_at BIGINT;
CREATE INDEX polls_ending ON polls (ends_at) WHERE ended_at IS NULL AND ends_at IS NOT NULL;
CREATE INDEX polls_counted ON polls (counted_at) WHERE counted_at IS NOT NULL;

-- Posts to come: what the app sent, as JSON. One that could not be published stays for its author, with the reason.
CREATE TABLE scheduled_posts (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    app_id BIGINT,
    due_at BIGINT NOT NULL,
    asked TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    refused_at BIGINT,
    refusal TEXT NOT NULL DEFAULT ''
);
CREATE INDEX scheduled_posts_account ON scheduled_posts (account_id, id);
CREATE INDEX scheduled_posts_due ON scheduled_posts (due_at) WHERE refused_at IS NULL;

-- What became of asking to quote, where a post of ours does: 0 nothing yet, 1 refused, 2 taken back (granted: `holds`).
ALTER TABLE quote_stamps ADD COLUMN answer SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN quotes_count BIGINT NOT NULL DEFAULT 0;
CREATE INDEX posts_quote ON posts (quote_uri, id) WHERE quote_uri <> '';

-- Notifications come in groups of one kind, and some wait as requests: filtered by what their reader decided about strangers.
ALTER TABLE notifications ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX notifications_group ON notifications (account_id, group_key, id) WHERE group_key <> '';
CREATE INDEX notifications_filtered ON notifications (account_id, from_id, id) WHERE filtered;

CREATE TABLE notification_policies (
    account_id BIGINT NOT NULL PRIMARY KEY,
    not_following SMALLINT NOT NULL DEFAULT 0,
    not_followers SMALLINT NOT NULL DEFAULT 0,
    new_accounts SMALLINT NOT NULL DEFAULT 0,
    private_mentions SMALLINT NOT NULL DEFAULT 0,
    limited_accounts SMALLINT NOT NULL DEFAULT 0
);

CREATE TABLE notification_requests (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    last_post_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notification_requests_pair ON notification_requests (account_id, from_id);
CREATE INDEX notification_requests_page ON notification_requests (account_id, id);

-- Whose notifications come whatever the policy says.
CREATE TABLE notification_permissions (
    account_id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, from_id)
) WITHOUT ROWID;

-- Web Push: one subscription for each token, and what waits to be sent.
CREATE TABLE push_subscriptions (
    id BIGINT NOT NULL PRIMARY KEY,
    token_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    standard BOOLEAN NOT NULL DEFAULT FALSE,
    alerts TEXT NOT NULL DEFAULT '{}',
    policy TEXT NOT NULL DEFAULT 'all',
    sealed_token TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX push_subscriptions_token ON push_subscriptions (token_id);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id);

CREATE TABLE pushes (
    id BIGINT NOT NULL PRIMARY KEY,
    subscription_id BIGINT NOT NULL,
    notification_id BIGINT NOT NULL,
    attempts SMALLINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX pushes_once ON pushes (subscription_id, notification_id);
CREATE INDEX pushes_due ON pushes (next_attempt_at);
