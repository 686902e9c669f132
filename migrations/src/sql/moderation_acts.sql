-- What moderators of ours ask of a community elsewhere, blocks of hosts with what lies below them, and one live boost each.
ALTER TABLE mod_log ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE mod_log ADD COLUMN removes_data BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX mod_log_uri ON mod_log (uri) WHERE uri <> '';
CREATE INDEX reports_reporter ON reports (reporter_id, id);

ALTER TABLE peers ADD COLUMN blocked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN block_reason TEXT NOT NULL DEFAULT '';
UPDATE peers SET blocked_by = host WHERE blocked_at IS NOT NULL;

UPDATE posts SET deleted_at = created_at WHERE boost_of_id IS NOT NULL AND deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM posts o WHERE o.author_id = posts.author_id AND o.boost_of_id = posts.boost_of_id AND o.deleted_at IS NULL AND o.id < posts.id);
CREATE UNIQUE INDEX posts_live_boost ON posts (author_id, boost_of_id) WHERE boost_of_id IS NOT NULL AND deleted_at IS NULL;
