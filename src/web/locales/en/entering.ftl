# Coming in: logging in, signing up, and one's own account.

# Logging in
entering-log-in = Log in
entering-log-out = Log out
entering-log-in-to = Log in to { $name }
entering-log-in-as = Log in as { $name }
entering-login = User name or e-mail address
entering-password = Password
entering-your-password = Your password
entering-forgotten = Forgotten your password?
entering-sign-up = Sign up
entering-wrong-login = That user name and password do not go together.
entering-link-once = This link logs you in to { $name } once. Afterwards it no longer works.
entering-one-more-step = One more step
entering-type-code = Type the code of six digits that your phone shows for { $name }, or one of the codes that you wrote down.
entering-code = Code
entering-wrong-code = That code is not right, or was used already.
entering-lost-both = Lost both? An administrator of this node can switch this step off.
entering-too-long = That took too long, or too many tries. Log in again.
entering-look-into-mail = Look into your mail
entering-unconfirmed-sent = Your address { $name } is not confirmed yet. A mail with a new link is on its way there.
entering-unconfirmed = Your address is not confirmed yet. Open the link in the mail that came last.
entering-account-waits = Your account waits
entering-not-decided = An administrator has not decided on it yet. Come back later.
entering-not-yet = Something here is not right yet.

# A new password
entering-new-password = New password
entering-forgotten-what = Say the e-mail address of your account. A link to set a new password is mailed there.
entering-email = E-mail address
entering-send-link = Send the link
entering-no-mail = This node sends no mail. Ask its administrator for a new password.
entering-link-sent = If this address has an account here, a mail with a link is on its way to it. The link works once, for an hour.
entering-new-password-for = A new password for @{ $name }
entering-all-logged-out = Every app and browser in which you are logged in is logged out.
entering-new-password-of = New password, at least { $count-shown } { $count ->
    [one] character
   *[other] characters
  }
entering-set-password = Set the password
entering-done = Done
entering-password-set = Your password is set, and every app and browser was logged out. Log in with the new one.

# Signing up
entering-sign-up-at = Sign up at { $name }
entering-invites-you-here = invites you to have an account here.
entering-username = User name
entering-username-hint = Small letters, digits and _. It is shown to everybody and stays as it is.
entering-email-hint = A mail with a link goes there, to confirm it. It is shown to nobody but administrators.
entering-password-of = Password, at least { $count-shown } { $count ->
    [one] character
   *[other] characters
  }
entering-why = Why would you like to join?
entering-why-hint = An administrator reads it and decides.
entering-accept = I accept
entering-accept-what = what this node asks of its people
entering-mail-confirm = A mail is on its way to { $name }. Open the link in it to confirm the address.
entering-mail-confirm-then = A mail is on its way to { $name }. Open the link in it to confirm the address. Then an administrator decides on your account; a mail tells you.
entering-decides = An administrator decides on it. Come back later and log in with your user name and password.
entering-confirm-address = Confirm your address
entering-address-of = { $name } is the address of @{ $other } on this node.
entering-it-is-mine = Yes, it is mine
entering-thank-you = Thank you
entering-confirmed = Your address is confirmed. Go back to your app, or log in here.
entering-confirmed-waits = Your address is confirmed. Now an administrator decides on your account; a mail tells you.

# Letting an app in
entering-allow-app = Allow an app
entering-allow-app-what = Allow “{ $name }” to use your account?
entering-allow-you = You are { $name }. Anybody can give an app any name, so look where it leads:
entering-answer-goes-to = The answer goes to
entering-answer-here = this page: you copy a code
entering-app-website = The app says its website is
entering-app-may = It may
entering-allow = Allow
entering-deny = Do not allow
entering-may-administer = administer this node
entering-may-see-administration = see what administrators of this node see
entering-may-read = read everything you can read
entering-may-write = post, like, join and change things as you
entering-may-follow = follow, block and mute as you
entering-may-push = send you notifications
entering-may-see-you = see who you are
entering-may-change-some = change some things as you
entering-may-read-some = read some of what you can read
entering-denied = You did not allow it. You can close this page.
entering-asked-wrongly = The app asked for something that it did not register for, or in a way that is not supported.
entering-unknown-app = This names an app that is not registered here. Go back to the app and log in there once more.
entering-unknown-answer = The app wants its answer at an address that it did not register.
entering-your-code = Your code
entering-copy-code = Copy this code and paste it into { $name }. It works once, for ten minutes.

