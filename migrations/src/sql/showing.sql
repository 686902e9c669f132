-- How people of this node want their profiles to be shown: JSON; '' as usual.
ALTER TABLE accounts ADD COLUMN showing TEXT NOT NULL DEFAULT '';
