"""manage.py run_examples FILE: what it prints and how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from treatments.formulary import CATALOGUE


def run(path: Path) -> str:
    out = StringIO()
    call_command("run_examples", str(path), stdout=out)
    return out.getvalue()


def written(folder: Path, text: str) -> Path:
    path = folder / "examples.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_worked_examples_all_agree() -> None:
    lines = run(CATALOGUE / "safety_examples.json").splitlines()
    assert len(lines) == 54
    assert lines[6].split() == [
        "EX07",
        "expected",
        "override",
        "got",
        "override",
        "R01",
        "override,",
        "R02",
        "ok,",
        "R31",
        "ok",
    ]
    assert lines[-1] == "53 examples: 53 agree, 0 differ, 0 not built"


def test_a_difference_is_marked_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = {"id": "E1", "rule": "R18", "input": {"age": 15}, "expected": "ok"}
    with pytest.raises(SystemExit) as end:
        call_command("run_examples", str(written(tmp_path, json.dumps({"examples": [example]}))))
    assert end.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["E1", "expected", "ok", "got", "block", "R18", "block", "DIFFERS"]
    assert lines[-1] == "1 examples: 0 agree, 1 differ, 0 not built"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "is not JSON"), ("[]", 'It has no list "examples"'), ("", "is not JSON")],
)
def test_a_bad_file_is_one_clear_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        run(written(tmp_path, text))
    assert refusal.value.returncode == 2


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run(tmp_path / "nowhere.json")
