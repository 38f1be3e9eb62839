"""Keyed draws: a uniform number that depends on its name only, never on what was drawn before.

Every draw is a hash of (seed, future, process, day, place and type). There is no stream and no
counter to advance, so the same seed gives the same bits whatever the number of workers, the order
of the futures or the other processes of the day; and two policies differ only where they differ.

The hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195;
constants: variant 13 of Stafford), used twice: once on the day's counter, once on the sum with
the cell's key. Cell keys are BLAKE2b hashes of the names, so a place keeps its draws when others
are added to the scenario.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import inlined, kernel

UInts = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio, made odd: the step of SplitMix64's counter."""

_MULTIPLY_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLY_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2^-53


@inlined
def mix(z: Any) -> Any:  # noqa: ANN401 - uint64 scalar inside kernels
    """Scramble 64 bits so that every input bit moves about half of the output bits."""
    z = (z ^ (z >> _S30)) * _MULTIPLY_1
    z = (z ^ (z >> _S27)) * _MULTIPLY_2
    return z ^ (z >> _S31)


@inlined
def unit(bits: Any) -> Any:  # noqa: ANN401
    """Turn 64 random bits into a number in [0, 1) with 53 of them."""
    return np.float64(bits >> _S11) * _TO_UNIT


@inlined
def day_key(process_key: Any, day: Any) -> Any:  # noqa: ANN401
    """Return the key of one process on one day (a proleptic Gregorian ordinal)."""
    return mix(process_key + np.uint64(day) * GOLDEN)


@inlined
def uniform(key: Any, purpose: Any) -> Any:  # noqa: ANN401
    """Draw the number that belongs to `key` and `purpose`."""
    return unit(mix(key + np.uint64(purpose) * GOLDEN))


@kernel
def negative_binomial(u: float, mean: float, size: float) -> int:
    """Return the smallest count n with P(Y > n) <= u, for Y of this mean and size.

    ``P(0) = (1 + mean/size)^-size``; the next ones by ``P(n+1) = P(n) (n+size)/(n+1) p`` with
    ``p = mean / (mean + size)``. The limit of a large size is the Poisson law. Where P(0) is too
    small for a float (a Poisson mean above 745) it returns the whole number after the mean.
    """
    chance = math.exp(-size * math.log1p(mean / size))
    share = mean / (mean + size)
    tail = 1.0 - chance
    n = 0
    while tail > u and n < 100_000:
        chance *= (n + size) / (n + 1.0) * share
        n += 1
        tail -= chance
        if chance < 1e-18 and n > mean:  # rounding has eaten the tail
            break
    return n


@kernel
def law_draw(u: float, cumulative: object) -> int:
    """Return the first n with u < cumulative[n - 1], counting from one."""
    n = 0
    last = cumulative.shape[0] - 1  # type: ignore[attr-defined]
    while n < last and u >= cumulative[n]:  # type: ignore[index]
        n += 1
    return n + 1


@kernel
def of_instigator(u: float, n: int, share: float) -> int:
    """Return how many of n casualties are the instigator's: binomial, by inverse."""
    if n == 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return n
    chance = 1.0
    for _ in range(n):  # a power would round otherwise on another machine
        chance *= 1.0 - share
    total = chance
    k = 0
    while u >= total and k < n:
        chance *= (n - k) / (k + 1.0) * share / (1.0 - share)
        k += 1
        total += chance
    return k


def name_key(*names: str) -> np.uint64:
    """Return the 64-bit key of a name, the same on every machine."""
    text = "\x1f".join(names).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))


def name_keys(names: Iterable[tuple[str, ...]]) -> UInts:
    """Return the keys of several names as one array."""
    return np.array([name_key(*name) for name in names], dtype=np.uint64)


_MASK = (1 << 64) - 1


def mixed(z: int) -> int:
    """Do what `mix` does, on a Python integer; for keys made outside kernels, and for tests."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def future_key(seed: int, future: int, purpose: str) -> np.uint64:
    """Return the key of one purpose (a process, or a parameter) in one future."""
    golden = int(GOLDEN)
    base = mixed((seed * golden + 0x632BE59BD9B4E019) & _MASK)
    base = mixed((base + (future + 1) * golden) & _MASK)
    return np.uint64(mixed((base + int(name_key(purpose))) & _MASK))


def uniform_of(key: np.uint64) -> float:
    """Turn a key itself into a number in [0, 1)."""
    return math.ldexp(int(key) >> 11, -53)
