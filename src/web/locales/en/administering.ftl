# For administrators.
# The ways between the pages.
administering-title = Administration
administering-ways = Administration pages
administering-overview = Overview
administering-people = People
administering-partners = Partners
administering-peers = Other servers
administering-policies = Policies
administering-announcements = Announcements
administering-emojis = Custom emoji
administering-appearance = Appearance
administering-audit = Audit log
administering-jobs = Queues
administering-storage = Storage
administering-health = Health
administering-start = First steps
administering-pages = Pages
administering-older = Older
administering-done = Done.
administering-all = All
administering-find = Find
administering-filter = Filter
administering-save = Save
administering-change = Change
administering-remove = Remove
administering-cancel = Cancel
administering-open = Open
administering-yes = yes
administering-no = no
administering-none = none
administering-on = on
administering-off = off
administering-never = never
administering-from = from
administering-until = until
administering-unbounded = no limit
administering-at = When
administering-at-least = at least { $name }
administering-reason = Reason
administering-take-back = Take back
administering-person = Person

# Overview.
administering-waits = What waits for you
administering-waits-nothing = Nothing waits. All is well, as far as this node can tell.
administering-look = look here
administering-steps-open = { $count ->
    [one] One of the first steps is open
   *[other] { $count-shown } of the first steps are open
}
administering-waits-recovering = The node was restored and waits for a word: run intermoot recover status on its machine
administering-waits-held = { $count ->
    [one] One off-boarding is held until another administrator confirms it
   *[other] { $count-shown } off-boardings are held until another administrator confirms them
}
administering-waits-people = { $count ->
    [one] One person asks for an account
   *[other] { $count-shown } people ask for an account
}
administering-waits-offers = { $count ->
    [one] One partner's offer waits for an answer
   *[other] { $count-shown } partners' offers wait for an answer
}
administering-waits-reports = { $count ->
    [one] One report is open
   *[other] { $count-shown } reports are open
}
administering-waits-failed = { $count ->
    [one] One thing that happened could not be followed up
   *[other] { $count-shown } things that happened could not be followed up
}
administering-waits-heads = The heads of the audit log outside the database cannot be read
administering-waits-lost = { $count ->
    [one] One server has not answered for 30 days
   *[other] { $count-shown } servers have not answered for 30 days
}
administering-waits-failing = { $count ->
    [one] One server does not answer
   *[other] { $count-shown } servers do not answer
}
administering-tile-people = people
administering-tile-active = active within 30 days
administering-tile-peers = servers known
administering-federation = Federates with
administering-version = Version
administering-notes = Notes on the settings

# People.
administering-new-person = New person
administering-new-person-words = The account is made at once, with a log-in link for you to pass on.
administering-make-person = Make the account
administering-find-person = Name or e-mail address, from its beginning
administering-standing = Standing
administering-nobody = Nobody is here yet.
administering-nobody-found = Nobody fits.
administering-all-people = All people
administering-guest = guest
administering-username = User name
administering-display-name = Name shown (may be empty)
administering-email = E-mail address
administering-role = Role on this node
administering-role-of = Role
administering-change-role = Change the role
administering-works-here = Works for { $name }
administering-job = Title (may be empty)
administering-unit = Unit (may be empty)
administering-link-title = A log-in link
administering-link-words = Pass this link on to { $name }, and to nobody else: whoever opens it is logged in as them. It works once, within an hour, and is shown only now.
administering-to-person = On to { $name }
administering-since = Here since
administering-seen = Logged in last
administering-logged-in = Logged in with
administering-browsers = { $count ->
    [one] one browser
   *[other] { $count-shown } browsers
}
administering-apps = { $count ->
    [one] one app
   *[other] { $count-shown } apps
}
administering-second-factor = Second step of logging in
administering-asks = Asks for an account
administering-no-words = Nothing was said with it.
administering-approve = Approve
administering-reject-person = Refuse: nothing of it is kept
administering-self = This is you. Others decide about your standing; your own account is in the settings.
administering-no-rank = Your standing does not allow you to decide about this person's account.
administering-entering = Logging in
administering-make-link = Make a log-in link
administering-log-out = End all sessions and apps
administering-second-factor-off = Switch the second step off (the phone is lost)
administering-enable = Allow log-in again
administering-restore = Lift the suspension
administering-keep-out = Keep this person out
administering-keep-out-words = Without log-in nothing of theirs goes. Suspended, nobody sees their profile and posts either. Both can be taken back.
administering-reason-person = Reason, told to the person
administering-disable = Take the log-in away
administering-suspend = Suspend the account
administering-work = Work
administering-does-work = { $name } says that this person works for it; others see the badge.
administering-does-not-work = { $name } does not say that this person works for it.
administering-change-work = Change title and unit
administering-confirm-work = Say that they work here
administering-withdraw-work = Take that back
administering-leaving = Leaving the company
administering-leaving-words = Off-boarding ends log-in and everything held through the organisation, here and with every partner. You see first what will happen.
administering-has-left = This person has left. Letting them log in again brings nothing else back.
administering-return = Let them log in again

