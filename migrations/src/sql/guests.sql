-- Invitations by e-mail: the mail that is still to be sent, and what an invitation becomes. The token in clear is sealed by
-- the node's secret, and only until its mail is sent; `invitations.token_hash` is what a link is compared with.
ALTER TABLE invitations ADD COLUMN token_sealed BLOB;
ALTER TABLE invitations ADD COLUMN stakeholder SMALLINT NOT NULL DEFAULT 6;
ALTER TABLE invitations ADD COLUMN sends BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN mail_attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN mail_next_at BIGINT;
ALTER TABLE invitations ADD COLUMN mailed_at BIGINT;
ALTER TABLE invitations ADD COLUMN mail_error TEXT NOT NULL DEFAULT '';
CREATE INDEX invitations_mail ON invitations (mail_next_at) WHERE mail_next_at IS NOT NULL;

-- What a guest's own node says: JSON (see `tables::Guest`); '' for nobody's guest.
ALTER TABLE accounts ADD COLUMN guest TEXT NOT NULL DEFAULT '';
CREATE INDEX users_guests ON users (sponsor_id) WHERE is_guest;
CREATE INDEX users_guests_end ON users (guest_until) WHERE is_guest;
