"""Tables as files: what is written runs nowhere, and what is read back is what was written."""

import pytest

from clinic.lib.tables import read_table, write_table

CELLS = [
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "\tcall at noon",
    "\uff1d1+1",
    "\uff201",
    "મીનાબેન",
    'a "quoted", one',
    "0012345",
    "1E10",
]


def test_btx_070_cells_cannot_run_and_come_back_as_they_were() -> None:
    written = write_table(["lot", "note"], [[cell, "x"] for cell in CELLS])
    assert written.startswith("\ufeff")
    lines = written.removeprefix("\ufeff").splitlines()[1:]
    assert not [line for line in lines if line.lstrip('"').startswith(("=", "@", "+", "-", "\t", "\uff1d", "\uff20"))]
    table = read_table(written.encode(), heads={"lot": ("lot",)}, needed=("lot",))
    assert [record.cells["lot"] for record in table.records] == CELLS


@pytest.mark.parametrize("cell", ["-12.5", "+91 98765 00017", "+919876500017"])
def test_btx_070_numbers_and_phones_stay_usable(cell: str) -> None:
    assert f"{cell},x" in write_table(["a", "b"], [[cell, "x"]])