# Off-boarding.
administering-off-board = Off-board…
administering-off-board-of = Off-board { $name }
administering-off-board-now = Off-board { $name } now
administering-off-boardings = Who left
administering-nobody-left = Nobody was off-boarded. To off-board somebody, open their page under People.
administering-receipts = Receipts
administering-left = { $name } has left
administering-left-undone = Taken back
administering-left-held = Held: seats are paused until another administrator confirms
administering-left-nowhere = No seats elsewhere
administering-left-confirmed = { $name } of { $other } confirmed
administering-ahead = What will happen
administering-ahead-self = This is your own account: you will be logged out, and somebody else has to administer the node.
administering-ahead-held = So many left within the hour that this is held: seats elsewhere rest at once, and end when another administrator confirms.
administering-ahead-sessions = { $count ->
    [one] One session or app is logged out; nobody logs in with this account any more.
   *[other] { $count-shown } sessions and apps are logged out; nobody logs in with this account any more.
}
administering-ahead-here = { $count ->
    [one] One seat in a community here ends.
   *[other] { $count-shown } seats in communities here end.
}
administering-ahead-nowhere = No seat elsewhere is held through the organisation.
administering-ahead-elsewhere = { $count ->
    [one] One seat elsewhere ends; told now, and to confirm it with a receipt: { $name }.
   *[other] { $count-shown } seats elsewhere end; told now, and to confirm each with a receipt: { $name }.
}
administering-ahead-scheduled = { $count ->
    [one] One post to come is not published.
   *[other] { $count-shown } posts to come are not published.
}
administering-ahead-invitations = { $count ->
    [one] One open invitation ends.
   *[other] { $count-shown } open invitations end.
}
administering-ahead-guests = { $count ->
    [one] One guest for whom they answer loses access.
   *[other] { $count-shown } guests for whom they answer lose access.
}
administering-ahead-review = Whom they admitted within 30 days is paused until somebody looks.
administering-ahead-stays = What they wrote stays where it is, and so do seats that are their own.
administering-reason-receipt = Reason, for the receipt (partners are not told)
administering-held-title = Held
administering-held-words = Too many left at once. Another administrator confirms; where there is none, the same one by password.
administering-own-password = Your password
administering-confirm-held = Confirm: the seats end
administering-undo-held = Take it back
administering-seats-elsewhere = Seats elsewhere
administering-confirmed = confirmed
administering-unconfirmed = not confirmed yet
administering-told = { $count ->
    [one] told once
   *[other] told { $count-shown } times
}
administering-again = again
administering-receipt-words = A seat counts as ended when its node's own signed record says so. Reload to see what came meanwhile.
administering-given = Admitted by them within 30 days
administering-given-words = These seats are paused. Keep who belongs there, end the rest.
administering-keep = Keep
administering-end-seat = End
administering-others-decide = Moderators there decide.

# Invitations.
administering-invites = Invitations
administering-invites-none = No invitation is open.
administering-make-invite = Make an invitation
administering-no-invites = Invitations mean nothing while registration.mode is open or closed; the settings say which.
administering-invite-uses = { $name } of { $other } came; works until

