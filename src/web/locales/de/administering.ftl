# Für die Verwaltung.
# Die Wege zwischen den Seiten.
administering-title = Verwaltung
administering-ways = Seiten der Verwaltung
administering-overview = Übersicht
administering-people = Personen
administering-partners = Partner
administering-peers = Andere Server
administering-policies = Richtlinien
administering-announcements = Bekanntmachungen
administering-emojis = Eigene Emoji
administering-appearance = Aussehen
administering-audit = Prüfprotokoll
administering-jobs = Warteschlangen
administering-storage = Speicher
administering-health = Zustand
administering-start = Erste Schritte
administering-pages = Seiten
administering-older = Ältere
administering-done = Erledigt.
administering-all = Alle
administering-find = Suchen
administering-filter = Filter
administering-save = Speichern
administering-change = Ändern
administering-remove = Entfernen
administering-cancel = Abbrechen
administering-open = Öffnen
administering-yes = ja
administering-no = nein
administering-none = keine
administering-on = ein
administering-off = aus
administering-never = nie
administering-from = ab
administering-until = bis
administering-unbounded = ohne Grenze
administering-at = Wann
administering-at-least = mindestens { $name }
administering-reason = Grund
administering-take-back = Zurücknehmen
administering-person = Person

# Übersicht.
administering-waits = Was auf dich wartet
administering-waits-nothing = Nichts wartet. Soweit dieser Knoten weiß, ist alles in Ordnung.
administering-look = bitte ansehen
administering-steps-open = { $count ->
    [one] Einer der ersten Schritte ist offen
   *[other] { $count-shown } der ersten Schritte sind offen
}
administering-waits-recovering = Der Knoten wurde wiederhergestellt und wartet auf ein Wort: intermoot recover status auf seinem Rechner ausführen
administering-waits-held = { $count ->
    [one] Ein Austritt wird angehalten, bis jemand anderes in der Verwaltung ihn bestätigt
   *[other] { $count-shown } Austritte werden angehalten, bis jemand anderes in der Verwaltung sie bestätigt
}
administering-waits-people = { $count ->
    [one] Eine Person bittet um ein Konto
   *[other] { $count-shown } Personen bitten um ein Konto
}
administering-waits-offers = { $count ->
    [one] Ein Angebot eines Partners wartet auf Antwort
   *[other] { $count-shown } Angebote von Partnern warten auf Antwort
}
administering-waits-reports = { $count ->
    [one] Eine Meldung ist offen
   *[other] { $count-shown } Meldungen sind offen
}
administering-waits-failed = { $count ->
    [one] Aus einem Ereignis konnte nichts folgen
   *[other] Aus { $count-shown } Ereignissen konnte nichts folgen
}
administering-waits-heads = Die Köpfe des Prüfprotokolls außerhalb der Datenbank sind nicht lesbar
administering-waits-lost = { $count ->
    [one] Ein Server antwortet seit 30 Tagen nicht
   *[other] { $count-shown } Server antworten seit 30 Tagen nicht
}
administering-waits-failing = { $count ->
    [one] Ein Server antwortet nicht
   *[other] { $count-shown } Server antworten nicht
}
administering-tile-people = Personen
administering-tile-active = aktiv in 30 Tagen
administering-tile-peers = bekannte Server
administering-federation = Verbunden mit
administering-version = Version
administering-notes = Hinweise zu den Einstellungen

