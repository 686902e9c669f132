-- Who may find what an account elsewhere posts in public (words.rs, Searchable): 0 where it says nothing.
ALTER TABLE accounts ADD COLUMN searchable SMALLINT NOT NULL DEFAULT 0;
