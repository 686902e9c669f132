-- Other servers, by authority (host, with port when explicit).
CREATE TABLE peers (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    software TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL DEFAULT '',
    level SMALLINT NOT NULL DEFAULT 0,
    rfc9421 BOOLEAN NOT NULL DEFAULT FALSE,
    nodeinfo_at BIGINT,
    created_at BIGINT NOT NULL,
    cursor BIGINT,
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    next_attempt_at BIGINT,
    succeeded_at BIGINT,
    blocked_at BIGINT
);
CREATE UNIQUE INDEX peers_host ON peers (host);

-- Addresses that deliveries go to, shared or personal.
CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    peer_id BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX inboxes_url ON inboxes (url);
CREATE INDEX inboxes_peer ON inboxes (peer_id);

-- What was received: verified, kept, processed from here. Unique by activity id, which is also the replay cache.
CREATE TABLE inbox (
    id BIGINT NOT NULL PRIMARY KEY,
    activity_uri TEXT NOT NULL,
    actor_uri TEXT NOT NULL,
    host TEXT NOT NULL,
    body BLOB,
    received_at BIGINT NOT NULL,
    done_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    verdict TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX inbox_activity ON inbox (activity_uri);
CREATE INDEX inbox_waiting ON inbox (id) WHERE done_at IS NULL;
CREATE INDEX inbox_received ON inbox (received_at);

-- What has happened, kept in the transaction of the act until its consequences are drawn.
CREATE TABLE events (
    id BIGINT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    failed_at BIGINT,
    error TEXT NOT NULL DEFAULT ''
);

-- What is to be delivered: one row per activity, its recipients as a JSON list of inbox ids; shape says which of them (by their software) get it.
CREATE TABLE log (
    position BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    object_key BIGINT NOT NULL,
    body TEXT NOT NULL,
    targets TEXT NOT NULL,
    shape SMALLINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX log_created ON log (created_at);
CREATE INDEX log_uri ON log (uri);
CREATE INDEX log_object ON log (object_key);

-- Deliveries done or ended beyond a peer's cursor (the prefix before it has no gap).
CREATE TABLE delivered (
    inbox_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    peer_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, position)
) WITHOUT ROWID;
CREATE INDEX delivered_peer ON delivered (peer_id, position);
