#  joining and running them:Gemeinschaften: beitreten und leiten.
