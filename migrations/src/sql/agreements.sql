-- The partner's key that agreements are checked with, and one that it shows instead until administrators compared them.
ALTER TABLE agreements ADD COLUMN partner_key TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN shown_key TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN held_why TEXT NOT NULL DEFAULT '';
UPDATE agreements SET partner_key = COALESCE((SELECT k.public_key FROM keys k WHERE k.account_id = partner_id AND k.kind = 1), '');
CREATE INDEX agreements_due ON agreements (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- The last thing that each side said alone (suspended, resumed, ended, withdrawn): canonical JSON and its signature.
CREATE TABLE agreement_notices (
    agreement_id BIGINT NOT NULL,
    is_ours BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    signature TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (agreement_id, is_ours)
);
