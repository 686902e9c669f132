# Communities.
