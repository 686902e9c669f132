# Posts, threads and lists of them; notifications; search.
reading-not-confirmed = not confirmed
reading-guest = guest
reading-guest-of = Guest of @{ $name }
reading-sensitive = { $count ->
    [one] A sensitive file
   *[other] { $count-shown } sensitive files
}
reading-files = { $count ->
    [one] 1 file
   *[other] { $count-shown } files
}
reading-picture = Picture
reading-video = Video
reading-sound = Sound
reading-file = File
reading-not-described = A picture without a description
reading-video-not-described = A video without a description
reading-sound-not-described = A sound without a description
reading-poll-one = Choose one answer
reading-poll-several = Choose one or more answers
reading-vote = Vote
reading-poll-voters = { $count ->
    [one] 1 person voted
   *[other] { $count-shown } people voted
}
reading-poll-ends = ends
reading-poll-over = over
reading-poll-open = open
reading-poll-mine = your vote
reading-boosted-by = Boosted by { $name }
reading-in-answer-to = In answer to
reading-removed = A moderator removed this; only you see it.
reading-queued = A moderator reads this before others do.
reading-pending = The community has not taken this in yet.
reading-filtered = Found by your filter “{ $name }”
reading-edited = edited
reading-read-by = Read by:
reading-locked = no more answers
reading-answers = { $count ->
    [one] 1 answer
   *[other] { $count-shown } answers
}
reading-boosts = { $count ->
    [one] 1 boost
   *[other] { $count-shown } boosts
}
reading-favourites = { $count ->
    [one] 1 favourite
   *[other] { $count-shown } favourites
}
reading-to-everybody = Everybody
reading-to-quietly = Everybody, not promoted
reading-to-followers = Followers of { $name }
reading-to-named = Only whoever is named in it
reading-to-our-people = People of { $name }
reading-to-members-only = Members of its community
reading-to-members = Members of { $name }
reading-to-members-at = Members of { $name } at { $other }
reading-to-members-of = Members of { $name }, a community at { $other }
reading-and-more = { $name } and { $count-shown } more

reading-answer = Answer { $name }
reading-boost = Boost the post by { $name }
reading-favourite = Favourite the post by { $name }
reading-bookmark = Bookmark the post by { $name }
reading-more-of = More about the post by { $name }
reading-who-favourited = Who favourited this
reading-at-origin = Open where it was written
reading-edit = Edit
reading-delete = Delete …
reading-pin = Pin to your profile
reading-unpin = Take off your profile
reading-mute = No more notifications of this thread
reading-unmute = Notifications of this thread again
reading-report = Report …

reading-seen-before = From here on you have been before
reading-pages = Pages
reading-further-pages = Further answers
reading-newest = Newest posts
reading-older = Older posts
reading-newest-first = Newest
reading-earlier = Earlier
reading-arrived = { $count ->
    [one] 1 new post
   *[other] { $count-shown } new posts
}

reading-wrote = { $name } wrote
reading-deleted = This post was deleted by its author.
reading-rootless = This answers something that is not shown here.
reading-beginning = To the beginning of the thread
reading-to-answer = To answer, search your app for
reading-your-answer = Your answer
reading-no-answers = This thread takes no more answers.
reading-earlier-answers = Earlier answers
reading-latest-answer = The latest answer
reading-further-answers = { $count ->
    [one] 1 more answer
   *[other] { $count-shown } more answers
}

reading-views = Views
reading-home = Home
reading-home-empty = Nothing here yet. Join a community or follow people, and what they write comes here.
reading-find-communities = Find communities
reading-find-people = Find people
reading-public-here = Public here
reading-public-all = Public everywhere
reading-public-empty = Nobody has written anything public yet.
reading-bookmarks = Bookmarks
reading-bookmarks-empty = You have no bookmarks yet. The bookmark below a post keeps it here; nobody else sees that.
reading-my-favourites = Favourites
reading-favourites-empty = You have no favourites yet. The star below a post tells its author that you like it.
reading-lists = Lists
reading-lists-empty = You have no lists. Apps can make them: people whom you read apart from home.
reading-list-empty = Nothing has come into this list yet.

