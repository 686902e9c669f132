-- Words by which posts and accounts are found, made by the server: folded, with their places. No parser of PostgreSQL's reads
-- them, so that both databases hold the same words.
CREATE TABLE findable (
    post_id BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX findable_words ON findable USING GIN (words) WITH (gin_pending_list_limit = 512);
CREATE TABLE findable_accounts (
    account_id BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX findable_accounts_words ON findable_accounts USING GIN (words) WITH (gin_pending_list_limit = 512);

-- How handles and tags begin, whatever the order of the locale.
CREATE INDEX accounts_handle_begins ON accounts (username_key text_pattern_ops);
CREATE INDEX post_tags_begins ON post_tags (tag text_pattern_ops);

-- What is here already is read after the start, from the newest down.
INSERT INTO facts (name, value) SELECT 'findable.posts_below', CAST(MAX(id) + 1 AS TEXT) FROM posts HAVING COUNT(*) > 0;
INSERT INTO facts (name, value) SELECT 'findable.accounts_below', CAST(MAX(id) + 1 AS TEXT) FROM accounts HAVING COUNT(*) > 0;
