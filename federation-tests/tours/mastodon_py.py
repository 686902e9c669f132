"""Mastodon.py, unmodified, does all that a client needs, against two nodes.

    mastodon_py.py HOME NAME PASSWORD NAME PASSWORD AWAY NAME PASSWORD NAME PASSWORD

HOME and AWAY are base URLs that this machine resolves (http://localhost:4001); two people live at HOME, one at AWAY,
none of them with posts or follows; the last is an administrator of HOME. One line for each step, then `N passed, N failed`; exits 0 only if none failed.
"""

import argparse
import sys

import record
from chapters import (
    administering, arranging, asking, communities, instance, notifications, oauth, other_apps, people, posts, quiet, streaming, timelines,
)

CHAPTERS = (
    instance, oauth, people, posts, timelines, notifications, asking, streaming, communities, arranging, quiet, other_apps,
    administering,
)


class Person:
    """Someone who takes part; `api` is their client once the OAuth chapter has logged them in."""

    def __init__(self, tour, base, name, password):
        self.base, self.name, self.password, self.wire = base, name, password, tour.wire()
        self.api = self.me = None


class Cast:
    """Who takes part: ada and abe at home, bo away, boss who administers home. Chapters keep here what later ones need."""

    def __init__(self, tour, given):
        self.ada = Person(tour, given.home, given.ada, given.ada_password)
        self.abe = Person(tour, given.home, given.abe, given.abe_password)
        self.bo = Person(tour, given.away, given.bo, given.bo_password)
        self.boss = Person(tour, given.home, given.boss, given.boss_password)
        self.home, self.away = given.home, given.away
        self.home_name = self.away_name = None
        self.ada_away = self.bo_at_home = None
        self.post = self.post_away = self.edited = None
        self.group = self.group_away = self.list = self.moot = self.moot_home = self.cold = None

    def __iter__(self):
        return iter((self.ada, self.abe, self.bo))


def main():
    """Goes through all chapters; answers the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("home", "ada", "ada_password", "abe", "abe_password", "away", "bo", "bo_password", "boss", "boss_password"):
        parser.add_argument(name)
    tour = record.Tour()
    cast = Cast(tour, parser.parse_args())
    for chapter in CHAPTERS:
        print(f"-- {chapter.__doc__.splitlines()[0]}", flush=True)
        chapter.tell(tour, cast)
        if chapter is oauth and not all(person.me for person in cast):
            print("Not everybody could log in: the other chapters were not tried.", flush=True)
            break
    return tour.end()


if __name__ == "__main__":
    sys.exit(main())
