-- What is to be fetched from elsewhere in the background: a community's history, the answers of a thread, what a post answers.
-- `rest` is a JSON list of the addresses still to be read; due_at is empty when there is nothing to do.
CREATE TABLE backfills (
    id BIGINT NOT NULL PRIMARY KEY,
    kind SMALLINT NOT NULL,
    subject TEXT NOT NULL,
    host TEXT NOT NULL,
    rest TEXT NOT NULL DEFAULT '[]',
    pages BIGINT NOT NULL DEFAULT 0,
    posts BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    done_at BIGINT
);
CREATE UNIQUE INDEX backfills_subject ON backfills (kind, subject);
CREATE INDEX backfills_due ON backfills (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX backfills_host ON backfills (host) WHERE due_at IS NOT NULL;
CREATE INDEX backfills_done ON backfills (done_at) WHERE done_at IS NOT NULL;

-- What others wrote in communities of ours, as they signed it: the latest Create or Update of each post, so that whoever
-- joins later can believe it.
CREATE TABLE originals (
    post_id BIGINT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

-- The thread to which a post from elsewhere says that it belongs (FEP-7888).
ALTER TABLE posts ADD COLUMN context_uri TEXT NOT NULL DEFAULT '';
