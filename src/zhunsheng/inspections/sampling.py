"""Drawing a sample that anybody can draw again: `docs/inspections.md` has the exact rules; stdlib only.

A population is a set of members, each an opaque public id and a stratum. The order in which they are given plays no part.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

POPULATION = "zhunsheng-population-v1"
SEED = "zhunsheng-seed-v1"
TICKET = "zhunsheng-ticket-v1"
SAMPLE = "zhunsheng-sample-v1"
SALT_SIZE = 32


class Member(NamedTuple):
    """One case, or one unit, of a population as it may be published."""

    id: str
    stratum: str


def public_id(salt: bytes, key: uuid.UUID | str) -> str:
    """What stands for a dossier or a unit outside: HMAC-SHA-256 of its id or code under the inspection's own salt, in hex."""
    message = key.encode() if isinstance(key, str) else key.bytes
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def digest_of(*lines: str) -> str:
    """SHA-256 of lines, each ended by a newline, as UTF-8, in hex."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def population_digest(members: Iterable[Member]) -> str:
    """What is committed before the seed exists: the members in the order of their ids."""
    return digest_of(POPULATION, *(f"{member.id} {member.stratum}" for member in sorted(members)))


def seed_of(population: str, *, origin: str, size: int, root: str, public_value: str = "") -> str:
    """The seed: population, the head of the ledger that came after it, and a value announced beforehand and drawn elsewhere."""
    return digest_of(SEED, population, origin, str(size), root, public_value)


def ticket(seed: str, member: str) -> str:
    """A member's place in the drum; the lowest are drawn."""
    return digest_of(TICKET, seed, member)


def ranked(seed: str, members: Iterable[Member]) -> list[Member]:
    """All members in the order in which they are drawn."""
    return sorted(members, key=lambda member: (ticket(seed, member.id), member.id))


def allocation(size: int, strata: Mapping[str, int]) -> dict[str, int]:
    """How many each stratum gives, by the largest remainder; of equal remainders the lower name gives first."""
    total = sum(strata.values())
    if size >= total:
        return dict(strata)
    shares = {name: divmod(size * count, total) for name, count in strata.items()}
    given = {name: whole for name, (whole, _) in shares.items()}
    rest = size - sum(given.values())
    for name in sorted(shares, key=lambda name: (-shares[name][1], name))[:rest]:
        given[name] += 1
    return given


def drawn(seed: str, members: Iterable[Member], size: int, *, stratified: bool = False) -> list[Member]:
    """The sample, without replacement, in the order of the tickets; all of the population where it is no larger."""
    order = ranked(seed, members)
    if not stratified:
        return order[:size]
    left = allocation(size, Counter(member.stratum for member in order))
    found = []
    for member in order:
        if left[member.stratum]:
            left[member.stratum] -= 1
            found.append(member)
    return found


def sample_digest(sample: Sequence[Member]) -> str:
    """SHA-256 over the sample in its order."""
    return digest_of(SAMPLE, *(member.id for member in sample))


def read_twice(size: int, percent: int) -> int:
    """How many of a sample are read by two: so many per cent, rounded up; they are the first of the sample."""
    return -(-size * percent // 100)
