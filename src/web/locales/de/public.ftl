# Seiten für alle.
