# Hereinkommen: anmelden, registrieren, und das eigene Konto.

# Anmelden
entering-log-in = Anmelden
entering-log-out = Abmelden
entering-log-in-to = Bei { $name } anmelden
entering-log-in-as = Als { $name } anmelden
entering-login = Benutzername oder E-Mail-Adresse
entering-password = Passwort
entering-your-password = Dein Passwort
entering-forgotten = Passwort vergessen?
entering-sign-up = Registrieren
entering-wrong-login = Dieser Benutzername und dieses Passwort gehören nicht zusammen.
entering-link-once = Dieser Link meldet einmal bei { $name } an. Danach wirkt er nicht mehr.
entering-one-more-step = Noch ein Schritt
entering-type-code = Bitte den sechsstelligen Code eingeben, den das Telefon für { $name } zeigt, oder einen der aufgeschriebenen Codes.
entering-code = Code
entering-wrong-code = Dieser Code stimmt nicht, oder er wurde schon verwendet.
entering-lost-both = Beides verloren? Die Verwaltung dieses Knotens kann diesen Schritt abschalten.
entering-too-long = Das hat zu lange gedauert, oder es waren zu viele Versuche. Bitte neu anmelden.
entering-look-into-mail = Sieh in deiner Post nach
entering-unconfirmed-sent = Die Adresse { $name } ist noch nicht bestätigt. Eine Mail mit einem neuen Link ist dorthin unterwegs.
entering-unconfirmed = Die Adresse ist noch nicht bestätigt. Bitte den Link in der letzten Mail öffnen.
entering-account-waits = Dein Konto wartet
entering-not-decided = Die Verwaltung hat noch nicht darüber entschieden. Bitte später wiederkommen.
entering-not-yet = Hier stimmt etwas noch nicht.

# Ein neues Passwort
entering-new-password = Neues Passwort
entering-forgotten-what = Bitte die E-Mail-Adresse des Kontos angeben. Ein Link, um ein neues Passwort zu setzen, geht dorthin.
entering-email = E-Mail-Adresse
entering-send-link = Link schicken
entering-no-mail = Dieser Knoten verschickt keine Mails. Ein neues Passwort gibt es bei seiner Verwaltung.
entering-link-sent = Wenn diese Adresse hier ein Konto hat, ist eine Mail mit einem Link dorthin unterwegs. Der Link wirkt einmal, eine Stunde lang.
entering-new-password-for = Ein neues Passwort für @{ $name }
entering-all-logged-out = Alle Apps und Browser, in denen du angemeldet bist, werden abgemeldet.
entering-new-password-of = Neues Passwort, mindestens { $count-shown } { $count ->
    [one] Zeichen
   *[other] Zeichen
  }
entering-set-password = Passwort setzen
entering-done = Erledigt
entering-password-set = Das Passwort ist gesetzt, und alle Apps und Browser wurden abgemeldet. Bitte mit dem neuen anmelden.

# Registrieren
entering-sign-up-at = Bei { $name } registrieren
entering-invites-you-here = lädt dich ein, hier ein Konto zu haben.
entering-username = Benutzername
entering-username-hint = Kleine Buchstaben, Ziffern und _. Alle sehen ihn, und er bleibt, wie er ist.
entering-email-hint = Eine Mail mit einem Link geht dorthin, zur Bestätigung. Nur die Verwaltung sieht die Adresse.
entering-password-of = Passwort, mindestens { $count-shown } { $count ->
    [one] Zeichen
   *[other] Zeichen
  }