# Personen.
administering-new-person = Neue Person
administering-new-person-words = Das Konto wird sofort angelegt, mit einem Anmelde-Link zum Weitergeben.
administering-make-person = Konto anlegen
administering-find-person = Name oder E-Mail-Adresse, vom Anfang an
administering-standing = Stand
administering-nobody = Noch ist niemand hier.
administering-nobody-found = Niemand passt dazu.
administering-all-people = Alle Personen
administering-guest = Gast
administering-username = Benutzername
administering-display-name = Angezeigter Name (darf leer sein)
administering-email = E-Mail-Adresse
administering-role = Rolle auf diesem Knoten
administering-role-of = Rolle
administering-change-role = Rolle ändern
administering-works-here = Arbeitet für { $name }
administering-job = Funktion (darf leer sein)
administering-unit = Abteilung (darf leer sein)
administering-link-title = Ein Anmelde-Link
administering-link-words = Diesen Link nur an { $name } weitergeben: Wer ihn öffnet, ist als diese Person angemeldet. Er gilt einmal, eine Stunde lang, und wird nur jetzt gezeigt.
administering-to-person = Weiter zu { $name }
administering-since = Hier seit
administering-seen = Zuletzt angemeldet
administering-logged-in = Angemeldet mit
administering-browsers = { $count ->
    [one] einem Browser
   *[other] { $count-shown } Browsern
}
administering-apps = { $count ->
    [one] einer App
   *[other] { $count-shown } Apps
}
administering-second-factor = Zweiter Schritt der Anmeldung
administering-asks = Bittet um ein Konto
administering-no-words = Es wurde nichts dazu gesagt.
administering-approve = Annehmen
administering-reject-person = Ablehnen: nichts davon bleibt
administering-self = Das ist das eigene Konto. Über seinen Stand entscheiden andere; alles Weitere steht in den Einstellungen.
administering-no-rank = Der eigene Stand erlaubt keine Entscheidungen über dieses Konto.
administering-entering = Anmelden
administering-make-link = Anmelde-Link erzeugen
administering-log-out = Alle Sitzungen und Apps beenden
administering-second-factor-off = Zweiten Schritt ausschalten (Telefon verloren)
administering-enable = Anmelden wieder erlauben
administering-restore = Sperre aufheben
administering-keep-out = Diese Person fernhalten
administering-keep-out-words = Ohne Anmeldung bleibt alles Geschriebene da. Mit Sperre sieht außerdem niemand Profil und Beiträge. Beides lässt sich zurücknehmen.
administering-reason-person = Grund, wird der Person mitgeteilt
administering-disable = Anmelden verbieten
administering-suspend = Konto sperren
administering-work = Arbeit
administering-does-work = { $name } bestätigt, dass diese Person dort arbeitet; andere sehen das Abzeichen.
administering-does-not-work = { $name } bestätigt nicht, dass diese Person dort arbeitet.
administering-change-work = Funktion und Abteilung ändern
administering-confirm-work = Mitarbeit bestätigen
administering-withdraw-work = Bestätigung zurücknehmen
administering-leaving = Austritt
administering-leaving-words = Der Austritt beendet die Anmeldung und alles, was über die Organisation gehalten wird, hier und bei allen Partnern. Vorher steht da, was geschieht.
administering-has-left = Diese Person ist ausgetreten. Wieder anmelden lassen bringt sonst nichts zurück.
administering-return = Wieder anmelden lassen

