# Beiträge, Fäden und Listen davon; Mitteilungen; Suche.
reading-not-confirmed = nicht bestätigt
reading-guest = Gast
reading-guest-of = Gast von @{ $name }
reading-sensitive = { $count ->
    [one] Eine heikle Datei
   *[other] { $count-shown } heikle Dateien
}
reading-files = { $count ->
    [one] 1 Datei
   *[other] { $count-shown } Dateien
}
reading-picture = Bild
reading-video = Video
reading-sound = Ton
reading-file = Datei
reading-not-described = Ein Bild ohne Beschreibung
reading-video-not-described = Ein Video ohne Beschreibung
reading-sound-not-described = Ein Ton ohne Beschreibung
reading-poll-one = Eine Antwort wählen
reading-poll-several = Eine oder mehrere Antworten wählen
reading-vote = Abstimmen
reading-poll-voters = { $count ->
    [one] 1 Person hat abgestimmt
   *[other] { $count-shown } Personen haben abgestimmt
}
reading-poll-ends = endet
reading-poll-over = beendet
reading-poll-open = offen
reading-poll-mine = eigene Stimme
reading-boosted-by = Geteilt von { $name }
reading-in-answer-to = Antwort an
reading-removed = Die Moderation hat diesen Beitrag entfernt; nur Du siehst ihn noch.
reading-queued = Die Moderation liest diesen Beitrag, bevor andere ihn sehen.
reading-pending = Die Gemeinschaft hat diesen Beitrag noch nicht aufgenommen.
reading-filtered = Gefunden vom Filter „{ $name }“
reading-edited = bearbeitet
reading-read-by = Gelesen von:
reading-locked = keine weiteren Antworten
reading-answers = { $count ->
    [one] 1 Antwort
   *[other] { $count-shown } Antworten
}
reading-boosts = { $count ->
    [one] 1 Mal geteilt
   *[other] { $count-shown } Mal geteilt
}
reading-favourites = { $count ->
    [one] 1 Favorit
   *[other] { $count-shown } Favoriten
}
reading-to-everybody = Alle
reading-to-quietly = Alle, nicht beworben
reading-to-followers = Wer { $name } folgt
reading-to-named = Nur wer darin genannt ist
reading-to-our-people = Leute von { $name }
reading-to-members-only = Mitglieder der Gemeinschaft
reading-to-members = Mitglieder von { $name }
reading-to-members-at = Mitglieder von { $name } bei { $other }
reading-to-members-of = Mitglieder von { $name }, einer Gemeinschaft bei { $other }
reading-and-more = { $name } und { $count-shown } weiteren

reading-answer = { $name } antworten
reading-boost = Beitrag von { $name } teilen
reading-favourite = Beitrag von { $name } favorisieren
reading-bookmark = Lesezeichen für den Beitrag von { $name }
reading-more-of = Mehr zum Beitrag von { $name }
reading-who-favourited = Wer das favorisiert hat
reading-at-origin = Öffnen, wo es geschrieben wurde
reading-edit = Bearbeiten
reading-delete = Löschen …
reading-pin = An das Profil heften
reading-unpin = Vom Profil lösen
reading-mute = Keine Mitteilungen mehr zu diesem Faden
reading-unmute = Wieder Mitteilungen zu diesem Faden
reading-report = Melden …

reading-seen-before = Ab hier ist alles schon bekannt
reading-pages = Seiten
reading-further-pages = Weitere Antworten
reading-newest = Neueste Beiträge
reading-older = Ältere Beiträge
reading-newest-first = Neueste
reading-earlier = Frühere
reading-arrived = { $count ->
    [one] 1 neuer Beitrag
   *[other] { $count-shown } neue Beiträge
}

reading-wrote = { $name } schrieb
reading-deleted = Dieser Beitrag wurde gelöscht, von der Person, die ihn schrieb.
reading-rootless = Dies antwortet auf etwas, das hier nicht gezeigt wird.
reading-beginning = Zum Anfang des Fadens
reading-to-answer = Zum Antworten in der eigenen App suchen nach
reading-your-answer = Deine Antwort
reading-no-answers = Dieser Faden nimmt keine Antworten mehr an.
reading-earlier-answers = Frühere Antworten
reading-latest-answer = Die neueste Antwort
reading-further-answers = { $count ->
    [one] 1 weitere Antwort
   *[other] { $count-shown } weitere Antworten
}

reading-views = Ansichten
reading-home = Start
reading-home-empty = Hier ist noch nichts. Was in Gemeinschaften und von Leuten geschrieben wird, denen Du folgst, kommt hierher.
reading-find-communities = Gemeinschaften finden
reading-find-people = Leute finden
reading-public-here = Öffentlich hier
reading-public-all = Öffentlich überall
reading-public-empty = Noch hat niemand etwas öffentlich geschrieben.
reading-bookmarks = Lesezeichen
reading-bookmarks-empty = Noch keine Lesezeichen. Das Lesezeichen unter einem Beitrag bewahrt ihn hier auf; sonst sieht das niemand.
reading-my-favourites = Favoriten
reading-favourites-empty = Noch keine Favoriten. Der Stern unter einem Beitrag sagt, dass er gefällt.
reading-lists = Listen
reading-lists-empty = Es gibt keine Listen. Apps können sie anlegen: für Leute, die getrennt vom Start gelesen werden.
reading-list-empty = In diese Liste ist noch nichts gekommen.

