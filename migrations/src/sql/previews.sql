-- What pages say of themselves, for those that public posts lead to: text alone. `due_at`: when one is to be looked at;
-- `shown`: whether there is something to show.
CREATE TABLE link_cards (
    id BIGINT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    shown BOOLEAN NOT NULL DEFAULT FALSE,
    due_at BIGINT,
    fetched_at BIGINT,
    title TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    author_name TEXT NOT NULL DEFAULT '',
    author_url TEXT NOT NULL DEFAULT '',
    creator TEXT NOT NULL DEFAULT '',
    provider_name TEXT NOT NULL DEFAULT '',
    image_url TEXT NOT NULL DEFAULT '',
    image_description TEXT NOT NULL DEFAULT '',
    image_width INTEGER NOT NULL DEFAULT 0,
    image_height INTEGER NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT '',
    published_at BIGINT
);
CREATE UNIQUE INDEX link_cards_url ON link_cards (url);
CREATE INDEX link_cards_due ON link_cards (due_at) WHERE due_at IS NOT NULL;

-- The page that a post leads to.
CREATE TABLE post_links (
    post_id BIGINT NOT NULL PRIMARY KEY,
    card_id BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX post_links_card ON post_links (card_id, post_id);
