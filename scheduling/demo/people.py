"""Invented people: names put together at random, numbers of a range nobody has."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

GIVEN = {
    "female": [
        "Asha",
        "Bhavna",
        "Chhaya",
        "Daksha",
        "Ekta",
        "Falguni",
        "Geeta",
        "Hansa",
        "Ila",
        "Jyoti",
        "Kalpana",
        "Lata",
        "Meena",
        "Nisha",
        "Pallavi",
        "Rekha",
        "Sejal",
        "Trupti",
        "Urmila",
        "Varsha",
        "Zarina",
        "Farida",
        "Rukhsana",
        "Teresa",
        "Sumathi",
        "Lakshmi",
        "Devika",
        "Nandini",
        "Shobha",
        "Ramila",
    ],
    "male": [
        "Anil",
        "Bharat",
        "Chirag",
        "Dilip",
        "Girish",
        "Hemant",
        "Ishaan",
        "Jagdish",
        "Kalpesh",
        "Mahesh",
        "Naresh",
        "Pankaj",
        "Rajesh",
        "Suresh",
        "Umesh",
        "Vipul",
        "Yogesh",
        "Imran",
        "Salim",
        "Farhan",
        "Denzil",
        "Arjun",
        "Mohan",
        "Roshan",
        "Kiran",
        "Nikunj",
        "Gopal",
        "Bipin",
        "Ajay",
        "Tarun",
    ],
}
FAMILY = [
    "Acharya",
    "Barot",
    "Chauhan",
    "Dave",
    "Gadhvi",
    "Iyer",
    "Joshi",
    "Kulkarni",
    "Limbachiya",
    "Makwana",
    "Nair",
    "Parmar",
    "Qureshi",
    "Rabari",
    "Solanki",
    "Trivedi",
    "Vaghela",
    "Zala",
    "Pathan",
    "Macwan",
    "Fernandes",
    "Contractor",
    "Memon",
    "Prajapati",
    "Thakor",
    "Vyas",
    "Bhavsar",
    "Amin",
    "Shukla",
    "Pillai",
]
OTHER_SCRIPTS = (
    ("સુમન", "ચૌહાણ", "gu", "female"),
    ("મીનાબેન", "ત્રિવેદી", "gu", "female"),
    ("રમેશ", "પરમાર", "gu", "male"),
    ("मीरा", "जोशी", "hi", "female"),
    ("अनिल", "शर्मा", "hi", "male"),
    ("काव्य", "", "hi", "other"),
)
ONE_NAME_IN = 12
OTHER_SCRIPT_IN = 15
LANGUAGES = ("en", "en", "en", "gu", "gu", "hi")


@dataclass(frozen=True, slots=True)
class Person:
    """What is invented about one person."""

    given_name: str
    family_name: str
    sex: str
    language: str
    born_on: date | None
    birth_precision: str
    phone: str
    email: str
    has_no_email: bool
    email_is_shared: bool
    wants_reminders: bool


def invent(rng: Random, number: int, today: date) -> Person:
    """Return the n-th person of a clinic: most with everything, some with one name, a year only, or no e-mail."""
    if number % OTHER_SCRIPT_IN == OTHER_SCRIPT_IN - 1:
        given, family, language, sex = rng.choice(OTHER_SCRIPTS)
    else:
        sex = rng.choices(("female", "male"), (68, 32))[0]
        given, family, language = rng.choice(GIVEN[sex]), rng.choice(FAMILY), rng.choice(LANGUAGES)
        if number % ONE_NAME_IN == ONE_NAME_IN - 1:
            family = ""
    born_on = today - timedelta(days=rng.randint(19 * 366, 78 * 365))
    precision = rng.choices(("day", "month", "year", "about", "unknown"), (80, 4, 8, 6, 2))[0]
    without = rng.random() < 0.08  # noqa: PLR2004 - a share of people
    return Person(
        given_name=given,
        family_name=family,
        sex=sex,
        language=language,
        born_on=_at_precision(born_on, precision),
        birth_precision=precision,
        phone=f"+9198765{number % 100000:05d}",
        email="" if without else f"patient{number:05d}@patients.example",
        has_no_email=without,
        email_is_shared=not without and rng.random() < 0.05,  # noqa: PLR2004
        wants_reminders=rng.random() > 0.04,  # noqa: PLR2004
    )


def a_uuid(rng: Random) -> UUID:
    """Return a random UUID of the seed."""
    return UUID(int=rng.getrandbits(128), version=4)


def _at_precision(day: date, precision: str) -> date | None:
    if precision == "unknown":
        return None
    if precision == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if precision in {"year", "about"} else day
