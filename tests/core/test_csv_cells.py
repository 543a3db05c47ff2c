"""No cell of ours is run as a formula (A16)."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from core.csv_cells import FORMULAS, as_csv


@given(st.text(max_size=40), st.sampled_from(["", *FORMULAS]))
def test_whatever_is_typed_is_text(words, begins):
    typed = (begins + words).replace("\r", " ").replace("\n", " ").replace("\x00", "")
    head, row = csv.reader(io.StringIO(as_csv([{"name": typed}]).removeprefix("\ufeff")))
    assert head == ["name"]
    (read,) = row or [""]
    assert not read.startswith(FORMULAS)
    assert read.removeprefix("'") == typed.removeprefix("'")


def test_numbers_stay_numbers():
    assert "-5" in as_csv([{"amount": -5}])
