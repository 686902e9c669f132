# What members write.
writing-heading = Write a post
writing-heading-edit = Edit your post
writing-form = Your post
writing-thread = To the thread
writing-title = Title (may be left out)
writing-title-hint = Threads in communities are found more easily by a title.
writing-text = What would you like to say?
writing-markdown-hint = Markdown works: **bold**, *italic*, `code`, > quote, - list. Name people by @name, topics by #topic.
writing-plain-hint = This post was written in an app, as plain text: it is shown as you type it.
writing-room = { $count ->
    [one] There is room for { $count-shown } character.
   *[other] There is room for { $count-shown } characters.
}
writing-looks = How it will look
writing-goes = Where it goes
writing-goes-thread = Into the thread
writing-goes-public = Everybody
writing-goes-unlisted = Everybody, quietly
writing-goes-private = My followers
writing-goes-local = People of { $name }
writing-goes-direct = Only people I mention
writing-readers-public = Everybody can read it, with or without an account.
writing-readers-unlisted = Everybody can read it, but it is not shown in public lists.
writing-readers-private = Your followers and the people you mention can read it.
writing-readers-local = People with an account at { $name } can read it.
writing-readers-direct = Nobody but the people you mention can read it.
writing-readers-community = Everybody can read it: { $name } is a public community.
writing-readers-members = Members of { $name } can read it: people of { $other }.
writing-readers-away = Members of { $name } can read it. The community lives at { $other }, whose node knows whose people they are.
writing-more = Content warning, language, time
writing-warning = Content warning
writing-warning-hint = The words are folded away below it. Leave it empty for none.
writing-sensitive = Hide pictures and videos at first
writing-language = Language
writing-at = Publish later, at
writing-at-utc = In UTC. Leave it empty to publish now.
writing-at-here = In your time. Leave it empty to publish now.
writing-poll = Poll
writing-poll-edit = If the answers change, all votes are gone.
writing-option = Answer { $count-shown }
writing-multiple = Several answers may be chosen
writing-hides = Show no figures before it is over
writing-lasts = How long it is open
writing-lasts-on = As it was
writing-lasts-half-hour = 30 minutes
writing-lasts-hour = 1 hour
writing-lasts-six-hours = 6 hours
writing-lasts-day = 1 day
writing-lasts-three-days = 3 days
writing-lasts-week = 7 days
writing-files = Pictures, videos, sound
writing-files-add = Add the chosen files
writing-files-most = { $count ->
    [one] A post has at most { $count-shown } file.
   *[other] A post has at most { $count-shown } files.
}
writing-file-waiting = This file is still being worked on. Wait a moment before you publish.
writing-file-sending = Sending
writing-file-failed = This file could not be sent. Try again.
writing-describe = What it shows, for those who cannot see or hear it
writing-view = What stays in view when it is cropped
writing-view-kept = As it is
writing-view-middle = The middle
writing-view-top = The top
writing-view-bottom = The bottom
writing-view-left = The left
writing-view-right = The right
writing-drop = Leave this file out
writing-publish = Publish
writing-save = Save the changes
writing-preview = Preview
writing-keep = Keep as draft
writing-too-often = You have sent very much in a short time. Wait a little and try again; nothing of this is lost.
writing-sent-before = This form was sent before, with other words. Look whether your post is there; if you publish now, it is another one.
writing-gone = What this refers to (the post that it answers, or a file) is not there any more. Look through it and try again.
writing-answer-gone = The post that this answers is not there any more, so it would be a post of its own. Look where it goes before you publish it.
writing-late = You logged in again since this form was opened, so nothing of it was done. Look through it, then send it once more.
writing-late-title = You are logged out
writing-late-words = Nothing was published, and nothing is lost. Log in in another window, then go on here.
writing-late-log-in = Log in, in a new window
writing-late-text = What you wrote
writing-late-go-on = Go on with it
writing-restored = This is what you typed before and did not publish.
writing-throw-away = Throw it away
writing-offers = Suggestions
writing-drafts = Drafts and posts to come
writing-drafts-none = You have no drafts, and nothing waits for its hour.
writing-draft-wordless = No words yet.
writing-draft-kept = Kept
writing-draft-files = { $count ->
    [one] { $count-shown } file
   *[other] { $count-shown } files
}
writing-draft-open = Go on writing
writing-draft-delete = Delete the draft
writing-draft-delete-sure = Delete this draft? It cannot be brought back.
writing-to-come = Posts to come
writing-comes = Will be published
writing-refused = It could not be published:
writing-cancel = Do not publish it, make it a draft
writing-rewrite = Delete and write anew
writing-rewrite-hint = The post is deleted, with its answers' link to it, favourites and boosts. Its words and files become a draft, which you can change and publish again.
writing-rewrite-do = Delete and write anew