# Partners.
administering-partners-words = An agreement says which communities two nodes share, and on which terms. Both organisations sign it; either may narrow or end it alone.
administering-partners-none = There is no partner yet. Offer an agreement to another company's node.
administering-propose = Offer an agreement
administering-propose-words = The other node's administrators read these terms and sign them, or not. Nothing is shared before.
administering-propose-now = Sign and send the offer
administering-waits-for-you = waits for your answer
administering-read-terms = Read
administering-version-number = Version { $name }
administering-suspended-here = suspended by us
administering-suspended-there = suspended by them
administering-held = held until confirmed
administering-quarantined = in quarantine
administering-alarm = unusual rate of acts
administering-partner-host = Host of the other node
administering-change-terms = Change the terms
administering-change-terms-with = Change the terms with { $name }
administering-change-terms-words = Narrower terms count at once; wider ones are an offer that the other side has to sign.
administering-communities-under = One a line: names of ours, or addresses of either side's.
administering-by-invitation-words = Seats in other communities by invitation
administering-history-from = That day (where history is since a day)
administering-media-words = Files travel to the other side
administering-contacts-under = One a line: whom to call.
administering-signed-by = Signed with the key of { $name }.
administering-as-peer = As a server
administering-terms = Terms
administering-term = Term
administering-no-terms = No terms are in force and none are offered.
administering-in-force = In force: version { $name }
administering-offered-by = Offered by { $name }: version { $other }
administering-changed = changed
administering-added = New: { $name }.
administering-removed = No longer: { $name }.
administering-term-communities = Communities
administering-term-by-invitation = Others by invitation
administering-term-most-role = Highest role
administering-term-they-are = Their people are to us
administering-term-we-are = Our people are to them
administering-term-most-seats = Most seats
administering-term-seats-per-day = Most new seats in a day
administering-term-history = What newcomers read
administering-term-since = since { $name }
administering-term-media = Files travel
administering-term-retention = Days that copies are kept
administering-term-contacts = Contacts
administering-term-ends = Ends
administering-answer-words = Read both columns. Approving signs exactly what is offered here.
administering-approve-terms = Approve and sign
administering-reject-terms = Refuse
administering-reject-words = The other side is told. What is in force stays as it is.
administering-withdraw = Take our offer back
administering-resume = Resume: seats may be used again
administering-release = Lift the quarantine
administering-confirm-key = Confirm by fingerprint
administering-confirm-key-words = Call the other side and have them read out their fingerprint. Type what you hear.
administering-fingerprint = Fingerprint that they read out
administering-shared = What is shared, both ways
administering-shared-here = Their people in our communities
administering-shared-there = Our people in their communities
administering-shared-nothing = Nobody yet.
administering-people-count = { $count ->
    [one] one person
   *[other] { $count-shown } people
}
administering-accounts-count = { $count ->
    [one] one account
   *[other] { $count-shown } accounts
}
administering-follows-count = { $count ->
    [one] one follow
   *[other] { $count-shown } follows
}
administering-seats-count = { $count ->
    [one] one seat
   *[other] { $count-shown } seats
}
administering-agreements-count = { $count ->
    [one] one agreement
   *[other] { $count-shown } agreements
}
administering-communities-count = { $count ->
    [one] in one community
   *[other] in { $count-shown } communities
}
administering-roster-ours = On our roster for them
administering-roster-theirs = On their roster for us
administering-known-here = Of theirs known here
administering-acts = Acts of theirs within this hour
administering-alarms = Alarms
administering-alarm-words = { $name } acts in an hour; usual are { $other } at most
administering-keys = Fingerprints of keys
administering-keys-words = Compare them by telephone when the agreement begins.
administering-our-key = Ours
administering-their-key = Theirs
administering-shown-key = Shown by them now
administering-versions = Versions
administering-ending = Suspend, keep apart, end
administering-reason-told = Reason, told to the other side
administering-reason-ours = Reason, for administrators here
administering-suspend-partner = Suspend
administering-suspend-words = Every seat under this agreement rests at once, on both sides. Nothing is deleted; resuming brings all back.
administering-quarantine = Quarantine
administering-quarantine-words = For an emergency: nothing comes in and nothing goes out, at once. What they sent stays as evidence.
administering-end-partner = End for good
administering-end-words = Every seat under this agreement ends, and the other side is asked to forget what it has of ours. It cannot be taken back; a new agreement would have to be signed.

