-- Every act that changes rights, chained by hashes (security.md S125, S126); policies and their acceptance.
CREATE TABLE audit (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    on_behalf TEXT NOT NULL DEFAULT '',
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    via TEXT NOT NULL,
    agreement TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '{}',
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- Versioned documents of the node (owner: the node's actor) and of communities; one row per version.
CREATE TABLE policies (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_by BIGINT,
    published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX policies_version ON policies (owner_id, version);
CREATE INDEX policies_digest ON policies (digest);

-- Who accepted which version; `proof` is their own signed Join or ask, where there is one.
CREATE TABLE acceptances (
    account_id BIGINT NOT NULL,
    digest TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    proof TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, digest, owner_id)
);
