"""The chapters of the Mastodon.py tour. Each has `tell(tour, cast)` and builds on those before it."""
