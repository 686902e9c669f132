# For administrators.
