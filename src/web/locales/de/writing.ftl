# Was Mitglieder schreiben.
writing-heading = Beitrag schreiben
writing-heading-edit = Beitrag bearbeiten
writing-form = Dein Beitrag
writing-thread = Zum Faden
writing-title = Titel (kann fehlen)
writing-title-hint = Mit einem Titel lassen sich Fäden in Gemeinschaften leichter finden.
writing-text = Was gibt es zu sagen?
writing-markdown-hint = Markdown geht: **fett**, *kursiv*, `Code`, > Zitat, - Liste. Leute mit @Name nennen, Themen mit #Thema.
writing-plain-hint = Dieser Beitrag wurde in einer App als reiner Text geschrieben: Er erscheint, wie er hier steht.
writing-room = { $count ->
    [one] Platz ist für { $count-shown } Zeichen.
   *[other] Platz ist für { $count-shown } Zeichen.
}
writing-looks = So wird es aussehen
writing-goes = Wohin es geht
writing-goes-thread = In den Faden
writing-goes-public = Alle
writing-goes-unlisted = Alle, aber unauffällig
writing-goes-private = Wer mir folgt
writing-goes-local = Leute von { $name }
writing-goes-direct = Nur wen ich nenne
writing-readers-public = Alle können es lesen, mit und ohne Konto.
writing-readers-unlisted = Alle können es lesen, aber in öffentlichen Listen erscheint es nicht.
writing-readers-private = Wer Dir folgt und wen Du nennst, kann es lesen.
writing-readers-local = Wer ein Konto bei { $name } hat, kann es lesen.
writing-readers-direct = Nur wen Du nennst, kann es lesen.
writing-readers-community = Alle können es lesen: { $name } ist eine öffentliche Gemeinschaft.
writing-readers-members = Mitglieder von { $name } können es lesen: Leute von { $other }.
writing-readers-away = Mitglieder von { $name } können es lesen. Die Gemeinschaft lebt bei { $other }; deren Knoten weiß, wessen Leute das sind.
writing-more = Inhaltswarnung, Sprache, Zeit
writing-warning = Inhaltswarnung
writing-warning-hint = Die Worte stehen eingeklappt darunter. Leer lassen für keine.
writing-sensitive = Bilder und Videos zunächst verbergen
writing-language = Sprache
writing-at = Später veröffentlichen, um
writing-at-utc = In UTC. Leer lassen, um jetzt zu veröffentlichen.
writing-at-here = In Deiner Zeit. Leer lassen, um jetzt zu veröffentlichen.
writing-poll = Umfrage
writing-poll-edit = Ändern sich die Antworten, verfallen alle Stimmen.
writing-option = Antwort { $count-shown }
writing-multiple = Mehrere Antworten können gewählt werden
writing-hides = Zahlen erst am Ende zeigen
writing-lasts = Wie lange sie läuft
writing-lasts-on = Wie bisher
writing-lasts-half-hour = 30 Minuten
writing-lasts-hour = 1 Stunde
writing-lasts-six-hours = 6 Stunden
writing-lasts-day = 1 Tag
writing-lasts-three-days = 3 Tage
writing-lasts-week = 7 Tage
writing-files = Bilder, Videos, Ton
writing-files-add = Gewählte Dateien hinzufügen
writing-files-most = { $count ->
    [one] Ein Beitrag hat höchstens { $count-shown } Datei.
   *[other] Ein Beitrag hat höchstens { $count-shown } Dateien.
}
writing-file-waiting = Diese Datei wird noch bearbeitet. Bitte vor dem Veröffentlichen einen Augenblick warten.
writing-file-sending = Wird gesendet
writing-file-failed = Diese Datei konnte nicht gesendet werden. Bitte noch einmal versuchen.
writing-describe = Was darin zu sehen oder zu hören ist, für alle, die es nicht können
writing-view = Was beim Zuschneiden im Bild bleibt
writing-view-kept = Wie es ist
writing-view-middle = Die Mitte
writing-view-top = Oben
writing-view-bottom = Unten
writing-view-left = Links
writing-view-right = Rechts
writing-drop = Diese Datei weglassen
writing-publish = Veröffentlichen
writing-save = Änderungen speichern
writing-preview = Vorschau
writing-keep = Als Entwurf behalten
writing-too-often = Das war sehr viel in kurzer Zeit. Bitte etwas warten und noch einmal versuchen; nichts davon geht verloren.
writing-sent-before = Dieses Formular wurde schon mit anderen Worten gesendet. Bitte nachsehen, ob der Beitrag da ist; wird jetzt veröffentlicht, ist es ein weiterer.
writing-gone = Worauf sich das bezieht (der beantwortete Beitrag oder eine Datei), ist nicht mehr da. Bitte durchsehen und noch einmal versuchen.
writing-answer-gone = Der Beitrag, auf den dies antwortet, ist nicht mehr da; es wäre also ein eigener Beitrag. Bitte vor dem Veröffentlichen nachsehen, wohin er geht.
writing-late = Seit dieses Formular geöffnet wurde, gab es eine neue Anmeldung; es wurde darum nichts davon getan. Bitte durchsehen und noch einmal senden.
writing-late-title = Abgemeldet
writing-late-words = Nichts wurde veröffentlicht, und nichts ist verloren. Bitte in einem anderen Fenster anmelden und dann hier weitermachen.
writing-late-log-in = In einem neuen Fenster anmelden
writing-late-text = Was geschrieben war
writing-late-go-on = Damit weitermachen
writing-restored = Das war schon geschrieben und noch nicht veröffentlicht.
writing-throw-away = Verwerfen
writing-offers = Vorschläge
writing-drafts = Entwürfe und künftige Beiträge
writing-drafts-none = Es gibt keine Entwürfe, und nichts wartet auf seine Stunde.
writing-draft-wordless = Noch ohne Worte.
writing-draft-kept = Behalten
writing-draft-files = { $count ->
    [one] { $count-shown } Datei
   *[other] { $count-shown } Dateien
}
writing-draft-open = Weiterschreiben
writing-draft-delete = Entwurf löschen
writing-draft-delete-sure = Diesen Entwurf löschen? Er lässt sich nicht zurückholen.
writing-to-come = Künftige Beiträge
writing-comes = Erscheint
writing-refused = Er konnte nicht veröffentlicht werden:
writing-cancel = Nicht veröffentlichen, zum Entwurf machen
writing-rewrite = Löschen und neu schreiben
writing-rewrite-hint = Der Beitrag wird gelöscht, mit Favoriten, Weitergaben und der Verbindung zu seinen Antworten. Seine Worte und Dateien werden ein Entwurf, der sich ändern und wieder veröffentlichen lässt.
writing-rewrite-do = Löschen und neu schreiben
