r"""Riot: who has heard may come, the more the more are there; police and troops come after a while.

A share of those who heard (turnout, with a factor of the rumour and one of the place) is ready to
come to some scene: a place with people of the communities that the rumour is against, a protected
site, or a seat of the authorities where it is against them. People choose among scenes by what
draws them there (log(1 + victims)) times how near it is by road, or stay at home (weight 1).

Crowds follow Burbeck et al. 1978 and Bonnasse-Gahot et al. 2018 (doi:10.1038/s41598-017-18093-4),
in hours: the ready who have not come yet come with chance 1 - exp(-urge),

    urge = (call + pull ((1 - news) f_near + news f_all)) exp(-age / fresh) belief (1 - risk P)

where f is the share of all who might come that is in the street, near by road or anywhere. Of a
crowd of X facing a force of F, a share P = 1 - exp(-ratio F / X) is held (the arrest probability of
Epstein 2002, doi:10.1073/pnas.092080199, with 2.3 for ratio), which those who would come fear by
their ``risk`` aversion, and

    X(t + 1) = X(t) exp(-1 / stay - arrest P)

so that a shrinking crowd meets ever better odds and collapses. A crowd of at least ``least_crowd``
is a riot and calls for help, until half as many are left; the place stays watched after that.
Police of the municipality come after ``police_hours``, troops of all bases after ``troops_hours``:
those for riots in full, others by ``plain_troops_weight``; all are shared equally among the scenes
that call, by reach. So a place beside a base can burn.

When a wave is over its dead and injured are drawn: negative binomial, in proportion to all who
came. In the held part of the crowd's hours they belong to force and crowd, in the rest to victims
and crowd. Houses and sites burn with the hours that nobody held, and people flee from the houses.
"""

from __future__ import annotations

import math

from interpose.play.compiled import kernel, part
from interpose.play.draws import mix, negative_binomial, of_instigator, uniform
from interpose.play.processes.incidents import IncidentsWorld, excite
from interpose.play.processes.unrest.arrays import (
    ACTIVE,
    COMMUNITY,
    FIRST_HOUR,
    RUMOUR,
    TELLING,
    UnrestState,
    UnrestWorld,
)
from interpose.play.processes.unrest.rumour import awake, belief
from interpose.play.theatre import Floats


@part
def gather(unrest: UnrestState, world: UnrestWorld, wave: int) -> None:
    """Set how many who heard would come to each scene."""
    ready = unrest.ready[wave]
    ready[:] = 0.0
    for c in range(ready.shape[0]):
        heard = unrest.persons[wave, c] - unrest.ignorant[wave, c]
        if heard > 0.0:
            go = unrest.strength[wave] * heard / unrest.pulls[wave, c]
            for d in range(ready.shape[0]):
                if unrest.potential[wave, d] > 0.0:
                    ready[d] += go * unrest.draws_in[wave, d] * world.march[c, d]


@part
def come(unrest: UnrestState, world: UnrestWorld, wave: int, hour: int) -> None:
    """Let those who are ready come, the more the more are in the street."""
    crowd, potential = unrest.crowd[wave], unrest.potential[wave]
    near = unrest.contacts_made
    everywhere = whole = 0.0
    for d in range(crowd.shape[0]):
        near[d] = 0.0
        everywhere += crowd[d]
        whole += potential[d]
    if everywhere > 0.0:
        for j in range(crowd.shape[0]):
            if crowd[j] > 0.0:
                for d in range(crowd.shape[0]):
                    near[d] += world.march[j, d] * crowd[j]
    age = float(hour - unrest.waves[wave, FIRST_HOUR])
    fresh = math.exp(-age / world.fresh_hours) * belief(unrest, world, wave, hour)
    for d in range(crowd.shape[0]):
        if potential[d] > 0.0:
            seen = (1.0 - world.news_share) * near[d] / unrest.around[wave, d]
            seen += world.news_share * everywhere / whole
            urge = (world.call_per_hour + world.pull_per_hour * seen) * fresh
            urge *= 1.0 - world.risk_aversion * unrest.held[wave, d]
            more = max(0.0, unrest.ready[wave, d] - unrest.joined[wave, d])
            more *= -math.expm1(-urge)
            unrest.joined[wave, d] += more
            crowd[d] += more