# Other servers.
administering-peers-none = No such server is known. Servers appear here when somebody follows or writes to somebody there.
administering-host = Host
administering-software = Software
administering-queue = Waiting
administering-delivered = Took something last
administering-received = Heard from last
administering-failing-since = Fails since
administering-next = Next attempt
administering-known-since = Known since
administering-failures = Failures in a row
administering-ties = What ties us to it
administering-blocked-by = Blocked, by a decision about { $name }.
administering-silenced-by = Silenced, by a decision about { $name }.
administering-what-to-do = What may be done
administering-retry = Try again now
administering-unblock = Lift the block
administering-unsilence = Lift the silence
administering-forget = Forget it
administering-decide = Block or silence a host
administering-decide-words = Blocked, nobody there or below it reaches this node. Silenced, people there are heard only by those who follow them. Both count for every host below it.
administering-block = Block
administering-silence = Silence

# Policies.
administering-policies-words = The policy of this node binds everybody in its communities. A version never changes once it is published.
administering-public-page = The public page
administering-policies-none = No version is published yet. Write the first one above.
administering-new-version = A new version
administering-policy-title = Title
administering-policy-text = Text (Markdown)
administering-preview = Preview
administering-publish = Publish
administering-accepted-people = { $count ->
    [one] accepted by one person
   *[other] accepted by { $count-shown } people
}
administering-accepted = Who accepted it
administering-accepted-none = Nobody has accepted this version yet.

# Announcements.
administering-new-announcement = A new announcement
administering-change-announcement = Change the announcement
administering-announcement-text = What all people of this node are told
administering-starts = Holds from (UTC, may be empty)
administering-ends = Holds until (UTC, may be empty)
administering-all-day = Only the days count
administering-announce = Announce
administering-announcements-none = Nothing is announced.
administering-holds = holds now
administering-holds-not = does not hold now

# Emoji and appearance.
administering-new-emoji = A new emoji
administering-shortcode = Shortcode: letters, digits and _
administering-category = Category (may be empty)
administering-picture = Picture
administering-picture-under = PNG, GIF or WebP, at most 256 KiB.
administering-add-emoji = Add the emoji
administering-emojis-none = This node has no emoji of its own.
administering-node-name = Name of the node
administering-node-name-under = Empty: { $name }, as the settings say.
administering-node-description = What this node is, in a sentence or two
administering-accent = Accent colour
administering-accent-under = Six digits such as #1b568a; empty for ours. It is made lighter or darker where it could not be read.
administering-logo = Logo
administering-logo-now = The logo now
administering-no-logo = Take the logo away

# Audit log.
administering-audit-words = Every act that changes rights stands here, chained by hashes. Nothing that people wrote stands here.
administering-verify = Verify the chain
administering-audit-whole = { $count ->
    [one] The one entry is as it was written; { $name } heads kept outside the database agree.
   *[other] All { $count-shown } entries are as they were written; { $name } heads kept outside the database agree.
}
administering-audit-broken = Entry { $name } of the audit log { $other }.
administering-audit-no-heads = The heads kept outside the database cannot be read: see the log of the node.
administering-audit-none = No entry fits.
administering-actor = Who
administering-act = What
administering-object = To what
administering-number = Number
administering-details = Details

# Queues and storage.
administering-queue-inbox = Received, to be applied
administering-queue-again = Of those: failed once, tried again
administering-queue-events = What happened, to be followed up
administering-queue-failed = Given up after five tries
administering-queue-media = Files to be worked on
administering-queue-unfit = Files of which nothing could be made
administering-queue-letters = Mails to be sent
administering-queue-pushes = Notifications to be pushed
administering-queue-scheduled = Posts to come
administering-queue-backfills = Histories and threads to be fetched
administering-queue-peers = What waits for servers that do not answer
administering-failed-words = Each of these was tried five times. Trying again does no harm.
administering-retry-all = Try all of them again
administering-bytes = { $count-shown } bytes
administering-kilobytes = { $count-shown } kB
administering-megabytes = { $count-shown } MB
administering-size-database = Database
administering-size-inbox = Within it: what was received
administering-size-log = Within it: what is sent
administering-size-emojis = Within it: emoji
administering-size-cache = Files of others, kept for now
administering-size-data = All files in the data folder
administering-count-accounts = Accounts, ours and others'
administering-count-posts = Posts, ours and others'
administering-count-media = Files of our people
administering-data-dir = The data folder is
administering-backup-words = Everything is saved while the node runs by

