"""Flight and return once more, in plain Python and lists, written from the docstring of people.py.

It reckons on the same days: daily while more than a hundred a day move or within the ramp, else at
the end of a month and when a riot is over.
"""

from __future__ import annotations

import math

from interpose.play.processes.riots.arrays import DISPLACED

STAYING, READY, UNDERWAY, SHELTERED, INSIDE, ABROAD, IN_FOR_GOOD, OUT_FOR_GOOD = range(8)


class PeopleTwin:
    """Where everybody is: ``where[stock][community][place]``; one place a municipality."""

    def __init__(self, theatre, parameters, start):
        self.value = parameters.scalar
        self.where = start.tolist()
        self.communities = range(len(theatre.communities))
        self.places = range(len(theatre.scenario.places))
        names = theatre.communities
        self.target = [
            names.index(t.target) if t.target in names else -1
            for t in theatre.scenario.incident_types
        ]
        reach = self.value("flight.near_min")
        self.near = [[math.exp(-t / reach) for t in row] for row in theatre.travel_min.tolist()]
        belong = start.sum(axis=0).tolist()
        self.thousands = [
            [sum(belong[k][c] * self.near[c][m] for c in self.places) / 1000 for m in self.places]
            for k in self.communities
        ]
        self.fear, self.fresh, self.age = (
            [[0.0] * len(self.places) for _ in names] for _ in range(3)
        )
        self.month = theatre.month_of_day.tolist()
        self.reckoned, self.riots, self.flow = 0, 0, 0.0

    def play(self, day, events, riots, guard):
        """Play one day with its incidents, all riots so far and presence per 1000 at each place."""
        for event in events:
            k = self.target[event[2]]
            weight = 1.0 + self.value("flight.casualty_weight") * (event[3] + event[5])
            for m in self.places if k >= 0 else ():
                self.fresh[k][m] += weight * self.near[event[1]][m]
        new, self.riots = riots[self.riots :], len(riots)
        last = day + 1 == len(self.month) or self.month[day + 1] != self.month[day]
        if last or new or self.flow > 100.0 or day < max(self.value("return.ramp_days"), 1.0):
            self.reckon(day, guard)
        for riot in new:
            if riot[3] < len(self.communities):  # day, place, community, target, ... displaced
                self.shelter(riot[1], riot[3], riot[DISPLACED])

    def shelter(self, c, k, displaced):
        """Take the displaced out of homes, in proportion."""
        at_home = [self.where[stock][k][c] for stock in (STAYING, READY)]
        share = min(1.0, displaced / sum(at_home)) if sum(at_home) else 0.0
        for stock, persons in enumerate(at_home):
            self.where[stock][k][c] -= share * persons
            near = self.value("flight.shelter_share") * share * persons
            self.where[SHELTERED][k][c] += near
            self.where[UNDERWAY][k][c] += share * persons - near

    def reckon(self, day, guard):
        """Move everybody who moved since the last reckoning."""
        days = day + 1 - self.reckoned
        at_home = [
            [self.where[STAYING][k][c] + self.where[READY][k][c] for c in self.places]
            for k in self.communities
        ]
        moved = 0.0
        for k in self.communities:
            for c in self.places:
                here = sum(at_home[j][c] for j in self.communities)
                others = 1.0 - at_home[k][c] / here if here else 0.0
                moved += self.move(k, c, day, days, others, guard[c])
        self.flow, self.reckoned = moved / days, day + 1

    def move(self, k, c, day, days, others, guard):
        """Move the people of one community and place; return how many left or came home."""
        value, where = self.value, self.where
        memory, fear = value("flight.memory_days"), self.fear[k][c] / self.thousands[k][c]
        lasting = memory * (1.0 - math.exp(-days / memory))
        leaving = 1.0 - math.exp(-value("flight.per_incident") * others * fear * lasting)
        self.fear[k][c] = self.fear[k][c] * math.exp(-days / memory) + self.fresh[k][c]
        self.fresh[k][c] = 0.0
        wish = value("return.base")
        wish += value("return.guard_weight") * guard / (guard + value("return.half_presence"))
        wish -= value("return.harm_weight") * fear + value("return.minority_weight") * others
        wish -= value("return.year_weight") * self.age[k][c] / 365.25
        ramp = min(1.0, (day + 1) / max(value("return.ramp_days"), 1.0))
        h = value("return.most_per_day") * ramp / (1.0 + math.exp(-wish))
        s = value("return.settle_per_year") / 365.25
        out = 1.0 - math.exp(-(h + s) * days)

        def flow(start, end, persons):
            where[start][k][c] -= persons
            where[end][k][c] += persons
            return persons

        stock = [row[k][c] for row in where]
        fled = flow(READY, UNDERWAY, leaving * stock[READY])
        came = (1.0 - math.exp(-days / value("flight.underway_days"))) * stock[UNDERWAY]
        flow(UNDERWAY, ABROAD, value("flight.abroad_share") * came)
        flow(UNDERWAY, INSIDE, came - value("flight.abroad_share") * came)
        back = 0.0
        for away, for_good in ((INSIDE, IN_FOR_GOOD), (ABROAD, OUT_FOR_GOOD)):
            back += flow(away, STAYING, out * h / (h + s) * stock[away])
            flow(away, for_good, out * s / (h + s) * stock[away])
        rate = value("return.after_riot_per_day")
        back += flow(SHELTERED, STAYING, (1.0 - math.exp(-rate * days)) * stock[SHELTERED])
        gone = where[INSIDE][k][c] + where[ABROAD][k][c]
        if gone > 0.0:
            self.age[k][c] = (self.age[k][c] + days) * (gone - came) / gone
        return fled + back