entering-why = Warum möchtest du dazukommen?
entering-why-hint = Die Verwaltung liest es und entscheidet.
entering-accept = Ich stimme dem zu,
entering-accept-what = was dieser Knoten von seinen Leuten erwartet
entering-mail-confirm = Eine Mail ist an { $name } unterwegs. Der Link darin bestätigt die Adresse.
entering-mail-confirm-then = Eine Mail ist an { $name } unterwegs. Der Link darin bestätigt die Adresse. Dann entscheidet die Verwaltung über das Konto; eine Mail sagt es dir.
entering-decides = Die Verwaltung entscheidet darüber. Bitte später wiederkommen und mit Benutzername und Passwort anmelden.
entering-confirm-address = Adresse bestätigen
entering-address-of = { $name } ist die Adresse von @{ $other } auf diesem Knoten.
entering-it-is-mine = Ja, es ist meine
entering-thank-you = Danke
entering-confirmed = Die Adresse ist bestätigt. Jetzt zurück zur App, oder hier anmelden.
entering-confirmed-waits = Die Adresse ist bestätigt. Nun entscheidet die Verwaltung über das Konto; eine Mail sagt es dir.

# Eine App einlassen
entering-allow-app = Eine App zulassen
entering-allow-app-what = Darf „{ $name }“ dein Konto benutzen?
entering-allow-you = Du bist { $name }. Jeder kann einer App jeden Namen geben; wichtig ist, wohin sie führt:
entering-answer-goes-to = Die Antwort geht an
entering-answer-here = diese Seite: sie zeigt einen Code zum Kopieren
entering-app-website = Die App nennt als ihre Website
entering-app-may = Sie darf
entering-allow = Zulassen
entering-deny = Nicht zulassen
entering-may-administer = diesen Knoten verwalten
entering-may-see-administration = sehen, was die Verwaltung dieses Knotens sieht
entering-may-read = alles lesen, was du lesen kannst
entering-may-write = in deinem Namen schreiben, favorisieren, beitreten und ändern
entering-may-follow = in deinem Namen folgen, blockieren und stummschalten
entering-may-push = dir Mitteilungen schicken
entering-may-see-you = sehen, wer du bist
entering-may-change-some = in deinem Namen manches ändern
entering-may-read-some = manches lesen, was du lesen kannst
entering-denied = Du hast es nicht zugelassen. Diese Seite kann geschlossen werden.
entering-asked-wrongly = Die App wollte etwas, wofür sie nicht angemeldet ist, oder auf eine Weise, die es hier nicht gibt.
entering-unknown-app = Diese App ist hier nicht bekannt. Bitte zurück zur App gehen und dort noch einmal anmelden.
entering-unknown-answer = Die App will ihre Antwort an eine Adresse, die sie nicht angemeldet hat.
entering-your-code = Dein Code
entering-copy-code = Diesen Code kopieren und in { $name } einfügen. Er wirkt einmal, zehn Minuten lang.

# Per Mail eingeladen
entering-invitation = Einladung
entering-you-are-invited = Du bist eingeladen
entering-invited-to = { $inviter } lädt dich in die Gemeinschaft { $community } von { $organisation } ein, als { $role }.
entering-role-observer = Beobachter
entering-role-member = Mitglied
entering-role-contributor = Mitwirkender
entering-role-curator = Kurator
entering-role-moderator = Moderator
entering-role-owner = Eigentümer
entering-who-invites = Wer dich einlädt
entering-community = Die Gemeinschaft
entering-what-for = Wofür sie da ist
entering-link-works-until = Dieser Link wirkt einmal, bis
entering-until = Bis
entering-own-node = Meine Organisation hat einen Knoten
entering-own-node-what = Du behältst dein eigenes Konto, und deine Organisation steht hinter dir. Gib an, für welches Konto die Einladung ist; dort nimmst du sie dann an.
entering-handle = Dein Name mit Knoten
entering-invite-account = Dieses Konto einladen
entering-guest = Hier zu Gast
entering-guest-what = Du bekommst ein Konto auf { $name } und giltst für alle sichtbar als Gast von { $other }.
entering-display-name = Angezeigter Name
entering-accept-this = Ich stimme dem zu
entering-come-as-guest = Als Gast kommen
entering-no-thanks = Nein, danke
entering-declined = Abgelehnt
entering-declined-what = Die Einladung ist vorbei; niemand erfährt deine Gründe.
entering-welcome = Willkommen
entering-guest-now = Du bist auf diesem Knoten als @{ $name } zu Gast und Mitglied von { $other }.
entering-guest-reads-here = Lesen und schreiben kannst du hier:
entering-guest-app = Oder mit jeder App für Mastodon: dort die Adresse { $name } angeben und mit Benutzername und Passwort anmelden. Die Gemeinschaft heißt dort { $other }.
entering-go-home = Weiter
entering-at-your-node = Noch ein Schritt, auf deinem Knoten
entering-handed-over = Die Einladung in { $name } gilt jetzt für @{ $other } und für sonst niemanden. Dieser Link hat seine Arbeit getan.
entering-accept-there = Nimm sie auf deinem eigenen Knoten an: suche dort nach { $name } und tritt bei (in einer App für Mastodon: folgen). Um abzulehnen, ist nichts zu tun.

