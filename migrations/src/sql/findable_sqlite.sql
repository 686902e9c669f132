-- Words by which posts (rowid = id) and accounts are found, made by the server: folded, apart by spaces. The tokenizer `ascii`
-- leaves everything beyond ASCII as it is, so that both databases hold the same words. No text is kept beside the index.
CREATE VIRTUAL TABLE findable USING fts5(words, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE findable_accounts USING fts5(words, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

-- What is here already is read after the start, from the newest down.
INSERT INTO facts (name, value) SELECT 'findable.posts_below', CAST(MAX(id) + 1 AS TEXT) FROM posts HAVING COUNT(*) > 0;
INSERT INTO facts (name, value) SELECT 'findable.accounts_below', CAST(MAX(id) + 1 AS TEXT) FROM accounts HAVING COUNT(*) > 0;
