-- What crosses company borders (design: membership.md): affiliation, seats in full, agreements, rosters, off-boarding.

-- JSON (see features/affiliations.rs); '' for nobody's.
ALTER TABLE accounts ADD COLUMN affiliation TEXT NOT NULL DEFAULT '';

-- A guest is unaffiliated, has a sponsor and an end date. Off-boarded: no log-in, no seat held through the organisation.
ALTER TABLE users ADD COLUMN is_guest BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN sponsor_id BIGINT;
ALTER TABLE users ADD COLUMN guest_until BIGINT;
ALTER TABLE users ADD COLUMN off_boarded_at BIGINT;

-- Since when a community is at least so wide (never unset: stages only widen), and its other rules.
ALTER TABLE communities ADD COLUMN partners_at BIGINT;
ALTER TABLE communities ADD COLUMN federated_at BIGINT;
ALTER TABLE communities ADD COLUMN public_at BIGINT;
ALTER TABLE communities ADD COLUMN history SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN policy_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE communities ADD COLUMN stakeholders_shown BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE communities ADD COLUMN log_public BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE communities ADD COLUMN newcomer_posts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN succeeded_by BIGINT;
UPDATE communities SET partners_at = created_at, federated_at = created_at, public_at = created_at WHERE stage = 3;

-- `host` is the member's; `organisation` through which the seat is held ('' for a personal one); `agreement_host` the node with
-- which an agreement must be in force for the seat to be usable ('' for none). `record` is the last record as its group signed it.
ALTER TABLE seats ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE seats ADD COLUMN stakeholder SMALLINT NOT NULL DEFAULT 6;
ALTER TABLE seats ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
ALTER TABLE seats ADD COLUMN agreement_host TEXT NOT NULL DEFAULT '';
ALTER TABLE seats ADD COLUMN history_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seats ADD COLUMN expires_at BIGINT;
ALTER TABLE seats ADD COLUMN paused_at BIGINT;
ALTER TABLE seats ADD COLUMN sponsor_id BIGINT;
ALTER TABLE seats ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE seats ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE seats ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seats ADD COLUMN next_attempt_at BIGINT;
UPDATE seats SET host = (SELECT a.host FROM accounts a WHERE a.id = seats.account_id);
UPDATE seats SET organisation = '/org', stakeholder = 0 WHERE host = '';
CREATE INDEX seats_host ON seats (community_id, host, status);
CREATE INDEX seats_waiting ON seats (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- A whole node's people may not be in a community. A lifted ban stays 30 days: they come in by asking.
CREATE TABLE host_bans (
    community_id BIGINT NOT NULL,
    host TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    expires_at BIGINT,
    lifted_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, host)
);

-- Organisations present in a non-public community; a new one is announced to those present before its first seat.
CREATE TABLE community_organisations (
    community_id BIGINT NOT NULL,
    host TEXT NOT NULL,
    announced_at BIGINT NOT NULL,
    admitted_from BIGINT NOT NULL,
    PRIMARY KEY (community_id, host)
);

-- Decisions of our moderators in communities elsewhere, told until answered.
CREATE TABLE offers (
    id BIGINT NOT NULL PRIMARY KEY,
    community_id BIGINT NOT NULL,
    by_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    based_on BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    answer TEXT NOT NULL DEFAULT '',
    answered_at BIGINT
);
CREATE INDEX offers_waiting ON offers (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- Invitations by e-mail address; one by handle is a seat with status invited.
CREATE TABLE invitations (
    id BIGINT NOT NULL PRIMARY KEY,
    community_id BIGINT NOT NULL,
    inviter_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    role SMALLINT NOT NULL,
    guest_until BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    account_id BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_community ON invitations (community_id, id);
CREATE INDEX invitations_inviter ON invitations (inviter_id);

-- Agreements with other nodes: the terms in force are columns, as every use of a seat reads them live.
CREATE TABLE agreements (
    id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    host TEXT NOT NULL,
    partner_id BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    by_invitation BOOLEAN NOT NULL DEFAULT FALSE,
    most_role SMALLINT NOT NULL DEFAULT 1,
    stakeholder SMALLINT NOT NULL DEFAULT 2,
    seats_max BIGINT,
    seats_per_day BIGINT,
    history SMALLINT NOT NULL DEFAULT 1,
    history_from BIGINT,
    media BOOLEAN NOT NULL DEFAULT TRUE,
    retention_days BIGINT,
    ends_at BIGINT,
    suspended_here BOOLEAN NOT NULL DEFAULT FALSE,
    suspended_there BOOLEAN NOT NULL DEFAULT FALSE,
    held BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    in_force_at BIGINT,
    ended_at BIGINT,
    updated_at BIGINT NOT NULL,
    next_attempt_at BIGINT
);
CREATE UNIQUE INDEX agreements_uri ON agreements (uri);
CREATE INDEX agreements_host ON agreements (host, state);
CREATE UNIQUE INDEX agreements_in_force ON agreements (host) WHERE state = 2;

-- Every version of the document that was offered, with both signatures over the same bytes.
CREATE TABLE agreement_versions (
    agreement_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    offered_here BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    our_signature TEXT NOT NULL DEFAULT '',
    their_signature TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    offered_at BIGINT NOT NULL,
    answered_at BIGINT,
    PRIMARY KEY (agreement_id, version)
);

-- Communities, here and there, that the version in force names.
CREATE TABLE agreement_communities (
    agreement_id BIGINT NOT NULL,
    community TEXT NOT NULL,
    PRIMARY KEY (agreement_id, community)
);

-- What partners vouch for: one lease each, capped on our own clock, and those vouched for who hold or asked for a seat here.
CREATE TABLE rosters (
    host TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL
);
CREATE TABLE vouched (
    host TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (host, uri)
);

-- Further hosts that an organisation proved to be its own.
CREATE TABLE organisation_hosts (
    organisation TEXT NOT NULL,
    host TEXT NOT NULL,
    proven_at BIGINT NOT NULL,
    PRIMARY KEY (host)
);

-- Somebody left the company: one row for the act, one for each seat elsewhere until its node confirms.
CREATE TABLE off_boardings (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    by_id BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    sequence BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    held_at BIGINT,
    confirmed_by BIGINT,
    confirmed_at BIGINT,
    undone_at BIGINT
);
CREATE INDEX off_boardings_account ON off_boardings (account_id);
CREATE INDEX off_boardings_created ON off_boardings (created_at);
CREATE TABLE off_boarding_seats (
    off_boarding_id BIGINT NOT NULL,
    community_id BIGINT NOT NULL,
    host TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    confirmed_at BIGINT,
    PRIMARY KEY (off_boarding_id, community_id)
);
CREATE INDEX off_boarding_seats_waiting ON off_boarding_seats (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- From when on a post counts as posted for newcomers ('history'): later than created_at when it was chosen at a widening.
ALTER TABLE posts ADD COLUMN shared_at BIGINT;

-- Content of a non-public community: sent only to hosts that may read it at the time of sending.
ALTER TABLE log ADD COLUMN community_id BIGINT;