reading-delete-title = Diesen Beitrag löschen?
reading-delete-words = Er wird hier gelöscht, und andere Knoten, die ihn haben, werden gebeten, ihn zu löschen. Das lässt sich nicht rückgängig machen.
reading-delete-yes = Löschen
reading-delete-no = Behalten

reading-report-title = Einen Beitrag melden
reading-report-to-community = Die Moderation von { $name } liest die Meldung.
reading-report-to-node = Die Moderation dieses Knotens liest die Meldung.
reading-report-rules = Die Regeln
reading-report-why = Was ist damit?
reading-report-spam = Es ist Spam
reading-report-legal = Es verstößt gegen das Gesetz
reading-report-violation = Es verstößt gegen die Regeln
reading-report-other = Etwas anderes
reading-report-comment = Was sollte die Moderation wissen?
reading-report-forward = Auch der Moderation von { $name } sagen, ohne Deinen Namen
reading-report-send = Meldung senden
reading-report-cancel = Zurück, ohne zu melden
reading-reported-title = Die Meldung ist gesendet
reading-reported-words = Die Moderation sieht sich an, was { $name } geschrieben hat. Die Entscheidung wird mitgeteilt.
reading-to-home = Zum Start

reading-history = Wie dieser Beitrag früher lautete
reading-history-now = jetzt
reading-history-first = zuerst
reading-back-to-post = Zurück zum Beitrag
reading-nobody-yet = Noch niemand.

reading-notifications = Mitteilungen
reading-notifications-empty = Noch nichts. Antworten, Favoriten, Bitten und Entscheidungen kommen hierher.
reading-told-anew = Neues anzeigen
reading-all = Alle
reading-mentions = Erwähnungen
reading-about-posts = Eigene Beiträge
reading-requests = Zu entscheiden
reading-mark-read = Alle als gelesen markieren
reading-dismiss-all = Alle verwerfen
reading-dismiss-all-sure = Alle Mitteilungen endgültig verwerfen?
reading-dismiss = Verwerfen: { $name }
reading-the-post = Der Beitrag
reading-let-follow = Folgen lassen
reading-refuse-follow = Ablehnen
reading-who-two = { $name } und { $other }
reading-who-more = { $count ->
    [one] { $name } und 1 weitere Person
   *[other] { $name } und { $count-shown } weitere
}
reading-told-mention = Erwähnt von { $name }
reading-told-boost = Eigener Beitrag geteilt von { $name }
reading-told-favourite = Eigener Beitrag als Favorit von { $name }
reading-told-follow = Neu unter den Folgenden: { $name }
reading-told-follow-request = { $name } möchte Dir folgen
reading-told-edit = { $name } hat einen Beitrag bearbeitet, auf den Du geantwortet oder den Du geteilt hast
reading-told-quoted-edit = { $name } hat einen Beitrag bearbeitet, den Du zitierst
reading-told-status = Neuer Beitrag von { $name }
reading-told-quote = Eigener Beitrag zitiert von { $name }
reading-told-poll = Eine Umfrage von { $name }, in der Du abgestimmt hast, ist beendet
reading-told-own-poll = Deine Umfrage ist beendet
reading-told-other = Etwas ist geschehen
reading-told-sign-up = { $name } hat sich angemeldet
reading-told-report = Es gibt eine neue Meldung
reading-told-report-closed = Eine Deiner Meldungen ist erledigt
reading-told-warning = Die Moderation hat etwas entschieden, das Dich betrifft
reading-told-scheduled = Ein geplanter Beitrag konnte nicht veröffentlicht werden
reading-told-seat = { $name } bittet um Aufnahme in { $other }
reading-told-newcomer = { $name } ist neu in { $other }
reading-told-offered = { $name } bietet eine Vereinbarung an
reading-told-held = Die Vereinbarung mit { $name } ruht, bis sie bestätigt wird
reading-told-ended = Die Vereinbarung mit { $name } ist beendet
reading-told-lapsed = Niemand hat rechtzeitig auf das Angebot zwischen uns und { $name } geantwortet
reading-told-unreachable = { $name } nimmt nicht an, was wir senden
reading-told-alarm = { $name } tut weit mehr als gewohnt
reading-to-moderation = Zu den Meldungen
reading-to-requests = Zu den Bitten
reading-to-community = Zur Gemeinschaft
reading-to-partners = Zu den Partnern

reading-search = Suchen
reading-search-for = Suche: { $name }
reading-search-what = Wörter, ein Name, ein Schlagwort oder eine Adresse
reading-search-how = Wie gesucht wird
reading-search-nothing = Zu „{ $name }“ wurde nichts gefunden. Vielleicht mit weniger Wörtern, oder mit der ganzen Adresse dessen, was anderswo ist.
reading-how-words = Wörter, die beieinander stehen; ein Wort, das nicht dabei ist
reading-how-from = von jemandem geschrieben, von Dir selbst
reading-how-in = in einer Gemeinschaft; in dem, was Du geschrieben oder aufbewahrt hast oder worin Du genannt bist
reading-how-has = mit Dateien, nur Antworten, in einer Sprache
reading-how-when = vor einem Tag, danach, an ihm
reading-how-address = jemand oder etwas auf einem anderen Knoten
reading-posts = Beiträge
reading-people = Leute
reading-communities = Gemeinschaften
reading-tags = Schlagwörter
