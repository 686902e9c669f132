-- Who elsewhere asked to quote posts of ours (FEP-044f), and what they were answered: a row that is granted is a stamp.
CREATE TABLE quote_requests (
    id BIGINT NOT NULL PRIMARY KEY,
    post_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    quoting_uri TEXT NOT NULL,
    request_uri TEXT NOT NULL,
    granted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX quote_requests_once ON quote_requests (post_id, quoting_uri);
CREATE INDEX quote_requests_account ON quote_requests (account_id, created_at);

-- The stamp by which a post from elsewhere says that it may quote `target_uri` (as stored), and whether it was found to hold.
CREATE TABLE quote_stamps (
    post_id BIGINT NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    target_uri TEXT NOT NULL,
    holds BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX quote_stamps_uri ON quote_stamps (uri);
