-- Where a community went, here or elsewhere (its id, empty for nowhere), and the ids under which one of ours was known before
-- (a JSON list, empty for none): FEP-7628.
ALTER TABLE communities ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN also_known_as TEXT NOT NULL DEFAULT '';
