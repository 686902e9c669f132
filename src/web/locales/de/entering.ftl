#  logging in, signing up, and one's own account:Hereinkommen: anmelden, registrieren, das eigene Konto.
