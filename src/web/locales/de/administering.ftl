# Für die Verwaltung.
