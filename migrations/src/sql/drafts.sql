-- What members keep of a post that they have not sent: what stood in the form, as JSON.
CREATE TABLE drafts (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    said TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX drafts_account ON drafts (account_id, id);
