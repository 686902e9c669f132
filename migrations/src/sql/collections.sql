-- Lists of people of this node that somebody recommends, for everybody to see.
CREATE TABLE collections (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    tag TEXT NOT NULL DEFAULT '',
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    discoverable BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX collections_account ON collections (account_id, id);

-- Who is in them. `revoked`: they do not want to be, and are not shown; kept so that they are not put there again.
CREATE TABLE collection_items (
    id BIGINT NOT NULL PRIMARY KEY,
    collection_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX collection_items_pair ON collection_items (collection_id, account_id);
CREATE INDEX collection_items_account ON collection_items (account_id, collection_id);
