"""Questions of the intake: what one published document asks, step by step. Pure.

The document (`Questionnaire.questions`) is

    {"schema": "interval.questionnaire.v1", "steps": [{"id", "title", "lede", "why", "questions": [question, ...]}]}

and a question is {"id", "kind", "text"} with, where it has them, "hint", "missing" (what to say when it was left
empty), "required", "options" [{"id", "text", "conditions"}], "min", "max", "unit", "wording" (the kind of a consent),
"details" (questions asked where the answer is yes), "also" (ids under which the same answer stands), "flag" (the
answer that is marked for the reader, as the clinical catalogue has it), "is_grave" (that answer is an absolute
contraindication there), "autocomplete" (what a browser may fill in) and "from" ("screening").

A step and a question may have "when": {"question": id, "any": [answers]}: it is asked where that question of an earlier
page was answered so (`patients.asking`). An option's "conditions" are those of the clinical catalogue it may stand for:
a part of the form for a condition is a step asked when its option was chosen.

It is made once a version: our own steps (catalogue/questionnaire.json) with the catalogue's screening questions put
where the steps name them. So the words of a screening question stand once, in the catalogue.

Source: docs/sources.md#questionnaire
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SCHEMA: Final = "interval.questionnaire.v1"
KINDS: Final = frozenset(
    {
        "areas",
        "choices",
        "consent",
        "day",
        "email",
        "line",
        "number",
        "one",
        "phone",
        "scale",
        "since",
        "text",
        "yes_no",
    },
)
YES, NO, UNSURE = "yes", "no", "unsure"
GRAVE: Final = "absolute"
"""The catalogue's word for an answer that stops a treatment until a clinician has looked."""

Document = Mapping[str, Any]


class QuestionUnreadable(Exception):
    """The questionnaire cannot be made: which question, and why."""

    def __init__(self, question: str, why: str) -> None:
        super().__init__(f"{question}: {why}")
        self.question = question
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """On which answers something is asked: one of these, to that question of an earlier page."""

    question: str
    any: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose."""

    id: str
    text: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as it is shown."""

    id: str
    kind: str
    text: str
    hint: str = ""
    missing: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    min: int | None = None
    max: int | None = None
    unit: str = ""
    wording: str = ""
    details: tuple["Question", ...] = ()
    also: tuple[str, ...] = ()
    flag: str = ""
    is_grave: bool = False
    autocomplete: str = "off"
    when: When | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id its answer stands under."""
        return (self.id, *self.also)

    @property
    def wording_id(self) -> str:
        """Where it stands which words a permission was given to."""
        return f"{self.id}.wording"

    def is_flagged(self, answer: object) -> bool:
        """Whether this answer is marked for the reader; the clinician decides what it means."""
        return bool(self.flag) and answer == self.flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of the form."""

    id: str
    title: str
    lede: str
    why: str
    questions: tuple[Question, ...]
    when: When | None = None

    def ids(self) -> Iterator[str]:
        """Every key that this page may write among the answers."""
        for question in self.questions:
            yield from question.ids
            yield from (detail.id for detail in question.details)
            if question.wording:
                yield question.wording_id


def read(document: Document) -> tuple[Step, ...]:
    """Return the steps of a published document."""
    return tuple(
        Step(
            id=step["id"],
            title=step["title"],
            lede=step.get("lede", ""),
            why=step.get("why", ""),
            questions=tuple(_read_question(question) for question in step["questions"]),
            when=_read_when(step),
        )
        for step in document["steps"]
    )


