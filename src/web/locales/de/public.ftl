# Seiten für alle.
public-feed = Feed (Atom)
public-pages = Seiten

# Die Startseite
public-welcome = Die Menschen von { $name } nehmen an Gemeinschaften hier und auf den Knoten anderer Organisationen teil.
public-communities-none = Noch steht hier keine Gemeinschaft allen offen. Wer dazugehört, sieht nach dem Anmelden mehr.
public-communities-none-member = Noch steht hier keine Gemeinschaft allen offen. Die erste lässt sich jetzt gründen; wer sie lesen darf, wird später entschieden.
public-communities-end = Weitere Gemeinschaften gibt es nicht.
public-found = Gemeinschaft gründen
public-more-communities = Weitere Gemeinschaften
public-members = { $count ->
    [one] { $count-shown } Mitglied
   *[other] { $count-shown } Mitglieder
}
public-join-open = Offen für alle
public-join-ask = Auf Anfrage
public-join-invite = Auf Einladung
public-join-agreement = Für Partner
public-take-part = Mitmachen
public-here = Mit einem Konto hier
public-sign-up = Registrieren
public-accounts-open = Alle können ein Konto anlegen.
public-accounts-approval = Wer ein Konto möchte, wird von der Verwaltung freigeschaltet.
public-accounts-invite = Konten gibt es auf Einladung.
public-accounts-closed = Konten legt die Verwaltung an.
public-app = Mit einer App
public-app-any = Jede App für Mastodon eignet sich, im Browser, auf dem Telefon oder im Terminal:
public-app-address = Wo sie nach dem Server fragt, gehört diese Adresse hin:
public-elsewhere = Mit einem Konto anderswo
public-elsewhere-how = Ein Konto auf einem anderen Knoten genügt: dort nach dem Namen einer Gemeinschaft von hier suchen und ihr folgen, um beizutreten.
public-about = Über diesen Knoten
public-about-more = Über diesen Knoten, seine Regeln und den Datenschutz
public-accounts = Konten
public-contact = Kontakt
public-figures = In Zahlen
public-people = { $count ->
    [one] { $count-shown } Person
   *[other] { $count-shown } Personen
}
public-active = { $count-shown } davon in den letzten 30 Tagen aktiv
public-public-communities = { $count ->
    [one] { $count-shown } öffentliche Gemeinschaft
   *[other] { $count-shown } öffentliche Gemeinschaften
}
public-count-posts = { $count ->
    [one] { $count-shown } Beitrag
   *[other] { $count-shown } Beiträge
}

# Über den Knoten
public-about-title = Über { $name }
public-whose = Wem dieser Knoten gehört
public-rules = Regeln
public-rules-none = Dieser Knoten hat keine eigenen geschriebenen Regeln. Was das Gesetz sagt, gilt auch hier.
public-rules-communities = Jede Gemeinschaft kann eigene Regeln haben; sie stehen auf ihrer Seite.
public-privacy = Datenschutz in klaren Worten
public-privacy-intro = Was diesen Knoten verlässt, und wohin:
public-whom-nodes = Andere Knoten
public-tells-nodes-open = Namen, Bilder und Profile der Menschen hier sowie das, was sie für Folgende oder für alle schreiben, gehen an die Knoten derer, die ihnen folgen oder die erwähnt werden. Öffentliches kann jeder Knoten abrufen.
public-tells-nodes-partners = Beiträge gehen nur an Knoten von Organisationen, mit denen eine Vereinbarung besteht. Was öffentlich gemacht wurde, kann dennoch jeder Knoten lesen.
public-tells-nodes-off = An andere Knoten wird nichts geschickt. Was öffentlich gemacht wurde, bleibt lesbar.
public-whom-members = Mitglieder einer Gemeinschaft
public-tells-members = Was in einer nicht öffentlichen Gemeinschaft geschrieben wird, geht nur an Knoten, deren Menschen dort einen Sitz haben; das wird jedes Mal neu geprüft. Direktnachrichten gehen an die Knoten der Erwähnten; sie sind nicht durchgehend verschlüsselt.
public-whom-everybody = Alle
public-tells-everybody = Öffentliche Beiträge, Profile und öffentliche Gemeinschaften sind hier ohne Konto lesbar. Suchmaschinen erfahren nur von Menschen, die gefunden werden möchten.
public-whom-pictures = Bilder von anderswo
public-tells-pictures = Sie kommen über diesen Knoten, damit andere Server nicht erfahren, wer sie ansieht.
public-whom-previews = Verlinkte Seiten
public-tells-previews = Dieser Knoten sieht sich Seiten an, auf die öffentliche Beiträge verweisen, um zu zeigen, worum es geht. Sie erfahren die Adresse dieses Knotens, aber nicht, wer schreibt oder liest.
public-whom-push = Push-Dienste
public-tells-push = Wer sich von einer App benachrichtigen lässt, erhält verschlüsselte Nachrichten über den Dienst dieser App. Er erfährt, wann, aber nicht, was.
public-whom-mail = E-Mail
public-tells-mail = Briefe über Konten und Einladungen gehen über { $name }.
public-whom-translation = Übersetzung
public-tells-translation = Wird eine Übersetzung verlangt, gehen die Worte dieses Beitrags an { $name }.
public-whom-browser = Der eigene Browser
public-tells-browser = Wer sich anmeldet, erhält zwei Cookies: eines für die Sitzung und eines, das Formulare schützt. Wer nur liest, erhält keines. Die Seiten laden nichts von anderswo.
public-whom-nobody = Sonst niemand
public-tells-nobody = Es gibt keine Werbung und keine Verfolgung, und Dritte zählen nichts. Die Verwaltung dieses Knotens kann lesen, was auf ihm gespeichert ist.
public-software = Software
public-software-what = Dieser Knoten läuft mit Intermoot { $name }, freier Software unter der GNU Affero General Public License, Version 3. Wer ihn nutzt, darf den Quelltext haben.
public-software-source = Quelltext dessen, was hier läuft
public-software-api = Schnittstelle für Programme
public-source-administrator = seine Verwaltung
public-source-ask = Intermoot { $name } ist freie Software unter der GNU Affero General Public License, Version 3. Wer diesen Knoten nutzt, darf den Quelltext dessen haben, was hier läuft: Auskunft gibt { $other }.
public-policy-of = Richtlinie von { $name }
public-policy-version = Fassung { $name }, seit { $other }
public-policy-digest = Prüfsumme; ihr stimmen Mitglieder zu:

