# Pages for everyone.
public-feed = Feed (Atom)
public-pages = Pages

# The front page
public-welcome = The people of { $name } take part in communities here and on the nodes of other organisations.
public-communities-none = No community here is open to everybody yet. Whoever belongs here sees more after logging in.
public-communities-none-member = No community here is open to everybody yet. Found the first, and choose later who may read it.
public-communities-end = There are no further communities.
public-found = Found a community
public-more-communities = More communities
public-members = { $count ->
    [one] { $count-shown } member
   *[other] { $count-shown } members
}
public-join-open = Open to anyone
public-join-ask = By asking
public-join-invite = By invitation
public-join-agreement = For partners
public-take-part = Take part
public-here = With an account here
public-sign-up = Sign up
public-accounts-open = Anybody may make an account.
public-accounts-approval = An administrator approves who asks for an account.
public-accounts-invite = Accounts are by invitation.
public-accounts-closed = Accounts are made by the administrator.
public-app = With an app
public-app-any = Any app for Mastodon works, in the browser, on a phone or in a terminal:
public-app-address = Where it asks for your server, type
public-elsewhere = With an account elsewhere
public-elsewhere-how = If your account is on another node, use that one: search there for the name of a community here, and follow it to join.
public-about = About this node
public-about-more = About this node, its rules and privacy
public-accounts = Accounts
public-contact = Contact
public-figures = In figures
public-people = { $count ->
    [one] { $count-shown } person
   *[other] { $count-shown } people
}
public-active = { $count-shown } active in the last 30 days
public-public-communities = { $count ->
    [one] { $count-shown } public community
   *[other] { $count-shown } public communities
}
public-count-posts = { $count ->
    [one] { $count-shown } post
   *[other] { $count-shown } posts
}

# About the node
public-about-title = About { $name }
public-whose = Whose node this is
public-rules = Rules
public-rules-none = This node has no written rules of its own. What the law says holds here too.
public-rules-communities = Each community may have rules of its own; they stand on its page.
public-privacy = Privacy in plain words
public-privacy-intro = What leaves this node, and to whom:
public-whom-nodes = Other nodes
public-tells-nodes-open = Names, pictures and profiles of people here, and what they write for followers or everybody, go to the nodes of those who follow them or are mentioned. Any node may ask for what is public.
public-tells-nodes-partners = Posts go only to nodes of organisations with which there is an agreement. Any node may still read what was made public.
public-tells-nodes-off = Nothing is sent to other nodes. What was made public can still be read.
public-whom-members = Members of a community
public-tells-members = What is written in a community that is not public goes only to the nodes whose people hold a seat in it, and is asked anew each time. Direct messages go to the nodes of the people mentioned; they are not encrypted from end to end.
public-whom-everybody = Everybody
public-tells-everybody = Public posts, profiles and public communities can be read here without an account. Search engines are told only of people who want to be found.
public-whom-pictures = Pictures of others
public-tells-pictures = They come through this node, so that other servers do not learn who looks at them.
public-whom-previews = Pages that posts lead to
public-tells-previews = This node looks at pages to which public posts lead, to show what they are. They learn the address of this node, not who wrote or reads.
public-whom-push = Push services
public-tells-push = Whoever lets an app notify them receives encrypted messages through the service of that app. It learns when, not what.
public-whom-mail = E-mail
public-tells-mail = Letters about accounts and invitations go through { $name }.
public-whom-translation = Translation
public-tells-translation = When somebody asks for a translation, the words of that post go to { $name }.
public-whom-browser = Your browser
public-tells-browser = Whoever logs in gets two cookies, one for the session and one that protects forms. Whoever only reads gets none. Pages load nothing from anywhere else.
public-whom-nobody = Nobody else
public-tells-nobody = There is no advertising and no tracking, and nothing is counted by third parties. The administrators of this node can read what is stored on it.
public-software = Software
public-software-what = This node runs Intermoot { $name }, free software under the GNU Affero General Public License, version 3. Whoever uses it may have its source.
public-software-source = Source of what runs here
public-software-api = Interface for programs
public-source-administrator = its administrator
public-source-ask = Intermoot { $name } is free software under the GNU Affero General Public License, version 3. Whoever uses this node may have the source of what runs here: ask { $other }.
public-policy-of = Policy of { $name }
public-policy-version = version { $name }, since { $other }
public-policy-digest = Digest, which is what members accept:

# Profiles
public-works-confirmed = { $name }, confirmed
public-works-claimed = Says to belong to { $name }, not confirmed
public-guest-of = Guest of @{ $name }
public-bot = Says that it is a program
public-locked = Approves followers
public-follows-you = Follows you
public-links-back = links back
public-since = Here since { $name }
public-followers = { $count ->
    [one] { $count-shown } follower
   *[other] { $count-shown } followers
}
public-following = follows { $count-shown }
public-followers-of = Who follows { $name }
public-followed-by = Whom { $name } follows
public-followers-tab = Followers
public-following-tab = Follows
public-circle-kept = { $name } keeps this to themselves.
public-circle-none = Nobody yet whom you may see here.
public-edit-profile = Edit your profile
public-follow-how = To follow, search your app for
public-seen-from-here = You see what reached this node.
public-at-home = The page at { $name }
public-posts = Posts
public-posts-and-answers = Posts and answers
public-media = With pictures and files
public-parts = What is shown
public-no-posts = Nothing here for everybody to read.
public-no-posts-member = Nothing here that you may read. Follow to see what comes.
public-no-posts-mine = You have not written anything here yet.
public-blocks-you = This account has blocked you: you cannot follow it, and do not see what it writes.
public-blocked = You have blocked this account. Neither of you sees what the other writes.
public-muted = You have muted this account: what it writes does not come to your home page, and it does not notify you.
public-requested = You asked to follow; this waits for an answer.
public-follow = Follow { $name }
public-ask-to-follow = Ask to follow { $name }
public-unfollow = Unfollow { $name }
public-withdraw = Withdraw the request
public-write-to = Write to
public-mute = Mute { $name }
public-unmute = No longer mute { $name }
public-block = Block { $name }
public-block-what = Follows in both directions end, and neither of you sees what the other writes. You can lift it again; follows do not come back by themselves.
public-unblock = No longer block { $name }

# Tags
public-tag-what = What people of this node wrote for everybody with this tag.
public-tag-none = Nothing here for everybody to read. Whoever writes a public post with this tag is the first.

# What a page says instead of what was asked for
public-gone-account = This account was deleted.
public-gone-community = This community was deleted.

# A community, for whoever is not logged in
public-community-closed = This community is closed: nothing new is written here.
public-community-read-by-all = Everybody can read it
public-community-read-by-members = Only members read it
public-community-join-before = To join, search your app for
public-community-join-after = and follow it.
public-community-threads = Threads
public-community-empty = Nothing here for everybody to read yet.