# Das eigene Konto
entering-settings = Dein Konto
entering-password-now = Dein jetziges Passwort
entering-others-logged-out = Alle Apps und alle anderen Browser werden abgemeldet.
entering-change-password = Passwort ändern
entering-password-changed = Das Passwort ist geändert, und alles andere wurde abgemeldet.
entering-wrong-password = Das ist nicht dein Passwort.
entering-set-password-first = Bitte zuerst ein Passwort setzen.
entering-your-address = Deine Adresse ist { $name }.
entering-new-address = Neue Adresse
entering-change-address = Adresse ändern
entering-no-mail-no-address = Dieser Knoten verschickt keine Mails; eine andere Adresse könnte nicht bestätigt werden.
entering-address-asked = Eine Mail ist an die neue Adresse unterwegs. Sie gilt, sobald der Link darin geöffnet ist; bis dahin bleibt die alte.

# Profil
entering-profile = Profil
entering-profile-what = Dein Name, Bilder, und was andere über dich lesen
entering-profile-kept = Dein Profil ist geändert.
entering-see-profile = Ansehen
entering-pictures = Bilder
entering-avatar = Profilbild
entering-avatar-now = Dein jetziges Profilbild
entering-no-avatar = Profilbild wegnehmen
entering-header = Bild über dem Profil
entering-header-now = Das jetzige Bild über deinem Profil
entering-no-header = Bild über dem Profil wegnehmen
entering-pictures-hint = { $count ->
    [one] JPEG, PNG, GIF oder WebP, höchstens { $count-shown } Megabyte. Wo und wann es aufgenommen wurde, wird entfernt.
   *[other] JPEG, PNG, GIF oder WebP, höchstens { $count-shown } Megabyte. Wo und wann es aufgenommen wurde, wird entfernt.
  }
entering-about-you = Über dich
entering-note = In eigenen Worten
entering-note-hint = { $count ->
    [one] Höchstens { $count-shown } Zeichen. Adressen, @Namen und #Schlagwörter werden zu Links.
   *[other] Höchstens { $count-shown } Zeichen. Adressen, @Namen und #Schlagwörter werden zu Links.
  }
entering-fields = Weitere Zeilen
entering-fields-hint = Etwa „Sprachen“ und „Deutsch, Englisch“. Leere Zeilen fallen weg.
entering-field-name = Name der Zeile { $count-shown }
entering-field-value = Text der Zeile { $count-shown }
entering-field-name-short = Name
entering-field-value-short = Text
entering-others = Andere
entering-locked = Ich entscheide, wer mir folgen darf
entering-locked-hint = Neue Folgende warten auf dein Ja.
entering-discoverable = Ich darf gefunden werden
entering-discoverable-hint = In Verzeichnissen, beim Suchen nach deinen Beiträgen und von Suchmaschinen.
entering-hides-circles = Wem ich folge und wer mir folgt, geht niemanden etwas an
entering-hides-circles-hint = Andere sehen, wie viele es sind, aber nicht, wer. In privaten Gemeinschaften kennen sich die Menschen dennoch.
entering-bot = Dieses Konto ist ein Programm
entering-bot-hint = Andere sehen, dass Beiträge hier von selbst entstehen.
entering-keep-profile = Profil speichern
entering-works-for = Deine Organisation
entering-works-for-nobody = Dieser Knoten sagt nicht, für wen du arbeitest. Seine Verwaltung kann das ändern.
entering-works-for-who = Dieser Knoten steht dafür ein, überall neben deinem Namen. Ändern kann es seine Verwaltung, nicht du.

