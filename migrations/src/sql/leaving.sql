-- Since when a partner's node does not answer for its roster; those whose seats it paused until its administrators decide.
ALTER TABLE rosters ADD COLUMN silent_since BIGINT;
CREATE TABLE vouched_paused (
    host TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (host, uri)
);
CREATE INDEX seats_admitted_by ON seats (admitted_by) WHERE admitted_by IS NOT NULL;
CREATE INDEX seats_agreement_host ON seats (agreement_host) WHERE agreement_host <> '';