@part
def calls(unrest: UnrestState, wave: int, d: int, least: float) -> bool:
    """Return whether a scene calls for help: once begun, a riot does until half are left."""
    begun = unrest.first[wave, d] >= 0
    return bool(unrest.crowd[wave, d] >= (0.5 * least if begun else least))


@part
def call_for_help(unrest: UnrestState, given: UnrestWorld) -> None:
    """Count the scenes that share the troops of each base and the police of each municipality."""
    unrest.scenes_of_base[:] = 0.0
    unrest.scenes_of_seat[:] = 0.0
    for wave in range(unrest.waves.shape[0]):
        if unrest.waves[wave, ACTIVE] == 0:
            continue
        for d in range(unrest.crowd.shape[1]):
            if calls(unrest, wave, d, given.least_crowd):
                unrest.scenes_of_seat[given.municipality_of_place[d]] += 1.0
                for b in range(unrest.scenes_of_base.shape[0]):
                    unrest.scenes_of_base[b] += given.reach[b, d]
    for b in range(unrest.scenes_of_base.shape[0]):
        unrest.scenes_of_base[b] = max(1.0, unrest.scenes_of_base[b])
    for seat in range(unrest.scenes_of_seat.shape[0]):
        unrest.scenes_of_seat[seat] = max(1.0, unrest.scenes_of_seat[seat])


@kernel
def there_in_time(hours: int, response_hours: float) -> float:
    """Return the part of the hour after so many in which help that takes so long is there."""
    return float(min(1.0, max(0.0, hours + 1.0 - response_hours)))


@part
def force_at(unrest: UnrestState, given: UnrestWorld, d: int, hours: int) -> float:
    """Return the force at a scene so many hours after its call, in officers ready for a riot."""
    force: float = there_in_time(hours, given.police_hours)
    if force > 0.0:
        force *= unrest.officers[d] / unrest.scenes_of_seat[given.municipality_of_place[d]]
    late = there_in_time(hours, given.troops_hours)
    if late > 0.0:
        for b in range(given.reach.shape[0]):
            force += late * unrest.fit_of_base[b] * given.reach[b, d] / unrest.scenes_of_base[b]
    return force


@kernel
def held_share(crowd: float, force: float, ratio: float) -> float:
    """Return the share of a crowd that a force holds."""
    return float(-math.expm1(-ratio * force / crowd))


@part
def meet(unrest: UnrestState, given: UnrestWorld, wave: int, hour: int) -> None:
    """Let crowds meet the force that is there, and shrink."""
    for d in range(unrest.crowd.shape[1]):
        crowd = unrest.crowd[wave, d]
        if crowd <= 0.0:
            continue
        unrest.peak[wave, d] = max(unrest.peak[wave, d], crowd)
        unrest.today[wave, d] = max(unrest.today[wave, d], crowd)
        called = calls(unrest, wave, d, given.least_crowd)
        if called and unrest.first[wave, d] < 0:
            unrest.first[wave, d] = hour
        held = 0.0
        if unrest.first[wave, d] >= 0:
            force = force_at(unrest, given, d, hour - unrest.first[wave, d])
            held = held_share(max(crowd, 0.5 * given.least_crowd), force, given.arrest_ratio)
            unrest.held[wave, d] = held
        if called:
            unrest.hours[wave, d] += 1
            unrest.opposed[wave, d] += held * crowd
            unrest.unopposed[wave, d] += (1.0 - held) * crowd
        left = crowd * math.exp(-1.0 / given.stay_hours - given.arrest_per_hour * held)
        unrest.crowd[wave, d] = left if left >= 0.5 else 0.0


@kernel
def play_hour(unrest: UnrestState, given: UnrestWorld, hour: int) -> None:
    """Play an hour of the crowds of all waves; nobody comes at night."""
    if awake(hour):
        for wave in range(unrest.waves.shape[0]):
            if unrest.waves[wave, ACTIVE] == 1 and hour >= unrest.waves[wave, FIRST_HOUR]:
                if unrest.waves[wave, TELLING] == 1:
                    gather(unrest, given, wave)
                come(unrest, given, wave, hour)
    call_for_help(unrest, given)
    for wave in range(unrest.waves.shape[0]):
        if unrest.waves[wave, ACTIVE] == 1:
            meet(unrest, given, wave, hour)


