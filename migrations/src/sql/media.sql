-- Files that people sent: for posts, avatars and headers. A row that waits is the work itself: it is taken up, also after a
-- restart, when it is due. The files lie in a folder of their own under a random name.
CREATE TABLE media (
    id BIGINT PRIMARY KEY NOT NULL,
    owner_id BIGINT NOT NULL,
    -- the post it belongs to; none until it is attached, and none again after its deletion
    post_id BIGINT,
    place SMALLINT NOT NULL,
    kind SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    -- why nothing could be made of it
    reason TEXT NOT NULL DEFAULT '',
    -- of the upload until it is ready, then of what is served
    media_type TEXT NOT NULL,
    folder TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL DEFAULT '',
    preview TEXT NOT NULL DEFAULT '',
    width BIGINT,
    height BIGINT,
    preview_width BIGINT,
    preview_height BIGINT,
    milliseconds BIGINT,
    blurhash TEXT,
    -- thousandths from the middle
    focus_x SMALLINT,
    focus_y SMALLINT,
    description TEXT NOT NULL DEFAULT '',
    tries SMALLINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- when it goes, with its files; none while it is in use
    expires_at BIGINT
);

CREATE INDEX media_owner ON media (owner_id);

CREATE INDEX media_post ON media (post_id) WHERE post_id IS NOT NULL;

CREATE INDEX media_due ON media (due_at) WHERE state = 0;

CREATE INDEX media_expiry ON media (expires_at) WHERE expires_at IS NOT NULL;

-- An earlier wording had media of its own.
ALTER TABLE versions ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]';
