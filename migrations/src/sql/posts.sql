-- Posts and boosts of posts (`boost_of_id`), here and elsewhere. A deleted one stays as a tombstone without words.
CREATE TABLE posts (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    community_id BIGINT,
    in_reply_to_id BIGINT,
    in_reply_to_uri TEXT NOT NULL DEFAULT '',
    in_reply_to_account_id BIGINT,
    root_id BIGINT,
    boost_of_id BIGINT,
    audience SMALLINT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    spoiler TEXT NOT NULL DEFAULT '',
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    language TEXT NOT NULL DEFAULT '',
    attachments TEXT NOT NULL DEFAULT '[]',
    mentions TEXT NOT NULL DEFAULT '[]',
    tags TEXT NOT NULL DEFAULT '[]',
    app_id BIGINT,
    pending BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    removed_at BIGINT,
    removed_reason TEXT NOT NULL DEFAULT '',
    replies_count BIGINT NOT NULL DEFAULT 0,
    boosts_count BIGINT NOT NULL DEFAULT 0,
    favourites_count BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX posts_uri ON posts (uri);
CREATE INDEX posts_author ON posts (author_id, id);
CREATE INDEX posts_community ON posts (community_id, id) WHERE community_id IS NOT NULL;
CREATE INDEX posts_reply ON posts (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX posts_root ON posts (root_id, id);
CREATE INDEX posts_boost ON posts (boost_of_id, author_id) WHERE boost_of_id IS NOT NULL;
CREATE INDEX posts_public ON posts (id) WHERE audience = 0 AND boost_of_id IS NULL AND deleted_at IS NULL AND removed_at IS NULL;

CREATE INDEX posts_local ON posts (id) WHERE audience = 0 AND boost_of_id IS NULL AND deleted_at IS NULL AND removed_at IS NULL AND substr(uri, 1, 1) = '/';
CREATE INDEX posts_waiting ON posts (in_reply_to_uri) WHERE in_reply_to_id IS NULL AND in_reply_to_uri <> '';

-- Who is mentioned, besides the list in the post itself (which keeps their order and names).
CREATE TABLE mentions (
    post_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id)
) WITHOUT ROWID;
CREATE INDEX mentions_account ON mentions (account_id, post_id);

CREATE TABLE post_tags (
    tag TEXT NOT NULL,
    post_id BIGINT NOT NULL,
    PRIMARY KEY (tag, post_id)
) WITHOUT ROWID;
CREATE INDEX post_tags_post ON post_tags (post_id);

CREATE TABLE versions (
    post_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    source TEXT NOT NULL,
    spoiler TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    PRIMARY KEY (post_id, at)
);

CREATE TABLE favourites (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    uri TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX favourites_pair ON favourites (account_id, post_id);
CREATE INDEX favourites_account ON favourites (account_id, id);
CREATE INDEX favourites_post ON favourites (post_id, id);

CREATE TABLE bookmarks (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bookmarks_pair ON bookmarks (account_id, post_id);
CREATE INDEX bookmarks_account ON bookmarks (account_id, id);

-- Home timelines of the people here: entry_id is the id of a post or of a boost.
CREATE TABLE home (
    account_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, entry_id)
) WITHOUT ROWID;
CREATE INDEX home_entry ON home (entry_id);

CREATE TABLE notifications (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    from_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, kind, from_id, post_id);
CREATE INDEX notifications_page ON notifications (account_id, id);

-- Answers to repeated POST /api/v1/statuses with the same Idempotency-Key, kept 24 h.
CREATE TABLE idempotency (
    account_id BIGINT NOT NULL,
    key_hash TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);

-- Ids of deleted and undone things, so that nothing late brings them back. Each holds for what its own actor did
-- (account_id): nobody buries what is another's.
CREATE TABLE tombstones (
    uri TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (uri, account_id)
);
