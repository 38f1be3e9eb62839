"""Displacement once more, slowly and plainly: dicts, loops and exact integers, no arrays."""

from __future__ import annotations

import heapq
import math

from interpose.play.draws import GOLDEN, future_key, mixed, name_key

MASK = (1 << 64) - 1


def uniform(key, purpose):
    return math.ldexp(mixed((key + purpose * int(GOLDEN)) & MASK) >> 11, -53)


def share(amount, part, u):
    return max(0, min(amount, math.floor(amount * part + u)))


class Twin:
    """One future; the same rules as play/displacement.py, told another way."""

    def __init__(self, instance, values, seed):
        self.instance, self.seed = instance, int(future_key(seed, 0, "displacement"))
        self.v = {name.partition(".")[2]: value for name, value in values.items()}
        self.places = [place.name for place in instance.locations]
        self.place = {place.name: place for place in instance.locations}
        self.camps = [name for name in self.places if "camp" in self.place[name].kind]
        series = instance.series
        self.in_camp = {c: series[c].daily(1)[0] if c in series else 0 for c in self.camps}
        self.waiting = dict.fromkeys(self.places, 0)
        self.settled = 0
        self.road = []  # (day of arrival, camp, people)

    def ways(self, day):
        """Return km by (start, camp), by Dijkstra from every place."""
        active = [c for c in self.instance.closures if c.active(day)]
        roads, sent_on = {}, {}
        for route in self.instance.routes:
            ends = (route.start, route.end)
            countries = {self.place[end].country for end in ends}
            if any(
                (c.kind == "location" and c.first in ends)
                or (c.kind == "link" and {c.first, c.second} == set(ends))
                or (c.kind == "country" and {c.first, c.second} == countries)
                for c in active
            ):
                continue
            for start, end in (ends, ends[::-1]):
                roads[start, end] = min(route.km, roads.get((start, end), math.inf))
            if route.redirects:
                goal = ends[ends[0] == route.redirects]
                lifted = [c for c in active if c.kind == "remove_forced_redirection"]
                if not any((c.first, c.second) == (route.redirects, goal) for c in lifted):
                    sent_on[route.redirects] = goal
        shut = {c.first for c in active if c.kind in ("camp", "idpcamp")} | set(sent_on)
        km = {}
        for start in self.places:
            best, todo = {}, [(0.0, start)]
            while todo:
                way, here = heapq.heappop(todo)
                if here in best:
                    continue
                best[here] = way
                for (a, b), length in roads.items():
                    if a == here and sent_on.get(a, b) == b:
                        heapq.heappush(todo, (way + length, b))
            km.update({(start, c): best[c] for c in self.camps if c in best and c not in shut})
        return km

    def underway(self, camp):
        return sum(number for _, goal, number in self.road if goal == camp)

    def room(self, camp):
        capacity = self.place[camp].size
        if capacity <= 0:
            return 1.0
        occupied = (self.in_camp[camp] + self.underway(camp)) / capacity
        if occupied <= self.v["nearly_full"]:
            return 1.0
        return max(0.0, (1.0 - occupied) / (1.0 - self.v["nearly_full"]))

    def weights(self, km, start, without=None):
        soft, power = self.v["distance_softening_km"], self.v["distance_power"]
        found = {}
        nearest = min((km[start, c] for c in self.camps if (start, c) in km), default=0.0)
        for camp in self.camps:
            if (start, camp) in km and camp != without:
                weight = (km[start, camp] - nearest + soft) ** -power * self.room(camp)
                if weight > 0:
                    found[camp] = weight
        return found

    def send(self, day, km, start, going, weights, u):
        total, below, given, turned = sum(weights.values()), 0.0, 0, 0
        for camp, weight in weights.items():
            below += weight
            upto = going if camp == list(weights)[-1] else share(going, below / total, u)
            number, given = upto - given, upto
            if self.place[camp].size > 0:
                beds = self.place[camp].size - self.in_camp[camp] - self.underway(camp)
                turned += max(0, number - beds)
                number = min(number, beds)
            days = int(km[start, camp] // self.v["speed_km_per_day"])
            if days:
                self.road.append((day + days, camp, number))
            else:
                self.in_camp[camp] += number
        return turned

    def origins(self, day):
        order = [*range(day, -1, -1), *range(day + 1, self.instance.days)]
        for at in order:
            weights = {
                place.name: level * place.size
                for place, level in zip(
                    self.instance.locations, self.instance.conflict[at], strict=True
                )
                if "camp" not in place.kind and level * place.size > 0
            }
            if weights:
                return weights
        return {}

    def step(self, day):
        km = self.ways(day)
        today = mixed((self.seed + day * int(GOLDEN)) & MASK)
        admits = {
            c: any((p, c) in km for p in self.places if p not in self.camps) for c in self.camps
        }
        for due, camp, number in [entry for entry in self.road if entry[0] <= day]:
            if admits[camp]:
                self.road.remove((due, camp, number))
                self.in_camp[camp] += number
        newly, weights = self.instance.newly_displaced()[day], self.origins(day)
        total, below, given = sum(weights.values()), 0.0, 0
        for name, weight in weights.items():
            below += weight
            upto = share(newly, below / total, uniform(today, 0))
            self.waiting[name] += upto - given
            given = upto
        self.waiting[list(weights)[-1]] += newly - given
        for name in self.places:
            weights = self.weights(km, name)
            if self.waiting[name] and weights:
                key = self.key(name, today)
                going = share(self.waiting[name], self.v["leave_share"], uniform(key, 1))
                settling = share(going, self.v["settle_share"], uniform(key, 2))
                self.settled += settling
                left = self.send(day, km, name, going - settling, weights, uniform(key, 3))
                self.waiting[name] -= going - left
        for camp in self.camps:
            key = self.key(camp, today)
            going = share(self.in_camp[camp], self.v["onward_share"], uniform(key, 4))
            weights = self.weights(km, camp, without=camp)
            if going and weights:
                left = self.send(day, km, camp, going, weights, uniform(key, 5))
                self.in_camp[camp] -= going - left
        return [self.in_camp[camp] for camp in self.camps]

    def key(self, name, today):
        return mixed((int(name_key("displacement", name)) + today) & MASK)
