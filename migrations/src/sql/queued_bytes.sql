-- What came about a post from elsewhere while it waits for a moderator, as it came: announced once the post is let in.
CREATE TABLE queued_bytes (
    id BIGINT NOT NULL PRIMARY KEY,
    post_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX queued_bytes_post ON queued_bytes (post_id, id);
