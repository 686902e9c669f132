# What members read.
