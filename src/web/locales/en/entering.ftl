# Coming in.