reading-delete-title = Delete this post?
reading-delete-words = It is deleted here, and other nodes that have it are told to delete it. This cannot be undone.
reading-delete-yes = Delete
reading-delete-no = Keep it

reading-report-title = Report a post
reading-report-to-community = The moderators of { $name } read your report.
reading-report-to-node = The moderators of this node read your report.
reading-report-rules = The rules
reading-report-why = What is the matter?
reading-report-spam = It is spam
reading-report-legal = It is against the law
reading-report-violation = It breaks the rules
reading-report-other = Something else
reading-report-comment = What should the moderators know?
reading-report-forward = Also tell the moderators of { $name }, without your name
reading-report-send = Send the report
reading-report-cancel = Back without reporting
reading-reported-title = The report is sent
reading-reported-words = The moderators look at what { $name } wrote. You are told when they have decided.
reading-to-home = Home

reading-history = How this post read before
reading-history-now = now
reading-history-first = first
reading-back-to-post = Back to the post
reading-nobody-yet = Nobody yet.

reading-notifications = Notifications
reading-notifications-empty = Nothing yet. Answers, favourites, requests and decisions come here.
reading-told-anew = Show what is new
reading-all = All
reading-mentions = Mentions
reading-about-posts = Your posts
reading-requests = To decide
reading-mark-read = Mark all as read
reading-dismiss-all = Dismiss all
reading-dismiss-all-sure = Dismiss all notifications for good?
reading-dismiss = Dismiss: { $name }
reading-the-post = The post
reading-let-follow = Let them follow
reading-refuse-follow = Refuse
reading-who-two = { $name } and { $other }
reading-who-more = { $count ->
    [one] { $name } and 1 other
   *[other] { $name } and { $count-shown } others
}
reading-told-mention = { $name } mentioned you
reading-told-boost = Your post was boosted by { $name }
reading-told-favourite = Your post is a favourite of { $name }
reading-told-follow = New follower: { $name }
reading-told-follow-request = { $name } asks to follow you
reading-told-edit = { $name } edited a post that you answered or boosted
reading-told-quoted-edit = { $name } edited a post that you quote
reading-told-status = { $name } has posted
reading-told-quote = { $name } quoted your post
reading-told-poll = A poll of { $name } in which you voted is over
reading-told-own-poll = Your poll is over
reading-told-other = Something has happened
reading-told-sign-up = { $name } signed up
reading-told-report = There is a new report
reading-told-report-closed = A report of yours is closed
reading-told-warning = Moderators have decided something about you
reading-told-scheduled = A post of yours to come could not be published
reading-told-seat = { $name } asks to be let into { $other }
reading-told-newcomer = { $name } is new in { $other }
reading-told-offered = { $name } offers an agreement
reading-told-held = The agreement with { $name } is held until it is confirmed
reading-told-ended = The agreement with { $name } has ended
reading-told-lapsed = Nobody answered the offer between us and { $name } in time
reading-told-unreachable = { $name } does not take what we send
reading-told-alarm = { $name } does far more than it is known for
reading-to-moderation = To the reports
reading-to-requests = To the requests
reading-to-community = To the community
reading-to-partners = To the partners

reading-search = Search
reading-search-for = Search: { $name }
reading-search-what = Words, a name, a tag or an address
reading-search-how = How to search
reading-search-nothing = Nothing was found for “{ $name }”. Try fewer words, or the whole address of what is elsewhere.
reading-how-words = words that stand together; a word that must not be there
reading-how-from = written by somebody, by yourself
reading-how-in = in a community; among what you wrote, kept or were named in
reading-how-has = with files, answers alone, in a language
reading-how-when = before a day, after it, on it
reading-how-address = somebody or something on another node
reading-posts = Posts
reading-people = People
reading-communities = Communities
reading-tags = Tags
