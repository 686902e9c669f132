-- How the node presents itself, where administrators set it at run time: one row.
CREATE TABLE appearance (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    -- six hexadecimal digits
    accent TEXT NOT NULL DEFAULT '',
    logo_type TEXT NOT NULL DEFAULT '',
    -- SHA-256, hex
    logo_digest TEXT NOT NULL DEFAULT '',
    logo BLOB,
    updated_at BIGINT NOT NULL
);
