-- The latest decision of a moderator elsewhere over one person: decisions over different people may overtake each other.
DROP TABLE deciders;

CREATE TABLE deciders (
    community_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    about_id BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, account_id, about_id)
);