# Profile
public-works-confirmed = { $name }, bestätigt
public-works-claimed = Gibt an, zu { $name } zu gehören, nicht bestätigt
public-guest-of = Gast von @{ $name }
public-bot = Gibt an, ein Programm zu sein
public-locked = Lässt Folgende einzeln zu
public-follows-you = Folgt dir
public-links-back = verlinkt zurück
public-since = Hier seit { $name }
public-followers = { $count ->
    [one] { $count-shown } Person folgt
   *[other] { $count-shown } Personen folgen
}
public-following = folgt { $count-shown }
public-followers-of = Wer { $name } folgt
public-followed-by = Wem { $name } folgt
public-followers-tab = Folgende
public-following-tab = Folgt
public-circle-kept = { $name } behält das für sich.
public-circle-none = Noch ist hier niemand zu sehen.
public-edit-profile = Profil bearbeiten
public-follow-how = Zum Folgen in der eigenen App suchen nach
public-seen-from-here = Zu sehen ist, was diesen Knoten erreicht hat.
public-at-home = Die Seite bei { $name }
public-posts = Beiträge
public-posts-and-answers = Beiträge und Antworten
public-media = Mit Bildern und Dateien
public-parts = Was gezeigt wird
public-no-posts = Hier gibt es nichts, das alle lesen dürfen.
public-no-posts-member = Hier gibt es nichts, das du lesen darfst. Folgen zeigt, was noch kommt.
public-no-posts-mine = Hier steht noch kein eigener Beitrag.
public-blocks-you = Dieses Konto hat dich blockiert: Folgen ist nicht möglich, und was es schreibt, ist nicht zu sehen.
public-blocked = Dieses Konto ist blockiert. Niemand von beiden sieht, was die andere Seite schreibt.
public-muted = Dieses Konto ist stummgeschaltet: Was es schreibt, kommt nicht auf die Startseite, und es meldet sich nicht.
public-requested = Die Anfrage zu folgen wartet auf Antwort.
public-follow = { $name } folgen
public-ask-to-follow = { $name } um Folgen bitten
public-unfollow = { $name } nicht mehr folgen
public-withdraw = Anfrage zurückziehen
public-write-to = Anschreiben
public-mute = { $name } stummschalten
public-unmute = { $name } nicht mehr stummschalten
public-block = { $name } blockieren
public-block-what = Das Folgen endet in beide Richtungen, und niemand von beiden sieht, was die andere Seite schreibt. Es lässt sich wieder aufheben; das Folgen kommt nicht von selbst zurück.
public-unblock = { $name } nicht mehr blockieren

# Schlagwörter
public-tag-what = Was Menschen dieses Knotens mit diesem Schlagwort für alle geschrieben haben.
public-tag-none = Hier gibt es nichts, das alle lesen dürfen. Den Anfang macht, wer einen öffentlichen Beitrag mit diesem Schlagwort schreibt.

# Was eine Seite statt des Gewünschten sagt
public-gone-account = Dieses Konto wurde gelöscht.
public-gone-community = Diese Gemeinschaft wurde gelöscht.

# Eine Gemeinschaft, ohne Anmeldung
public-community-closed = Diese Gemeinschaft ist geschlossen: Hier wird nichts Neues mehr geschrieben.
public-community-read-by-all = Alle können sie lesen
public-community-read-by-members = Nur Mitglieder lesen sie
public-community-join-before = Zum Beitreten in der App suchen nach
public-community-join-after = und folgen.
public-community-threads = Fäden
public-community-empty = Hier gibt es noch nichts, das alle lesen dürfen.
