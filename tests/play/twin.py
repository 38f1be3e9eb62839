"""The incidents and reports of a day once more, in plain Python, written from the docstrings.

Slow on purpose: no numpy, no Numba, only whole numbers and floats in lists. It must give the same
bits as ``interpose.play``: the same draws, the same rates, the same incidents, the same reports.
Force, presence and shocks are given to it as the numbers they leave behind on the day.
"""

from __future__ import annotations

import math
import struct

from lab import arrays_of

BITS = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15  # SplitMix64: 2^64 over the golden ratio, odd
INCIDENTS, MARKS, OBSERVE = range(3)  # positions of the process keys
DRAWS_OF_AN_INCIDENT = 16
FATAL, DEATHS, HURTS, INJURED, OWN_DEAD, OWN_INJURED, CROWD, REACHED = range(8)


def scramble(z):
    """Return the finaliser of SplitMix64, variant 13, of a 64-bit number."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
    return z ^ (z >> 31)


def key_of_the_day(process, ordinal):
    """Return the key of a process on a day, counted from 1 January of year 1."""
    return scramble((process + ordinal * STEP) & BITS)


def between_zero_and_one(bits):
    """Return the upper 53 of 64 bits as a number from 0 to just below 1."""
    return math.ldexp(bits >> 11, -53)


def numbered(key, number):
    """Return the draw of this number that belongs to a key."""
    return between_zero_and_one(scramble((key + number * STEP) & BITS))


def plain(named_tuple):
    """Return all arrays of a world as lists of whole numbers and floats, by dotted name."""
    return {
        name: value.tolist() if hasattr(value, "tolist") else value
        for name, value in arrays_of(named_tuple)
    }


def count_of(u, mean, size):
    """Return the smallest n with P(Y > n) <= u under the negative binomial law."""
    chance = math.exp(-size * math.log1p(mean / size))
    share = mean / (mean + size)
    above = 1.0 - chance
    n = 0
    while above > u and n < 100_000:
        chance *= (n + size) / (n + 1.0) * share
        n += 1
        above -= chance
        if chance < 1e-18 and n > mean:
            break
    return n


def casualties_of(u, cumulative):
    """Return the first n, from one, whose cumulative chance is above u; the last if none is."""
    for n, chance in enumerate(cumulative, start=1):
        if u < chance:
            return n
    return len(cumulative)


def own_of(u, n, share):
    """Return how many of n belong to the instigator: binomial, first k with u < P(K <= k)."""
    if n == 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return n
    chance = 1.0
    for _ in range(n):
        chance *= 1.0 - share
    total = chance
    k = 0
    while u >= total and k < n:
        chance *= (n - k) / (k + 1.0) * share / (1.0 - share)
        k += 1
        total += chance
    return k


def single(x):
    """Round to a 32-bit float."""
    return struct.unpack("f", struct.pack("f", x))[0]


class Twin:
    """One future, played in plain Python.

    Attributes
    ----------
    excitation, rate, chance : list of list of float
        [type][place], as in ``state.incidents``.
    events : list of tuple of int
        In the order and with the fields of ``state.incidents.events``.
    background : list of float
    reported : dict of (reporter, month, type) to [incidents, deaths]
    """

    def __init__(self, world, keys):
        self.world = plain(world)
        self.keys = [int(key) for key in keys]
        self.types = len(self.world["cell_keys"])
        self.places = len(self.world["cell_keys"][0])
        self.excitation = [[0.0] * self.places for _ in range(self.types)]
        self.rate, self.chance = [], []
        self.events, self.background, self.reported = [], [], {}

    def play(self, day, base, raw, damping, reached):
        """Play one day, given [type][place] background and damping, and [place] reached."""
        before = len(self.events)
        self.expect(base, raw, damping)
        self.draw(day, base)
        for m in range(self.types):
            kept = self.world["incidents.memory"][m]
            self.excitation[m] = [x * kept for x in self.excitation[m]]
        for event in self.events[before:]:
            self.provoke(event, reached)
            self.report(event)

    def expect(self, base, raw, damping):
        """Set today's rates: damped background, damped retaliation, and what relocates."""
        world, cells = self.world, range(self.places)
        self.rate = [
            [base[m][c] + damping[m][c] * self.excitation[m][c] for c in cells]
            for m in range(self.types)
        ]
        if world["incidents.relocation"] > 0.0:
            for m in range(self.types):
                for c in cells:
                    ends = world["incidents.neighbour"][
                        world["incidents.neighbour_start"][c] : world["incidents.neighbour_start"][
                            c + 1
                        ]
                    ]
                    gone = (raw[m][c] - base[m][c]) + self.excitation[m][c] * (1.0 - damping[m][c])
                    for end in ends:
                        self.rate[m][end] += world["incidents.relocation"] * gone / len(ends)

    def draw(self, day, base):
        """Draw the counts of all cells, and the marks of each incident."""
        world = self.world
        today = key_of_the_day(self.keys[INCIDENTS], world["first_ordinal"] + day)
        self.chance = []
        for m in range(self.types):
            keys = [(world["cell_keys"][m][c] + today) & BITS for c in range(self.places)]
            self.chance.append([between_zero_and_one(scramble(key)) for key in keys])
            for c in range(self.places):
                rate = self.rate[m][c]
                if self.chance[m][c] >= rate:  # the chance of any never exceeds the mean
                    continue
                for order in range(count_of(self.chance[m][c], rate, world["incidents.size"][m])):
                    self.events.append(self.marked(day, m, c, order))
                    self.background.append(single(base[m][c] / rate))

    def key(self, process, day, m, c):
        """Return the key of a process at a cell on a day."""
        today = key_of_the_day(self.keys[process], self.world["first_ordinal"] + day)
        return scramble((self.world["cell_keys"][m][c] + today) & BITS)

    def marked(self, day, m, c, order):
        """Return one incident with its dead, injured and crowd."""
        world, key = self.world, self.key(MARKS, day, m, c)

        def u(mark):
            return numbered(key, order * DRAWS_OF_AN_INCIDENT + mark)

        dead = hurt = 0
        if u(FATAL) < world["incidents.fatal_share"][m]:
            dead = casualties_of(u(DEATHS), world["incidents.death_law"])
        if u(HURTS) < world["incidents.injury_share"][m]:
            hurt = casualties_of(u(INJURED), world["incidents.injury_law"])
        own_dead = own_of(u(OWN_DEAD), dead, world["incidents.instigator_share"][m])
        own_hurt = own_of(u(OWN_INJURED), hurt, world["incidents.instigator_share"][m])
        crowds = world["incidents.crowd"][m]
        crowd = int(crowds[int(u(CROWD) * len(crowds))])
        return (day, c, m, dead - own_dead, own_dead, hurt - own_hurt, own_hurt, crowd, order)

    def provoke(self, event, reached):
        """Add what an incident provokes from tomorrow on."""
        world = self.world
        day, c, m, *casualties, _, order = event
        weight = world["incidents.severity"][m][sum(casualties)]
        u = numbered(self.key(MARKS, day, m, c), order * DRAWS_OF_AN_INCIDENT + REACHED)
        if u < reached[c]:
            weight *= 1.0 - world["incidents.response_reduction"]
        for child in range(self.types):
            offspring = world["incidents.offspring"][child][m]
            if offspring == 0.0:
                continue
            amount = (1.0 - world["incidents.memory"][child]) * offspring * weight
            spread = world["incidents.spread"][world["incidents.spread_of"][child]][c]
            for i in range(self.places):
                self.excitation[child][i] += amount * spread[i]

    def report(self, event):
        """Let every reporter hear of an incident, or not, early or late."""
        world = self.world
        day, c, m, *casualties, _, order = event
        dead = casualties[0] + casualties[1]
        key = self.key(OBSERVE, day, m, c)
        rows = len(world["observe.reporter"])
        for r in range(rows):
            in_time = world["observe.begins"][r] <= day < world["observe.ends"][r]
            if not (world["observe.type"][r][m] and in_time):
                continue
            share = world["observe.fatal_share" if dead > 0 else "observe.share"][r]
            number = 2 * (order * rows + r)
            if numbered(key, number) >= share:
                continue
            late = -world["observe.delay_days"][r] * math.log(1.0 - numbered(key, number + 1))
            arrival = day + int(late)
            if arrival < world["days"]:
                where = (world["observe.reporter"][r], world["month_of_day"][arrival], m)
                count = self.reported.setdefault(where, [0, 0])
                count[0] += 1
                count[1] += dead
