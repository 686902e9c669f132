-- What is read often where communities and partners are large: a partner's seats counted, a host's latest revision, what was
-- shown to newcomers after all. The first stands for the index over the host alone.
CREATE INDEX seats_agreement_status ON seats (agreement_host, status) WHERE agreement_host <> '';
DROP INDEX seats_agreement_host;
CREATE INDEX seats_rev ON seats (community_id, host, rev);
CREATE INDEX posts_shared ON posts (community_id, id) WHERE shared_at IS NOT NULL;