@part
def muster(
    unrest: UnrestState,
    given: UnrestWorld,
    troops: Floats,
    riot_troops: Floats,
    per_1000: Floats,
    municipality_thousands: Floats,
) -> None:
    """Set who can be sent to riots today."""
    for b in range(unrest.fit_of_base.shape[0]):
        riot = riot_troops[b]
        unrest.fit_of_base[b] = riot + given.plain_troops_weight * (troops[b] - riot)
    for d in range(unrest.officers.shape[0]):
        officers = per_1000[1, d] + per_1000[2, d]
        officers *= municipality_thousands[given.municipality_of_place[d]]
        unrest.officers[d] = given.police_share * officers


@part
def provoke(
    unrest: UnrestState, given: UnrestWorld, excitation: Floats, known: IncidentsWorld, year: int
) -> None:
    """Let today's riots provoke what so many incidents of their kind would, from tomorrow on.

    Incidents between the community and those of whom most live there; or the authorities.
    """
    for wave in range(unrest.waves.shape[0]):
        for d in range(unrest.crowd.shape[1]):
            if unrest.waves[wave, ACTIVE] == 0 or unrest.today[wave, d] < given.least_crowd:
                continue
            target = main_target(unrest, given, wave, year, d)
            like = given.riot_type[unrest.waves[wave, COMMUNITY], target]
            if like >= 0:
                excite(excitation, known, like, d, given.provokes * unrest.today[wave, d])


@part
def main_target(unrest: UnrestState, given: UnrestWorld, wave: int, year: int, d: int) -> int:
    """Return the largest community at a scene that the wave is against; else its first target."""
    authorities = unrest.against.shape[1] - 1
    found, most = -1, -1.0
    for target in range(unrest.against.shape[1]):
        if unrest.against[wave, target]:
            there = 0.0 if target == authorities else given.people[year, d, target]
            if there > most:
                found, most = target, there
    return found


@part
def write_down(unrest: UnrestState, given: UnrestWorld, wave: int, d: int) -> None:
    """Draw the casualties and damage of a riot that is over, and add its row."""
    day, came = unrest.first[wave, d] // 24, unrest.joined[wave, d]
    row = unrest.riots[unrest.filled[0]]
    unrest.filled[0] += 1
    row[0], row[1], row[2] = day, unrest.first[wave, d] % 24, d
    row[3] = unrest.waves[wave, COMMUNITY]
    row[4] = main_target(unrest, given, wave, given.year_of_day[day], d)
    row[5], row[6] = unrest.waves[wave, RUMOUR], unrest.hours[wave, d]
    row[7], row[8] = int(unrest.peak[wave, d]), int(came)
    key = mix(unrest.keys[wave] + given.place_keys[d])
    held = unrest.opposed[wave, d] / (unrest.opposed[wave, d] + unrest.unopposed[wave, d])
    for what in range(2):  # the dead, the injured
        mean = came * (given.dead_share if what == 0 else given.injured_share)
        number = negative_binomial(uniform(key, 8 + 3 * what), mean, given.casualty_size)
        on_force = of_instigator(uniform(key, 9 + 3 * what), number, held * given.force_share)
        own = held * (1.0 - given.force_share) + (1.0 - held) * given.own_share
        own /= 1.0 - held * given.force_share
        on_crowd = of_instigator(uniform(key, 10 + 3 * what), number - on_force, own)
        row[9 + 3 * what] = number - on_force - on_crowd
        row[10 + 3 * what] = on_crowd
        row[11 + 3 * what] = on_force
        unrest.toll[given.month_of_day[day], what] += number
    burn(unrest, given, wave, d)


@part
def burn(unrest: UnrestState, given: UnrestWorld, wave: int, d: int) -> None:
    """Set houses, sites and displaced persons of the row written last."""
    key = mix(unrest.keys[wave] + given.place_keys[d])
    row = unrest.riots[unrest.filled[0] - 1]
    victims, hours = unrest.victims[wave, d], unrest.unopposed[wave, d]
    houses = burnt(
        victims / given.household_persons, given.houses_per_hour * hours, uniform(key, 16)
    )
    there = given.site[d] if victims <= 0.0 else given.sites_at_place
    row[15] = houses
    row[16] = burnt(there, given.sites_per_hour * hours, uniform(key, 17))
    row[17] = int(min(victims, houses * given.household_persons * given.flight))


@kernel
def burnt(there: float, at_most: float, u: float) -> int:
    """Return how much of what is there burns, at random rounded up or down."""
    if there <= 0.0:
        return 0
    return int(min(there, there * -math.expm1(-at_most / there) + u))
