-- What readers arrange for themselves. Nobody else reads any of it, but for what stands on a profile (featured_tags, endorsements).

-- Filters: in which places (a bit for each, as FilterContext numbers them) what happens to posts that say certain words.
CREATE TABLE filters (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    contexts SMALLINT NOT NULL,
    action SMALLINT NOT NULL DEFAULT 0,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX filters_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
    id BIGINT NOT NULL PRIMARY KEY,
    filter_id BIGINT NOT NULL,
    keyword TEXT NOT NULL,
    whole_word BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_posts (
    id BIGINT NOT NULL PRIMARY KEY,
    filter_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX filter_posts_pair ON filter_posts (filter_id, post_id);
CREATE INDEX filter_posts_post ON filter_posts (post_id);

-- Lists of people one follows. Whose posts leave home stands with each member, so that reading home asks one index.
CREATE TABLE lists (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    replies SMALLINT NOT NULL DEFAULT 0,
    exclusive BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);
CREATE INDEX lists_account ON lists (account_id, id);

CREATE TABLE list_members (
    id BIGINT NOT NULL PRIMARY KEY,
    list_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    exclusive BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX list_members_pair ON list_members (list_id, account_id);
CREATE INDEX list_members_page ON list_members (list_id, id);
CREATE INDEX list_members_owner ON list_members (owner_id, account_id, exclusive);
CREATE INDEX list_members_account ON list_members (account_id);

CREATE TABLE list_entries (
    list_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    PRIMARY KEY (list_id, entry_id)
) WITHOUT ROWID;
CREATE INDEX list_entries_entry ON list_entries (entry_id);

-- Tags one follows, and those on one's profile: as compared (tag) and as typed (name).
CREATE TABLE followed_tags (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX followed_tags_pair ON followed_tags (account_id, tag);
CREATE INDEX followed_tags_page ON followed_tags (account_id, id);
CREATE INDEX followed_tags_tag ON followed_tags (tag);

CREATE TABLE featured_tags (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX featured_tags_pair ON featured_tags (account_id, tag);

-- Hosts somebody wants nothing of; words somebody keeps about others; people on a profile; threads that are to be quiet.
CREATE TABLE host_blocks (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    host TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX host_blocks_pair ON host_blocks (account_id, host);
CREATE INDEX host_blocks_page ON host_blocks (account_id, id);

CREATE TABLE account_notes (
    account_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (account_id, target_id)
);

CREATE TABLE endorsements (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX endorsements_pair ON endorsements (account_id, target_id);
CREATE INDEX endorsements_page ON endorsements (account_id, id);

CREATE TABLE quiet_threads (
    account_id BIGINT NOT NULL,
    root_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, root_id)
);
CREATE INDEX quiet_threads_root ON quiet_threads (root_id);

-- Languages somebody wants to read of whom they follow, separated by spaces; '' for all.
ALTER TABLE follows ADD COLUMN languages TEXT NOT NULL DEFAULT '';

-- Direct posts, grouped for each reader by thread and by who takes part (their ids, rising, with commas).
CREATE TABLE conversations (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    root_id BIGINT NOT NULL,
    people TEXT NOT NULL,
    last_post_id BIGINT NOT NULL,
    unread BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX conversations_key ON conversations (account_id, root_id, people);
CREATE INDEX conversations_page ON conversations (account_id, last_post_id);
CREATE INDEX conversations_last ON conversations (last_post_id);

CREATE TABLE conversation_posts (
    post_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (post_id, conversation_id)
);
CREATE INDEX conversation_posts_conversation ON conversation_posts (conversation_id, post_id);

-- People whom somebody does not want suggested again.
CREATE TABLE passed_suggestions (
    account_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, target_id)
);

-- Custom emoji of this node.
CREATE TABLE emojis (
    shortcode TEXT NOT NULL PRIMARY KEY,
    category TEXT NOT NULL DEFAULT '',
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- What administrators announce to this node's people, who has put it away, and with which emoji they answer.
CREATE TABLE announcements (
    id BIGINT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    content TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    all_day BOOLEAN NOT NULL DEFAULT FALSE,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE announcement_reads (
    announcement_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, account_id)
);

CREATE TABLE announcement_reactions (
    announcement_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, name, account_id)
);