# Austritt.
administering-off-board = Austritt…
administering-off-board-of = Austritt von { $name }
administering-off-board-now = Austritt von { $name } jetzt vollziehen
administering-off-boardings = Ausgetretene
administering-nobody-left = Noch ist niemand ausgetreten. Zum Vollziehen die Seite der Person unter Personen öffnen.
administering-receipts = Quittungen
administering-left = { $name } ist ausgetreten
administering-left-undone = Zurückgenommen
administering-left-held = Angehalten: Sitze ruhen, bis jemand anderes in der Verwaltung bestätigt
administering-left-nowhere = Keine Sitze anderswo
administering-left-confirmed = { $name } von { $other } bestätigt
administering-ahead = Was geschehen wird
administering-ahead-self = Das ist das eigene Konto: Danach ist es abgemeldet, und jemand anderes muss den Knoten verwalten.
administering-ahead-held = In dieser Stunde sind so viele ausgetreten, dass es angehalten wird: Sitze anderswo ruhen sofort und enden, wenn jemand anderes in der Verwaltung bestätigt.
administering-ahead-sessions = { $count ->
    [one] Eine Sitzung oder App wird abgemeldet; niemand meldet sich mehr mit diesem Konto an.
   *[other] { $count-shown } Sitzungen und Apps werden abgemeldet; niemand meldet sich mehr mit diesem Konto an.
}
administering-ahead-here = { $count ->
    [one] Ein Sitz in einer Gemeinschaft hier endet.
   *[other] { $count-shown } Sitze in Gemeinschaften hier enden.
}
administering-ahead-nowhere = Kein Sitz anderswo wird über die Organisation gehalten.
administering-ahead-elsewhere = { $count ->
    [one] Ein Sitz anderswo endet; sofort benachrichtigt und um Quittung gebeten: { $name }.
   *[other] { $count-shown } Sitze anderswo enden; sofort benachrichtigt und je um Quittung gebeten: { $name }.
}
administering-ahead-scheduled = { $count ->
    [one] Ein geplanter Beitrag wird nicht veröffentlicht.
   *[other] { $count-shown } geplante Beiträge werden nicht veröffentlicht.
}
administering-ahead-invitations = { $count ->
    [one] Eine offene Einladung endet.
   *[other] { $count-shown } offene Einladungen enden.
}
administering-ahead-guests = { $count ->
    [one] Ein Gast, für den diese Person bürgt, verliert den Zugang.
   *[other] { $count-shown } Gäste, für die diese Person bürgt, verlieren den Zugang.
}
administering-ahead-review = Wen sie in den letzten 30 Tagen aufgenommen hat, ruht, bis jemand nachsieht.
administering-ahead-stays = Geschriebenes bleibt, wo es ist, ebenso Sitze, die ihr selbst gehören.
administering-reason-receipt = Grund, für die Quittung (Partner erfahren ihn nicht)
administering-held-title = Angehalten
administering-held-words = Zu viele sind auf einmal ausgetreten. Jemand anderes in der Verwaltung bestätigt; gibt es niemanden, dieselbe Person mit Passwort.
administering-own-password = Eigenes Passwort
administering-confirm-held = Bestätigen: die Sitze enden
administering-undo-held = Zurücknehmen
administering-seats-elsewhere = Sitze anderswo
administering-confirmed = bestätigt
administering-unconfirmed = noch nicht bestätigt
administering-told = { $count ->
    [one] einmal benachrichtigt
   *[other] { $count-shown }-mal benachrichtigt
}
administering-again = wieder
administering-receipt-words = Ein Sitz gilt als beendet, wenn es der unterschriebene Eintrag seines Knotens sagt. Neu laden zeigt, was inzwischen kam.
administering-given = In 30 Tagen von dieser Person aufgenommen
administering-given-words = Diese Sitze ruhen. Behalten, wer dorthin gehört, den Rest beenden.
administering-keep = Behalten
administering-end-seat = Beenden
administering-others-decide = Die Moderation dort entscheidet.

# Einladungen.
administering-invites = Einladungen
administering-invites-none = Keine Einladung ist offen.
administering-make-invite = Einladung erstellen
administering-no-invites = Solange registration.mode offen oder geschlossen ist, bedeuten Einladungen nichts; das steht in den Einstellungen.
administering-invite-uses = { $name } von { $other } sind gekommen; gilt bis