# Invited by mail
entering-invitation = Invitation
entering-you-are-invited = You are invited
entering-invited-to = { $inviter } invites you to the community { $community } of { $organisation }, as { $role }.
entering-role-observer = observer
entering-role-member = member
entering-role-contributor = contributor
entering-role-curator = curator
entering-role-moderator = moderator
entering-role-owner = owner
entering-who-invites = Who invites you
entering-community = The community
entering-what-for = What it is for
entering-link-works-until = This link works once, until
entering-until = Until
entering-own-node = My organisation has a node
entering-own-node-what = You keep your own account, and your organisation stands behind you. Say which account the invitation is for; you then accept it there.
entering-handle = Your handle
entering-invite-account = Invite this account
entering-guest = Guest here
entering-guest-what = You get an account on { $name }, shown to everybody as a guest of { $other }.
entering-display-name = Name shown
entering-accept-this = I accept this
entering-come-as-guest = Come as a guest
entering-no-thanks = No, thank you
entering-declined = Declined
entering-declined-what = The invitation is over; nobody is told your reasons.
entering-welcome = Welcome
entering-guest-now = You are a guest of this node as @{ $name } and a member of { $other }.
entering-guest-reads-here = Read and write here:
entering-guest-app = Or use any app for Mastodon: give it the address { $name } and log in with your user name and password. You find the community there as { $other }.
entering-go-home = Go on
entering-at-your-node = One more step, at your node
entering-handed-over = The invitation to { $name } is now for @{ $other }, and for nobody else. This link has done its work.
entering-accept-there = Accept it at your own node: search for { $name } there and join (in a Mastodon app: follow) it. To decline it, do nothing.

# One's own account
entering-settings = Your account
entering-password-now = Your password now
entering-others-logged-out = Every app and every other browser is logged out.
entering-change-password = Change the password
entering-password-changed = Your password is changed, and everything else was logged out.
entering-wrong-password = That is not your password.
entering-set-password-first = Set a password first.
entering-your-address = Your address is { $name }.
entering-new-address = New address
entering-change-address = Change the address
entering-no-mail-no-address = This node sends no mail, so another address could not be confirmed.
entering-address-asked = A mail is on its way to the new address. It counts once you open the link in it; until then the one here stays.

# Profile
entering-profile = Profile
entering-profile-what = Your name, pictures, and what others read about you
entering-profile-kept = Your profile is changed.
entering-see-profile = See it
entering-pictures = Pictures
entering-avatar = Profile picture
entering-avatar-now = Your profile picture now
entering-no-avatar = Take the profile picture away
entering-header = Picture above your profile
entering-header-now = The picture above your profile now
entering-no-header = Take the picture above away
entering-pictures-hint = { $count ->
    [one] JPEG, PNG, GIF or WebP, at most { $count-shown } megabyte. Where and when it was taken is removed.
   *[other] JPEG, PNG, GIF or WebP, at most { $count-shown } megabytes. Where and when it was taken is removed.
  }
entering-about-you = About you
entering-note = In your own words
entering-note-hint = { $count ->
    [one] At most { $count-shown } character. Addresses, @handles and #tags become links.
   *[other] At most { $count-shown } characters. Addresses, @handles and #tags become links.
  }
entering-fields = Further lines
entering-fields-hint = Such as “Languages” and “English, German”. Lines that are empty are left out.
entering-field-name = Name of line { $count-shown }
entering-field-value = Text of line { $count-shown }
entering-field-name-short = Name
entering-field-value-short = Text
entering-others = Others
entering-locked = I decide who may follow me
entering-locked-hint = New followers wait until you say yes.
entering-discoverable = I may be found
entering-discoverable-hint = In lists of people, in searches for your posts, and by search engines.
entering-hides-circles = Whom I follow, and who follows me, is nobody else's business
entering-hides-circles-hint = Others see how many there are, not who. In private communities people still know one another.
entering-bot = This account is a program
entering-bot-hint = Others see that posts here are written by itself.
entering-keep-profile = Keep the profile
entering-works-for = Your organisation
entering-works-for-nobody = This node does not say for whom you work. Its administrators can change that.
entering-works-for-who = This node vouches for it, beside your name everywhere. Its administrators can change it; you cannot.

# Preferences
entering-preferences = Preferences
entering-preferences-what = Language of the pages, and how new posts begin
entering-preferences-kept = Your preferences are kept.
entering-pages = Pages
entering-locale = Language
entering-locale-browser = As my browser asks for
entering-new-posts = New posts
entering-audience = Who reads them, unless I choose
entering-audience-public = Everybody
entering-audience-unlisted = Everybody, but in no lists
entering-audience-private = Followers
entering-audience-direct = Only people mentioned
entering-audience-hint = In a community its members read them, and never more than that.
entering-language = Their language
entering-language-hint = A language code such as en, de or pt-BR. It helps others to find, filter and translate them.
entering-sensitive = My pictures are sensitive
entering-sensitive-hint = They are covered until somebody opens them.
entering-keep-preferences = Keep the preferences
entering-no-such-choice = This cannot be chosen.

