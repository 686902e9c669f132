-- What posts have beside their words: custom emoji and such as JSON, what they quote, polls, reactions by emoji, pins.
ALTER TABLE posts ADD COLUMN details TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN quote_uri TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN reactions_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN emojis TEXT NOT NULL DEFAULT '[]';

CREATE TABLE polls (
    post_id BIGINT NOT NULL PRIMARY KEY,
    multiple BOOLEAN NOT NULL,
    options TEXT NOT NULL,
    ends_at BIGINT,
    closed BOOLEAN NOT NULL DEFAULT FALSE,
    voters_count BIGINT
);

CREATE TABLE poll_votes (
    post_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    choice SMALLINT NOT NULL,
    id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id, choice)
) WITHOUT ROWID;
CREATE INDEX poll_votes_account ON poll_votes (account_id);

-- One row for each emoji that somebody put to a post; `image` is empty for one of Unicode.
CREATE TABLE emoji_reactions (
    id BIGINT NOT NULL PRIMARY KEY,
    post_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    image TEXT NOT NULL DEFAULT '',
    uri TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX emoji_reactions_once ON emoji_reactions (post_id, account_id, emoji);
CREATE INDEX emoji_reactions_account ON emoji_reactions (account_id, uri);

-- What an account, or the moderators of a community, put at the head of its profile.
CREATE TABLE pins (
    account_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, post_id)
) WITHOUT ROWID;
CREATE INDEX pins_post ON pins (post_id);
