-- Since when an agreement in force rests (suspended or held); nobody of the other side read anything after.
ALTER TABLE agreements ADD COLUMN rested_at BIGINT;

-- What the other side of an ended agreement is to forget: posts of communities here, `items` as a JSON list of their uris.
CREATE TABLE retractions (
    id BIGINT NOT NULL PRIMARY KEY,
    agreement_id BIGINT NOT NULL,
    community_id BIGINT NOT NULL,
    items TEXT NOT NULL,
    posts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    confirmed_at BIGINT,
    forgotten BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX retractions_agreement ON retractions (agreement_id);
CREATE INDEX retractions_waiting ON retractions (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- Lists of communities elsewhere that were followed here: one that is told again is answered again.
CREATE TABLE retracted (
    uri TEXT NOT NULL PRIMARY KEY,
    community_id BIGINT NOT NULL,
    forgotten BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