# Apps
entering-connect-app = Connect an app
entering-connect-app-what = The address to type, and apps that work
entering-app-type = The address to type
entering-app-type-what = Where an app asks for your server or instance, type:
entering-app-then = It then opens this node in a browser, where you log in and allow it. Others find you as { $name }.
entering-which-app = Which app
entering-any-app = Any app for Mastodon works, such as:
entering-app-browser = In the browser
entering-app-android = Android
entering-app-apple = iPhone, iPad and Mac
entering-app-terminal = In a terminal
entering-on-phone = On your phone without an app
entering-on-phone-what = Point the camera at this picture, and log in there.
entering-qr-of-node = QR code of { $name }
entering-connected-apps = Apps that have access to your account

# Where one is logged in
entering-sessions = Where you are logged in
entering-sessions-what = Browsers and apps, and how to log them out
entering-browsers = Browsers
entering-browser = A browser
entering-browser-on = { $name } on { $other }
entering-this-one = this one
entering-since = Since
entering-last-used = last used
entering-apps = Apps
entering-no-apps = No app has access to your account.
entering-take-away = Take away
entering-end-others-what = Log out everywhere but here: every other browser, and every app.
entering-end-others = Log out everywhere else

# The second step
entering-second-step = Second step of logging in
entering-second-step-short-on = On: a code from your phone is asked for
entering-second-step-short-off = Off: your password alone logs you in
entering-second-step-on = The second step is on
entering-second-step-is-on = It is on: after your password, a code from your phone is asked for.
entering-codes-left = { $count ->
    [one] Of the codes that you wrote down, { $count-shown } is left.
   *[other] Of the codes that you wrote down, { $count-shown } are left.
  }
entering-switch-on = Switch it on
entering-switch-off = Switch it off
entering-second-step-why = Beside your password, logging in can ask for a code of six digits that an app on your phone shows, new every half minute. Whoever learns your password then still cannot log in.
entering-authenticators = You need an authenticator app, such as Aegis, Ente Auth, or the password manager of your phone.
entering-begin = Begin
entering-give-key = 1. Give your phone the key
entering-scan-key = Scan this picture with the authenticator app.
entering-qr-of-key = QR code of the key; the key stands below in letters
entering-open-key = On the phone itself: open the key with the authenticator app
entering-type-key = Otherwise choose “enter a key” there and type:
entering-type-shown-code = 2. Type the code that it shows
entering-six-digits = Code of six digits
entering-write-down = Write these codes down and keep them where your phone is not. Each logs you in once when the phone is lost. They are shown only now.
entering-written-down = I have written them down

# Inviting
entering-invite-people = Invite people
entering-invite-people-what = Links by which others get an account here
entering-your-invitation = Your invitation
entering-your-invitation-what = Send this link to whom you invite. It is shown only now, and whoever has it can use it.
entering-new-invitation = A new invitation
entering-invite-note = For whom? Only you see this
entering-invite-uses = How many people may come by it
entering-invite-days = How many days it works
entering-make-link = Make the link
entering-open-invitations = Open invitations
entering-no-invitations = None.
entering-an-invitation = An invitation
entering-invite-used = { $name } of { $other } came
entering-works-until = works until
entering-take-back = Take back

# What went wrong
entering-to-front = To the front page
entering-old-form = This form is too old, or was not sent from here. Go back, reload the page and try again.
entering-not-here = There is no such page, or it is not for everybody. If somebody gave you this address, log in and open it again.
entering-nothing-here = Nothing is here
entering-who-are-you = Who are you?
entering-not-allowed = This is not allowed
entering-not-right = This request is not right
entering-conflict = This does not go together
entering-too-often = Too often
entering-wait = { $count ->
    [one] Too many attempts. Try again in a minute.
   *[other] Too many attempts. Try again in { $count-shown } min.
  }
entering-not-now = Not now
entering-gone = This is gone
entering-broke = Something broke
entering-broke-what = It is not your fault. Please try again in a while.
entering-unread = What was sent could not be read. Go back and try again, with smaller pictures if there were any.
entering-picture-too-large = { $count ->
    [one] This picture is larger than { $count-shown } megabyte. Choose a smaller one.
   *[other] This picture is larger than { $count-shown } megabytes. Choose a smaller one.
  }
