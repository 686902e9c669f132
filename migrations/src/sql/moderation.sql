-- Moderation across nodes: reports, the log of a community, locked posts, the queue of newcomers.
CREATE TABLE reports (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    reporter_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    community_id BIGINT,
    posts TEXT NOT NULL DEFAULT '[]',
    comment TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT 'other',
    forwarded BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    resolved_at BIGINT,
    resolved_by BIGINT,
    outcome TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX reports_uri ON reports (uri);
CREATE INDEX reports_community ON reports (community_id, id);
CREATE INDEX reports_target ON reports (target_id);

CREATE TABLE mod_log (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL DEFAULT '',
    community_id BIGINT NOT NULL,
    moderator_id BIGINT NOT NULL,
    act SMALLINT NOT NULL,
    account_id BIGINT,
    post_id BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX mod_log_community ON mod_log (community_id, id);

ALTER TABLE posts ADD COLUMN locked_at BIGINT;
ALTER TABLE posts ADD COLUMN queued_at BIGINT;
CREATE INDEX posts_queued ON posts (community_id, id) WHERE queued_at IS NOT NULL;
