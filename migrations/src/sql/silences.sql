-- Hosts whose people are heard only by those who follow them; `silenced_by` names the silence that covers a host, as `blocked_by` does.
ALTER TABLE peers ADD COLUMN silenced_at BIGINT;
ALTER TABLE peers ADD COLUMN silenced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN silence_reason TEXT NOT NULL DEFAULT '';

-- The last activity that came from there, to the minute.
ALTER TABLE peers ADD COLUMN heard_at BIGINT;

-- An administrator had it forgotten: not listed until something new is known of it.
ALTER TABLE peers ADD COLUMN forgotten_at BIGINT;
