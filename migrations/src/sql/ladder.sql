-- How people came into communities (design: membership.md 3 and 4).

-- When the seat last became active (an agreement bounds how many do in a day), and when a moderator refused it: a refusal can be
-- taken back while the person has not asked or left since.
ALTER TABLE seats ADD COLUMN admitted_at BIGINT;
ALTER TABLE seats ADD COLUMN refused_at BIGINT;
UPDATE seats SET admitted_at = updated_at WHERE status = 2;
CREATE INDEX seats_agreement ON seats (agreement_host, admitted_at) WHERE agreement_host <> '';
CREATE INDEX seats_expiring ON seats (expires_at) WHERE expires_at IS NOT NULL;

-- The latest decision of each moderator elsewhere in a community of ours: an older one changes nothing.
CREATE TABLE deciders (
    community_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, account_id)
);