# Vorlieben
entering-preferences = Vorlieben
entering-preferences-what = Sprache der Seiten, und wie neue Beiträge beginnen
entering-preferences-kept = Deine Vorlieben sind gespeichert.
entering-pages = Seiten
entering-locale = Sprache
entering-locale-browser = Wie mein Browser es wünscht
entering-new-posts = Neue Beiträge
entering-audience = Wer sie liest, wenn ich nichts anderes wähle
entering-audience-public = Alle
entering-audience-unlisted = Alle, aber in keinen Listen
entering-audience-private = Folgende
entering-audience-direct = Nur die Erwähnten
entering-audience-hint = In einer Gemeinschaft lesen sie deren Mitglieder, und nie mehr als das.
entering-language = Ihre Sprache
entering-language-hint = Ein Sprachkürzel wie en, de oder pt-BR. Es hilft anderen beim Finden, Filtern und Übersetzen.
entering-sensitive = Meine Bilder sind heikel
entering-sensitive-hint = Sie sind verdeckt, bis jemand sie aufdeckt.
entering-keep-preferences = Vorlieben speichern
entering-no-such-choice = Das steht nicht zur Wahl.

# Apps
entering-connect-app = Eine App verbinden
entering-connect-app-what = Die Adresse zum Eingeben, und passende Apps
entering-app-type = Die Adresse zum Eingeben
entering-app-type-what = Wo eine App nach dem Server oder der Instanz fragt, gehört hin:
entering-app-then = Sie öffnet dann diesen Knoten im Browser, zum Anmelden und Zulassen. Andere finden dich als { $name }.
entering-which-app = Welche App
entering-any-app = Jede App für Mastodon geht, zum Beispiel:
entering-app-browser = Im Browser
entering-app-android = Android
entering-app-apple = iPhone, iPad und Mac
entering-app-terminal = Im Terminal
entering-on-phone = Auf dem Telefon ohne App
entering-on-phone-what = Die Kamera auf dieses Bild richten und dort anmelden.
entering-qr-of-node = QR-Code von { $name }
entering-connected-apps = Apps mit Zugang zu deinem Konto

# Wo man angemeldet ist
entering-sessions = Wo du angemeldet bist
entering-sessions-what = Browser und Apps, und wie man sie abmeldet
entering-browsers = Browser
entering-browser = Ein Browser
entering-browser-on = { $name } auf { $other }
entering-this-one = dieser
entering-since = Seit
entering-last-used = zuletzt benutzt
entering-apps = Apps
entering-no-apps = Keine App hat Zugang zu deinem Konto.
entering-take-away = Zugang nehmen
entering-end-others-what = Überall abmelden, nur hier nicht: jeden anderen Browser und jede App.
entering-end-others = Überall sonst abmelden

# Der zweite Schritt
entering-second-step = Zweiter Schritt beim Anmelden
entering-second-step-short-on = An: ein Code vom Telefon wird verlangt
entering-second-step-short-off = Aus: das Passwort allein meldet an
entering-second-step-on = Der zweite Schritt ist an
entering-second-step-is-on = Er ist an: nach dem Passwort wird ein Code vom Telefon verlangt.
entering-codes-left = { $count ->
    [one] Von den aufgeschriebenen Codes ist noch { $count-shown } übrig.
   *[other] Von den aufgeschriebenen Codes sind noch { $count-shown } übrig.
  }