# Health.
administering-health-since = Minute by minute since
administering-health-utc = Times are in UTC; a restart begins anew.
administering-health-none = The first minute is not over yet. Reload in a while.
administering-plot-table = As a table, by the hour
administering-plot-nothing = Nothing waited for anybody.
administering-hour = Hour
administering-plot-deliveries = Deliveries
administering-plot-deliveries-note = What this node sent to others, in five minutes each.
administering-plot-taken = taken
administering-plot-not-taken = not taken
administering-plot-inbox = Inbox
administering-plot-inbox-note = What others sent, in five minutes each, and what of it waited.
administering-plot-kept = kept
administering-plot-turned-away = turned away
administering-plot-waiting = waiting
administering-plot-latency = Time until answers, in milliseconds
administering-plot-latency-note = Half of all answers, and 99 in 100, took no longer; the worst minute of five.
administering-plot-median = half
administering-plot-slowest = 99 in 100
administering-plot-answers = Requests
administering-plot-answers-note = Answers of this node, in five minutes each.
administering-plot-requests = answered
administering-plot-faults = broken
administering-plot-queues = Queue by server
administering-plot-queues-note = What waited for the servers for which most waited.

# First steps.
administering-start-words = Each step can be skipped, and is here whenever you want it.
administering-start-done = { $name } of { $other } steps are done
administering-step-done = done
administering-step-next = next
administering-step-skipped = skipped
administering-step-skip = Skip
administering-step-take-up = Take up again
administering-step-password = Your own password
administering-step-password-words = You came by a link that works once. Set a password to come back.
administering-step-password-go = Set a password
administering-step-name = Name and look
administering-step-name-words = What people read above every page: the node's name, its logo and colour.
administering-step-name-go = Choose them
administering-step-organisation = Organisation and its proof
administering-step-organisation-words = Partners see your people as people of this organisation. It is set in the configuration, together with further hosts that are yours.
administering-step-organisation-go = Read
administering-organisation-is = This node belongs to { $name }.
administering-organisation-no-hosts = Where further hosts are yours, name them in the configuration:
administering-organisation-proof = Each of them proves it by a DNS record:
administering-proven = proven
administering-unproven = not proven yet
administering-step-community = First community
administering-step-community-words = A place for one purpose, for your own people or together with others.
administering-step-community-go = Found a community
administering-step-partner = First partner
administering-step-partner-words = Another company's node, with which you share communities on terms that both sign.
administering-step-partner-go = Offer an agreement
administering-step-people = Inviting people
administering-step-people-words = Make accounts for people, or send them invitations.
administering-step-people-go = Make an account
administering-step-app = Connecting an app
administering-step-app-words = Any app for Mastodon works. It asks for the server's name, which is:
administering-step-app-go = Connect an app

# Words of the glossary.
administering-word-active = active
administering-word-pending = waits for approval
administering-word-disabled = cannot log in
administering-word-suspended = suspended
administering-word-left = left the company
administering-word-guests = guests
administering-word-team = moderators and administrators
administering-word-deleted = deleted
administering-word-silenced = silenced
administering-word-unconfirmed = address not confirmed
administering-word-member = member
administering-word-moderator = moderator
administering-word-admin = administrator
administering-word-owner = owner
administering-word-observer = observer
administering-word-contributor = contributor
administering-word-curator = curator
administering-word-local = this node only
administering-word-partners = partners
administering-word-federated = members anywhere
administering-word-public = public
administering-word-employee = employees
administering-word-supplier = suppliers
administering-word-partner = partner
administering-word-customer = customers
administering-word-shareholder = shareholders
administering-word-competitor = competitors
administering-word-proposed = offered by us
administering-word-offered = offered to us
administering-word-in_force = in force
administering-word-ended = ended
administering-word-rejected = refused
administering-word-lapsed = lapsed
administering-word-all = everything
administering-word-join = from joining on
administering-word-since = since a day
administering-word-failing = does not answer
administering-word-blocked = blocked
administering-word-ours = Intermoot
administering-word-open = everybody
administering-word-off = nobody
