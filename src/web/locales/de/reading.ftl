# Was Mitglieder lesen.
