"""Who the people of the made-up bureau are: complete particulars that can be nobody's.

Names begin with 演示·, identity numbers with 99, a division that does not exist, and telephone numbers with 1000, which no
network has; the check digits are right, so that forms and searches have something true to life.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from zhunsheng.supervision.demo.case_file import Person, Value

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, in which keys of persons are written."""
MARK = "演示·"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SHOPS = ("商贸", "餐饮", "物业", "酒店", "物流", "装饰")
DIVISIONS = {
    "990101": "演示市甲区",
    "990102": "演示市乙区",
    "990103": "演示市丙区",
    "990181": "演示市丁县",
}
STREETS = ("准绳路", "规矩街", "权衡巷", "方圆大道", "经纬路")
OCCUPATIONS = ("务工", "个体经营", "货车司机", "餐饮服务", "待业", "快递员")
EDUCATION = ("初中", "高中", "中专", "大专", "本科")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the identity number's check digit (GB 11643-1999)."""
GROWN_UP = 18
RETIRED = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's key in the dossier, and the fields of the act that identifies them."""

    key: str
    fields: dict[str, Value]


def identity(person: Person, begun: dt.datetime, seed: str) -> Identity:
    """The particulars of one person of a case that began then; the same for the same seed, and of the person's age and sex."""
    rng = Random(f"{seed}/{person.name}")  # noqa: S311 - the same dice each time
    division = rng.choice(list(DIVISIONS))
    # Months away from the birthday on both sides, so that nobody grows older while the case runs.
    born = years_before(begun.date(), person.age) - dt.timedelta(days=rng.randint(40, 200))
    grown = person.age >= GROWN_UP
    job = rng.choice((*OCCUPATIONS, f"{company(rng)}职员")) if person.age < RETIRED else "退休"
    fields: dict[str, Value] = {
        "name": f"{MARK}{rng.choice(SURNAMES)}某{person.name[1:2]}",
        "id_kind": "resident",
        "id_number": resident_number(division, born, rng.randrange(100), person.sex),
        "birth_on": born,
        "division": DIVISIONS[division],
        "address": f"{DIVISIONS[division]}{rng.choice(STREETS)}{rng.randint(1, 199)}号",
        "phone": f"1000{rng.randrange(10**7):07d}",
        "occupation": job if grown else "学生",
        "education": rng.choice(EDUCATION) if grown else "初中",
        "nationality": "中国",
    }
    return Identity(key_of(rng), fields)


def key_of(rng: Random) -> str:
    """A key that tells nothing."""
    return "P" + "".join(rng.choice(ALPHABET) for _ in range(7))


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years before; of a leap day, the day before it."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def resident_number(division: str, born: dt.date, serial: int, sex: str) -> str:
    """A number of eighteen places: the third of the serial is odd for men."""
    body = f"{division}{born:%Y%m%d}{serial:02d}{1 if sex == 'male' else 2}"
    total = sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def company(rng: Random) -> str:
    """A firm of no register."""
    return f"{MARK}{rng.choice(SURNAMES)}某{rng.choice(SHOPS)}有限公司"
