-- What a community is beyond an account; one row per Group, here or elsewhere (same id as the account).
CREATE TABLE communities (
    account_id BIGINT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    stage SMALLINT NOT NULL,
    join_rule SMALLINT NOT NULL,
    question TEXT NOT NULL DEFAULT '',
    least_level SMALLINT NOT NULL DEFAULT 0,
    announce_replies BOOLEAN NOT NULL DEFAULT FALSE,
    members_count BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- Seats: who belongs to a community, as what, since when. The community's node decides; others keep a copy.
CREATE TABLE seats (
    id BIGINT NOT NULL PRIMARY KEY,
    community_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    role SMALLINT NOT NULL,
    rev BIGINT NOT NULL,
    asked_at BIGINT NOT NULL DEFAULT 0,
    admitted_by BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX seats_pair ON seats (community_id, account_id);
CREATE INDEX seats_account ON seats (account_id, status);
CREATE INDEX seats_listing ON seats (community_id, status, id);

CREATE TABLE bans (
    community_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, account_id)
);
