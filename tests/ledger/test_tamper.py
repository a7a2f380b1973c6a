"""No byte of an export can change unnoticed, and what changed is named where it is; both verifiers say the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest

from tests.ledger.attacks import Members, both, changed, edited, packed, unpacked
from tests.ledger.made import PRIVACY, SEALED, Ledger
from zhunsheng.ledger import container
from zhunsheng.ledger.hashing import SM3

SMALL = Ledger(3).export(Ledger(3).entries({(2, "subjects.person"): PRIVACY}, {(1, "fields.place"): SEALED}))
LARGE = Ledger(30, rotated=True).export()
CHINESE = Ledger(8, hash=SM3).export(documents=[])
DELEGATED = Ledger(5, rotated=True).export_delegated()


def region_of(data: bytes) -> list[str]:
    """For each byte, the member whose content it is, `header of <member>`, `directory` or `seal`."""
    walked = container.walk(data)
    found: list[str] = []
    for member in walked.members:
        found += [f"header of {member.name}"] * (member.start - member.offset) + [member.name] * member.size
    found += ["directory"] * (walked.comment_start - len(found))
    return found + ["seal"] * len(walked.comment)


def rightly_named(region: str, fault: tuple[str, str]) -> bool:
    """Whether the first fault points where the change was made."""
    code, where = fault
    if region.startswith("acts/"):
        return where.split(" ")[:2] == ["act", str(int(region[5:11]))] or where == region
    if region == "directory" or region.startswith("header of"):
        # A changed name or length moves what follows: then a member is missing, added, or the way is lost there.
        return where.startswith(("archive bytes", "byte ")) or code in {
            "missing",
            "added",
            "cut",
            "misplaced",
        }
    return where.split(" ")[0] == region


def check_flips(data: bytes, places: Iterable[int], masks: Callable[[int], Iterable[int]]) -> int:
    """Change one byte at a time; how many changes there were."""
    regions, count = region_of(data), 0
    for place in places:
        for mask in masks(place):
            flipped = bytearray(data)
            flipped[place] ^= mask
            faults = both(bytes(flipped))
            assert faults, f"byte {place} of {regions[place]} changed by {mask:#x} passed"
            assert rightly_named(regions[place], faults[0]), (place, mask, regions[place], faults)
            count += 1
    return count


def places_of(data: bytes, *, every: int, of_text: int) -> list[int]:
    """Every n-th byte; the long fixed texts more rarely."""
    texts = {"__main__.py", "README.txt"}
    return [n for n, region in enumerate(region_of(data)) if n % (of_text if region in texts else every) == 0]


def test_the_exports_hold_before_they_are_changed() -> None:
    for data in (SMALL, LARGE, CHINESE, DELEGATED):
        assert both(data) == []


def test_single_bytes() -> None:
    chance = random.Random(1)
    places = places_of(SMALL, every=7, of_text=101)
    assert check_flips(SMALL, places, lambda _: [chance.randrange(1, 256)]) == len(places) > 1_000


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_every_single_byte() -> None:
    chance = random.Random(2)
    assert check_flips(SMALL, range(len(SMALL)), lambda _: [chance.randrange(1, 256)]) == len(SMALL)


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_every_single_bit_of_what_is_signed() -> None:
    regions = region_of(SMALL)
    signed = {"manifest.json", "keys.json", "checkpoint", "seal", "directory"}
    places = [n for n, region in enumerate(regions) if region in signed]
    assert check_flips(SMALL, places, lambda _: [1 << bit for bit in range(8)]) == 8 * len(places)


def cut_short(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def left_out(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 200) :]


def put_in(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + chance.randbytes(chance.randrange(1, 50)) + data[start:]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) - 1)
    end = start + chance.randrange(1, 200)
    return data[:end] + data[start:end] + data[end:]


def exchanged(data: bytes, chance: random.Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def overwritten(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.randrange(1, 40)
    return (data[:start] + chance.randbytes(size) + data[start + size :])[: len(data)]


def flipped_often(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randrange(2, 9)):
        found[chance.randrange(len(found))] ^= chance.randrange(1, 256)
    return bytes(found)


def act_name(members: Members, chance: random.Random) -> str:
    return chance.choice([name for name in members if name.startswith("acts/")])


def rebuilt(data: bytes, chance: random.Random) -> bytes:
    """A structured attack: acts removed, swapped, renamed, doubled or edited, the manifest made to fit or not."""

    def change(members: Members) -> None:
        one, two = act_name(members, chance), act_name(members, chance)
        match chance.randrange(6):
            case 0:
                del members[one]
            case 1:
                members[one], members[two] = members[two], members[one]
            case 2:
                members[two] = members[one]
            case 3:
                members["acts/000099.json"] = members.pop(one)
            case 4:
                edited(members, one, lambda doc: edit_act(doc, chance))
            case _:
                del members[chance.choice(list(members))]

    return changed(data, change, fix=chance.random() < 0.5, hash_=SM3 if data is CHINESE else Ledger().hash)


def edit_act(doc, chance: random.Random) -> None:
    """Change one thing in an act."""
    path = chance.choice(sorted(doc["fields"]))
    other = chance.choice(sorted(doc["fields"]))
    match chance.randrange(6):
        case 0:
            doc["fields"][path] = {"salt": chance.randbytes(16).hex(), "value": "x"}
        case 1:
            doc["fields"][path], doc["fields"][other] = doc["fields"][other], doc["fields"][path]
        case 2:
            del doc["fields"][path]
        case 3:
            doc["body"]["commitments"][path] = chance.randbytes(32).hex()
        case 4:
            doc["index"] = chance.randrange(100)
        case _:
            doc["proof"] = doc["proof"][1:]


def without_seal(data: bytes, chance: random.Random) -> bytes:
    members, seal = unpacked(data)
    return packed(members.items(), seal[: chance.randrange(len(seal))])


ATTACKS = (
    cut_short,
    left_out,
    put_in,
    doubled,
    exchanged,
    overwritten,
    flipped_often,
    rebuilt,
    rebuilt,
    without_seal,
)


def attack(rounds: int, seed: int) -> int:
    """Random attacks on random exports; how many changed anything."""
    chance, count = random.Random(seed), 0
    for _ in range(rounds):
        data = chance.choice((SMALL, LARGE, CHINESE, DELEGATED))
        how = chance.choice(ATTACKS)
        falsified = how(data, chance)
        if falsified == data:
            continue
        faults = both(falsified)
        assert faults, how.__name__
        assert all(where for _, where in faults)
        count += 1
    return count


def test_random_attacks() -> None:
    assert attack(300, 1) > 270


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_thousands_of_random_attacks() -> None:
    assert attack(8_000, 2) > 7_500