# Partner.
administering-partners-words = Eine Vereinbarung sagt, welche Gemeinschaften zwei Knoten teilen und zu welchen Bedingungen. Beide Organisationen unterschreiben; jede kann sie allein enger fassen oder beenden.
administering-partners-none = Noch gibt es keinen Partner. Dem Knoten einer anderen Firma eine Vereinbarung anbieten.
administering-propose = Vereinbarung anbieten
administering-propose-words = Die Verwaltung des anderen Knotens liest diese Bedingungen und unterschreibt sie oder nicht. Vorher wird nichts geteilt.
administering-propose-now = Angebot unterschreiben und senden
administering-waits-for-you = wartet auf Antwort von hier
administering-read-terms = Lesen
administering-version-number = Fassung { $name }
administering-suspended-here = von uns ausgesetzt
administering-suspended-there = von ihnen ausgesetzt
administering-held = angehalten bis zur Bestätigung
administering-quarantined = in Quarantäne
administering-alarm = ungewöhnlich viele Vorgänge
administering-partner-host = Host des anderen Knotens
administering-change-terms = Bedingungen ändern
administering-change-terms-with = Bedingungen mit { $name } ändern
administering-change-terms-words = Engere Bedingungen gelten sofort; weitere sind ein Angebot, das die andere Seite unterschreiben muss.
administering-communities-under = Eine je Zeile: Namen von unseren oder Adressen beider Seiten.
administering-by-invitation-words = Sitze in anderen Gemeinschaften auf Einladung
administering-history-from = Dieser Tag (wo Verlauf ab einem Tag gilt)
administering-media-words = Dateien gehen zur anderen Seite
administering-contacts-under = Einer je Zeile: wer zu rufen ist.
administering-signed-by = Unterschrieben mit dem Schlüssel von { $name }.
administering-as-peer = Als Server
administering-terms = Bedingungen
administering-term = Bedingung
administering-no-terms = Keine Bedingungen gelten, und keine sind angeboten.
administering-in-force = In Kraft: Fassung { $name }
administering-offered-by = Angeboten von { $name }: Fassung { $other }
administering-changed = geändert
administering-added = Neu: { $name }.
administering-removed = Nicht mehr: { $name }.
administering-term-communities = Gemeinschaften
administering-term-by-invitation = Andere auf Einladung
administering-term-most-role = Höchste Rolle
administering-term-they-are = Ihre Leute sind für uns
administering-term-we-are = Unsere Leute sind für sie
administering-term-most-seats = Höchstens Sitze
administering-term-seats-per-day = Höchstens neue Sitze am Tag
administering-term-history = Was Neue lesen
administering-term-since = seit { $name }
administering-term-media = Dateien gehen mit
administering-term-retention = Tage, die Kopien bleiben
administering-term-contacts = Ansprechpartner
administering-term-ends = Endet
administering-answer-words = Beide Spalten lesen. Annehmen unterschreibt genau das hier Angebotene.
administering-approve-terms = Annehmen und unterschreiben
administering-reject-terms = Ablehnen
administering-reject-words = Die andere Seite erfährt es. Was gilt, bleibt, wie es ist.
administering-withdraw = Unser Angebot zurücknehmen
administering-resume = Fortsetzen: Sitze wieder benutzbar
administering-release = Quarantäne aufheben
administering-confirm-key = Mit Fingerabdruck bestätigen
administering-confirm-key-words = Die andere Seite anrufen und den Fingerabdruck vorlesen lassen. Eintippen, was zu hören ist.
administering-fingerprint = Vorgelesener Fingerabdruck
administering-shared = Was geteilt wird, in beide Richtungen
administering-shared-here = Ihre Leute in unseren Gemeinschaften
administering-shared-there = Unsere Leute in ihren Gemeinschaften
administering-shared-nothing = Noch niemand.
administering-people-count = { $count ->
    [one] eine Person
   *[other] { $count-shown } Personen
}
administering-accounts-count = { $count ->
    [one] ein Konto
   *[other] { $count-shown } Konten
}
administering-follows-count = { $count ->
    [one] eine Folgebeziehung
   *[other] { $count-shown } Folgebeziehungen
}
administering-seats-count = { $count ->
    [one] ein Sitz
   *[other] { $count-shown } Sitze
}
administering-agreements-count = { $count ->
    [one] eine Vereinbarung
   *[other] { $count-shown } Vereinbarungen
}
administering-communities-count = { $count ->
    [one] in einer Gemeinschaft
   *[other] in { $count-shown } Gemeinschaften
}
administering-roster-ours = Auf unserer Liste für sie
administering-roster-theirs = Auf ihrer Liste für uns
administering-known-here = Von ihnen hier bekannt
administering-acts = Ihre Vorgänge in dieser Stunde
administering-alarms = Alarme
administering-alarm-words = { $name } Vorgänge in einer Stunde; üblich sind höchstens { $other }
administering-keys = Fingerabdrücke der Schlüssel
administering-keys-words = Zu Beginn der Vereinbarung am Telefon vergleichen.
administering-our-key = Unserer
administering-their-key = Ihrer
administering-shown-key = Jetzt von ihnen gezeigt
administering-versions = Fassungen
administering-ending = Aussetzen, trennen, beenden
administering-reason-told = Grund, der anderen Seite mitgeteilt
administering-reason-ours = Grund, für die Verwaltung hier
administering-suspend-partner = Aussetzen
administering-suspend-words = Alle Sitze unter dieser Vereinbarung ruhen sofort, auf beiden Seiten. Nichts wird gelöscht; Fortsetzen bringt alles zurück.
administering-quarantine = Quarantäne
administering-quarantine-words = Für den Notfall: sofort kommt nichts mehr herein und geht nichts hinaus. Gesendetes bleibt als Beleg.
administering-end-partner = Endgültig beenden
administering-end-words = Alle Sitze unter dieser Vereinbarung enden, und die andere Seite soll vergessen, was sie von uns hat. Das lässt sich nicht zurücknehmen; es bräuchte eine neue Vereinbarung.