def compose(base: Document, screening: Sequence[Document]) -> dict[str, Any]:
    """Make the document of a new version: our steps, and the screening questions that are asked of the patient.

    Raises:
        QuestionUnreadable: a step names a question that is not there, an answer's kind nobody knows how to ask, or a
            condition that no earlier page can answer.

    """
    asked = {question["id"]: question for question in screening if question.get("asked_of") == "patient"}
    known = {question["id"] for question in screening}
    named = [key for step in base["steps"] for item in step["questions"] for key in _named(item)]
    for key in named:
        if key not in known and screening:
            raise QuestionUnreadable(key, "is named by a step and not in the catalogue")
    rest = [key for key in asked if key not in named]
    steps = []
    for step in base["steps"]:
        questions: list[dict[str, Any]] = []
        for item in step["questions"]:
            if "screening" not in item:
                questions.append(_checked(_with_full_ids(dict(item))))
                continue
            keys = rest if item["screening"] == "rest" else [key for key in item["screening"] if key in asked]
            questions += _screening_questions([asked[key] for key in keys], base["answer_kinds"])
        if questions:
            steps.append({**step, "questions": questions})
    _check_conditions(steps)
    return {"schema": SCHEMA, "steps": steps}


def _check_conditions(steps: Sequence[Document]) -> None:
    """Refuse a condition that nothing on an earlier page can fulfil: its question would never be asked."""
    earlier: dict[str, set[str]] = {}
    for step in steps:
        for item in (step, *step["questions"]):
            when = item.get("when")
            if when is not None and not set(when["any"]) <= earlier.get(when["question"], set()):
                raise QuestionUnreadable(item["id"], "waits for an answer that no earlier page can give")
        for question in step["questions"]:
            options = {option["id"] for option in question.get("options", [])}
            earlier[question["id"]] = {YES, NO, UNSURE} if question["kind"] == "yes_no" else options


def _named(item: Document) -> list[str]:
    named = item.get("screening", [])
    return [] if named == "rest" else list(named)


def _screening_questions(entries: Iterable[Document], kinds: Document) -> list[dict[str, Any]]:
    """Ask each in turn; two of the same words are one question whose answer stands under both ids."""
    by_text: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry["text"] in by_text:
            by_text[entry["text"]].setdefault("also", []).append(entry["id"])
            continue
        if entry["answer_kind"] not in kinds:
            raise QuestionUnreadable(entry["id"], f"{entry['answer_kind']!r} is no kind of answer a patient can give")
        question = {
            **kinds[entry["answer_kind"]],
            "id": entry["id"],
            "text": entry["text"],
            "required": True,
            "from": "screening",
        }
        if question["kind"] == "yes_no":
            question["flag"] = entry.get("positive_answer", YES)
            question["is_grave"] = entry.get("severity") == GRAVE
        by_text[entry["text"]] = _checked(_with_full_ids(question))
    return list(by_text.values())


def _with_full_ids(question: dict[str, Any]) -> dict[str, Any]:
    details = question.get("details")
    if details:
        question["details"] = [{**detail, "id": f"{question['id']}.{detail['id']}"} for detail in details]
    return question


def _checked(question: dict[str, Any]) -> dict[str, Any]:
    for part in (question, *question.get("details", [])):
        if part.get("kind") not in KINDS:
            raise QuestionUnreadable(part["id"], f"{part.get('kind')!r} is no kind of question")
    return question


def _read_question(question: Document) -> Question:
    return Question(
        id=question["id"],
        kind=question["kind"],
        text=question["text"],
        hint=question.get("hint", ""),
        missing=question.get("missing", ""),
        required=question.get("required", False),
        options=tuple(
            Option(id=option["id"], text=option["text"], conditions=tuple(option.get("conditions", [])))
            for option in question.get("options", [])
        ),
        min=question.get("min"),
        max=question.get("max"),
        unit=question.get("unit", ""),
        wording=question.get("wording", ""),
        details=tuple(_read_question(detail) for detail in question.get("details", [])),
        also=tuple(question.get("also", [])),
        flag=question.get("flag", ""),
        is_grave=question.get("is_grave", False),
        autocomplete=question.get("autocomplete", "off"),
        when=_read_when(question),
    )


def _read_when(item: Document) -> When | None:
    when = item.get("when")
    return When(question=when["question"], any=tuple(when["any"])) if when else None
