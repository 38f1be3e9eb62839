"""The prior of the effect of presence, and the rows of Kosovo that hold it."""

import numpy as np
import pytest

import interpose as ip
from interpose.fit import chance_that_force_helps, pooled, prior_rows
from interpose.play.future import draw_parameters

ARMED, ORDINARY = "effect.troops.background[armed_attack]", "effect.troops.background"


def test_the_rows_of_kosovo_are_the_pool_of_published_effects():
    rows = {row.name: (row.value, row.low, row.high) for row in ip.load("kosovo").parameters.rows()}
    own = {name: numbers for name, numbers in rows.items() if name.startswith("effect.troops.")}
    assert own == prior_rows()


def test_the_prior_may_be_nil_or_of_the_other_sign_and_no_study_makes_it():
    for violence in ("armed", "ordinary"):
        one = pooled(violence)
        assert one.low < 0 < one.high
        effects = np.array([effect for _, effect, _ in one.studies])
        spreads = np.array([spread for _, _, spread in one.studies])
        assert effects.min() <= one.mean <= effects.max()
        assert one.se >= (spreads**-2.0).sum() ** -0.5 - 1e-12  # never surer than a fixed effect


def test_the_chance_that_the_force_helps_is_that_of_the_draws():
    parameters = ip.load("kosovo").parameters
    drawn = [draw_parameters(parameters, 1, future).values for future in range(400)]
    for act, name in (("armed_attack", ARMED), ("protest", ORDINARY)):
        share = np.mean([one[name].value > 0 for one in drawn])
        assert abs(share - chance_that_force_helps(parameters, act)) < 0.08


@pytest.mark.parametrize(
    ("numbers", "chance"),
    [((0.1, 0.0, 0.2), 1.0), ((0.0, 0.0, 0.1), 0.5), ((-0.1, -0.2, 0.1), 0.25)],
)
def test_the_chance_of_a_row_by_hand(numbers, chance):
    from dataclasses import replace

    parameters = ip.load("kosovo").parameters
    value, low, high = numbers
    row = replace(parameters.values[ARMED], value=value, low=low, high=high)
    changed = replace(parameters, values={**parameters.values, ARMED: row})
    assert chance_that_force_helps(changed) == pytest.approx(chance)
