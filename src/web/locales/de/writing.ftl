# Was Mitglieder schreiben.