# Andere Server.
administering-peers-none = Kein solcher Server ist bekannt. Server erscheinen hier, wenn jemand dort Leuten folgt oder schreibt.
administering-host = Host
administering-software = Software
administering-queue = Wartend
administering-delivered = Nahm zuletzt etwas an
administering-received = Zuletzt gehört
administering-failing-since = Antwortet nicht seit
administering-next = Nächster Versuch
administering-known-since = Bekannt seit
administering-failures = Fehlschläge in Folge
administering-ties = Was uns damit verbindet
administering-blocked-by = Blockiert, durch eine Entscheidung über { $name }.
administering-silenced-by = Stummgeschaltet, durch eine Entscheidung über { $name }.
administering-what-to-do = Was möglich ist
administering-retry = Jetzt wieder versuchen
administering-unblock = Blockade aufheben
administering-unsilence = Stummschaltung aufheben
administering-forget = Vergessen
administering-decide = Einen Host blockieren oder stummschalten
administering-decide-words = Blockiert erreicht niemand von dort oder darunter diesen Knoten. Stummgeschaltet hören die Leute dort nur, wer ihnen folgt. Beides gilt für alle Hosts darunter.
administering-block = Blockieren
administering-silence = Stummschalten

# Richtlinien.
administering-policies-words = Die Richtlinie dieses Knotens bindet alle in seinen Gemeinschaften. Eine veröffentlichte Fassung ändert sich nie.
administering-public-page = Die öffentliche Seite
administering-policies-none = Noch ist keine Fassung veröffentlicht. Oben die erste schreiben.
administering-new-version = Eine neue Fassung
administering-policy-title = Titel
administering-policy-text = Text (Markdown)
administering-preview = Vorschau
administering-publish = Veröffentlichen
administering-accepted-people = { $count ->
    [one] von einer Person angenommen
   *[other] von { $count-shown } Personen angenommen
}
administering-accepted = Wer sie angenommen hat
administering-accepted-none = Noch hat niemand diese Fassung angenommen.

# Bekanntmachungen.
administering-new-announcement = Eine neue Bekanntmachung
administering-change-announcement = Bekanntmachung ändern
administering-announcement-text = Was alle auf diesem Knoten erfahren
administering-starts = Gilt ab (UTC, darf leer sein)
administering-ends = Gilt bis (UTC, darf leer sein)
administering-all-day = Nur die Tage zählen
administering-announce = Bekanntmachen
administering-announcements-none = Nichts ist bekannt gemacht.
administering-holds = gilt jetzt
administering-holds-not = gilt jetzt nicht

# Emoji und Aussehen.
administering-new-emoji = Ein neues Emoji
administering-shortcode = Kürzel: Buchstaben, Ziffern und _
administering-category = Gruppe (darf leer sein)
administering-picture = Bild
administering-picture-under = PNG, GIF oder WebP, höchstens 256 KiB.
administering-add-emoji = Emoji hinzufügen
administering-emojis-none = Dieser Knoten hat keine eigenen Emoji.
administering-node-name = Name des Knotens
administering-node-name-under = Leer: { $name }, wie in den Einstellungen.
administering-node-description = Was dieser Knoten ist, in ein, zwei Sätzen
administering-accent = Akzentfarbe
administering-accent-under = Sechs Stellen wie #1b568a; leer für unsere. Wo sie nicht lesbar wäre, wird sie heller oder dunkler.
administering-logo = Logo
administering-logo-now = Das Logo jetzt
administering-no-logo = Logo entfernen

