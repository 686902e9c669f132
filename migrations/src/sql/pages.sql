-- The language in which somebody reads the pages (BCP 47); '' for what their browser asks for.
ALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT '';
