# Pages for everyone.
