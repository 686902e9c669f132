-- What each partner did, by hour (since 1970) and kind of activity; kept for two weeks.
CREATE TABLE partner_hours (
    host TEXT NOT NULL,
    hour BIGINT NOT NULL,
    kind TEXT NOT NULL,
    acts BIGINT NOT NULL,
    PRIMARY KEY (host, hour, kind)
);

-- Hours in which a partner did more than `most`, which was the bound by then.
CREATE TABLE partner_alarms (
    host TEXT NOT NULL,
    hour BIGINT NOT NULL,
    acts BIGINT NOT NULL,
    most BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (host, hour)
);

-- Partners kept apart: `blocks` and `suspends` say what the quarantine did itself and so takes back when it is lifted.
CREATE TABLE quarantines (
    host TEXT NOT NULL PRIMARY KEY,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    blocks BOOLEAN NOT NULL,
    suspends BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