# Prüfprotokoll.
administering-audit-words = Jede Handlung, die Rechte ändert, steht hier, durch Prüfsummen verkettet. Was Leute schrieben, steht hier nicht.
administering-verify = Kette prüfen
administering-audit-whole = { $count ->
    [one] Der eine Eintrag ist, wie er geschrieben wurde; { $name } außerhalb der Datenbank bewahrte Köpfe stimmen.
   *[other] Alle { $count-shown } Einträge sind, wie sie geschrieben wurden; { $name } außerhalb der Datenbank bewahrte Köpfe stimmen.
}
administering-audit-broken = Eintrag { $name } des Prüfprotokolls: { $other }.
administering-audit-no-heads = Die außerhalb der Datenbank bewahrten Köpfe sind nicht lesbar: siehe Protokoll des Knotens.
administering-audit-none = Kein Eintrag passt.
administering-actor = Wer
administering-act = Was
administering-object = Woran
administering-number = Nummer
administering-details = Einzelheiten

# Warteschlangen und Speicher.
administering-queue-inbox = Empfangen, noch anzuwenden
administering-queue-again = Davon: einmal gescheitert, wird wiederholt
administering-queue-events = Geschehenes, dem noch etwas folgt
administering-queue-failed = Nach fünf Versuchen aufgegeben
administering-queue-media = Dateien in Arbeit
administering-queue-unfit = Dateien, aus denen nichts wurde
administering-queue-letters = Zu sendende Mails
administering-queue-pushes = Zu sendende Push-Mitteilungen
administering-queue-scheduled = Geplante Beiträge
administering-queue-backfills = Zu holende Verläufe und Fäden
administering-queue-peers = Was auf Server wartet, die nicht antworten
administering-failed-words = Jedes wurde fünfmal versucht. Noch ein Versuch schadet nicht.
administering-retry-all = Alle noch einmal versuchen
administering-bytes = { $count-shown } Bytes
administering-kilobytes = { $count-shown } kB
administering-megabytes = { $count-shown } MB
administering-size-database = Datenbank
administering-size-inbox = Darin: Empfangenes
administering-size-log = Darin: zu Sendendes
administering-size-emojis = Darin: Emoji
administering-size-cache = Dateien anderer, vorläufig bewahrt
administering-size-data = Alle Dateien im Datenordner
administering-count-accounts = Konten, eigene und fremde
administering-count-posts = Beiträge, eigene und fremde
administering-count-media = Dateien unserer Leute
administering-data-dir = Der Datenordner ist
administering-backup-words = Alles sichert im laufenden Betrieb

# Zustand.
administering-health-since = Minute für Minute seit
administering-health-utc = Zeiten in UTC; ein Neustart beginnt von vorn.
administering-health-none = Die erste Minute ist noch nicht vorbei. Gleich neu laden.
administering-plot-table = Als Tabelle, je Stunde
administering-plot-nothing = Nichts wartete auf jemanden.
administering-hour = Stunde
administering-plot-deliveries = Zustellungen
administering-plot-deliveries-note = Was dieser Knoten anderen sandte, je fünf Minuten.
administering-plot-taken = angenommen
administering-plot-not-taken = nicht angenommen
administering-plot-inbox = Eingang
administering-plot-inbox-note = Was andere sandten, je fünf Minuten, und was davon wartete.
administering-plot-kept = bewahrt
administering-plot-turned-away = abgewiesen
administering-plot-waiting = wartend
administering-plot-latency = Zeit bis zur Antwort, in Millisekunden
administering-plot-latency-note = Die Hälfte aller Antworten und 99 von 100 brauchten nicht länger; die schlechteste von fünf Minuten.
administering-plot-median = die Hälfte
administering-plot-slowest = 99 von 100
administering-plot-answers = Anfragen
administering-plot-answers-note = Antworten dieses Knotens, je fünf Minuten.
administering-plot-requests = beantwortet
administering-plot-faults = gescheitert
administering-plot-queues = Warteschlange je Server
administering-plot-queues-note = Was auf die Server wartete, auf die am meisten wartete.