entering-switch-on = Einschalten
entering-switch-off = Ausschalten
entering-second-step-why = Beim Anmelden kann neben dem Passwort ein sechsstelliger Code verlangt werden, den eine App auf dem Telefon zeigt, alle halbe Minute ein neuer. Wer das Passwort erfährt, kommt dann trotzdem nicht hinein.
entering-authenticators = Nötig ist eine Authenticator-App wie Aegis, Ente Auth oder die Passwortverwaltung des Telefons.
entering-begin = Beginnen
entering-give-key = 1. Den Schlüssel ins Telefon bringen
entering-scan-key = Dieses Bild mit der Authenticator-App einlesen.
entering-qr-of-key = QR-Code des Schlüssels; der Schlüssel steht darunter in Buchstaben
entering-open-key = Auf dem Telefon selbst: den Schlüssel mit der Authenticator-App öffnen
entering-type-key = Sonst dort „Schlüssel eingeben“ wählen und eintippen:
entering-type-shown-code = 2. Den angezeigten Code eingeben
entering-six-digits = Sechsstelliger Code
entering-write-down = Schreib diese Codes auf und bewahre sie nicht beim Telefon auf. Jeder meldet einmal an, wenn das Telefon verloren ist. Sie sind nur jetzt zu sehen.
entering-written-down = Ich habe sie aufgeschrieben

# Einladen
entering-invite-people = Leute einladen
entering-invite-people-what = Links, mit denen andere hier ein Konto bekommen
entering-your-invitation = Deine Einladung
entering-your-invitation-what = Schick diesen Link an die, die du einlädst. Er ist nur jetzt zu sehen, und wer ihn hat, kann ihn benutzen.
entering-new-invitation = Eine neue Einladung
entering-invite-note = Für wen? Nur du siehst das
entering-invite-uses = Wie viele damit kommen dürfen
entering-invite-days = Wie viele Tage er wirkt
entering-make-link = Link machen
entering-open-invitations = Offene Einladungen
entering-no-invitations = Keine.
entering-an-invitation = Eine Einladung
entering-invite-used = { $name } von { $other } gekommen
entering-works-until = wirkt bis
entering-take-back = Zurücknehmen

# Was schiefging
entering-to-front = Zur Startseite
entering-old-form = Dieses Formular ist zu alt, oder es wurde nicht von hier geschickt. Bitte zurückgehen, die Seite neu laden und es noch einmal versuchen.
entering-not-here = Diese Seite gibt es nicht, oder sie ist nicht für alle. Wer die Adresse von jemandem bekommen hat, meldet sich an und öffnet sie noch einmal.
entering-nothing-here = Hier ist nichts
entering-who-are-you = Wer bist du?
entering-not-allowed = Das ist nicht erlaubt
entering-not-right = Diese Anfrage stimmt nicht
entering-conflict = Das geht nicht zusammen
entering-too-often = Zu oft
entering-wait = { $count ->
    [one] Zu viele Versuche. In einer Minute geht es wieder.
   *[other] Zu viele Versuche. In { $count-shown } Minuten geht es wieder.
  }
entering-not-now = Jetzt nicht
entering-gone = Das gibt es nicht mehr
entering-broke = Etwas ist kaputtgegangen
entering-broke-what = Es liegt nicht an dir. Bitte in einer Weile noch einmal versuchen.
entering-unread = Was geschickt wurde, war nicht zu lesen. Bitte zurückgehen und es noch einmal versuchen, mit kleineren Bildern, falls welche dabei waren.
entering-picture-too-large = { $count ->
    [one] Dieses Bild ist größer als { $count-shown } Megabyte. Bitte ein kleineres wählen.
   *[other] Dieses Bild ist größer als { $count-shown } Megabyte. Bitte ein kleineres wählen.
  }