# Erste Schritte.
administering-start-words = Jeder Schritt lässt sich überspringen und bleibt hier zu finden.
administering-start-done = { $name } von { $other } Schritten sind getan
administering-step-done = getan
administering-step-next = als Nächstes
administering-step-skipped = übersprungen
administering-step-skip = Überspringen
administering-step-take-up = Wieder aufnehmen
administering-step-password = Das eigene Passwort
administering-step-password-words = Du bist über einen einmaligen Link gekommen. Ein Passwort setzen, um wiederzukommen.
administering-step-password-go = Passwort setzen
administering-step-name = Name und Aussehen
administering-step-name-words = Was über jeder Seite steht: Name, Logo und Farbe des Knotens.
administering-step-name-go = Auswählen
administering-step-organisation = Organisation und ihr Nachweis
administering-step-organisation-words = Partner sehen deine Leute als Leute dieser Organisation. Sie steht in der Konfiguration, zusammen mit weiteren eigenen Hosts.
administering-step-organisation-go = Lesen
administering-organisation-is = Dieser Knoten gehört zu { $name }.
administering-organisation-no-hosts = Weitere eigene Hosts in der Konfiguration nennen:
administering-organisation-proof = Jeder weist es durch einen DNS-Eintrag nach:
administering-proven = nachgewiesen
administering-unproven = noch nicht nachgewiesen
administering-step-community = Erste Gemeinschaft
administering-step-community-words = Ein Ort für einen Zweck, für eigene Leute oder gemeinsam mit anderen.
administering-step-community-go = Gemeinschaft gründen
administering-step-partner = Erster Partner
administering-step-partner-words = Der Knoten einer anderen Firma, mit dem ihr Gemeinschaften zu beiderseits unterschriebenen Bedingungen teilt.
administering-step-partner-go = Vereinbarung anbieten
administering-step-people = Leute einladen
administering-step-people-words = Konten für Leute anlegen oder ihnen Einladungen senden.
administering-step-people-go = Konto anlegen
administering-step-app = Eine App verbinden
administering-step-app-words = Jede App für Mastodon geht. Sie fragt nach dem Namen des Servers:
administering-step-app-go = App verbinden

# Wörter des Glossars.
administering-word-active = aktiv
administering-word-pending = wartet auf Freigabe
administering-word-disabled = kann sich nicht anmelden
administering-word-suspended = gesperrt
administering-word-left = ausgetreten
administering-word-guests = Gäste
administering-word-team = Moderation und Verwaltung
administering-word-deleted = gelöscht
administering-word-silenced = stummgeschaltet
administering-word-unconfirmed = Adresse nicht bestätigt
administering-word-member = Mitglied
administering-word-moderator = Moderation
administering-word-admin = Verwaltung
administering-word-owner = Eigentümer
administering-word-observer = Beobachter
administering-word-contributor = Beitragende
administering-word-curator = Kuratorium
administering-word-local = nur dieser Knoten
administering-word-partners = Partner
administering-word-federated = Mitglieder überall
administering-word-public = öffentlich
administering-word-employee = Beschäftigte
administering-word-supplier = Lieferanten
administering-word-partner = Partner
administering-word-customer = Kunden
administering-word-shareholder = Anteilseigner
administering-word-competitor = Wettbewerber
administering-word-proposed = von uns angeboten
administering-word-offered = uns angeboten
administering-word-in_force = in Kraft
administering-word-ended = beendet
administering-word-rejected = abgelehnt
administering-word-lapsed = verfallen
administering-word-all = alles
administering-word-join = ab dem Beitritt
administering-word-since = seit einem Tag
administering-word-failing = antwortet nicht
administering-word-blocked = blockiert
administering-word-ours = Intermoot
administering-word-open = allen
administering-word-off = niemandem
