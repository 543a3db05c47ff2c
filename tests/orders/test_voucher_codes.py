"""Codes nobody guesses, and that are known however they are typed."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from orders.voucher_codes import ALPHABET, GROUPS, code_key, new_code


def test_a_code_carries_sixty_bits_and_no_letter_that_is_read_as_another():
    assert len(set(ALPHABET)) * 1.0 == len(ALPHABET)
    assert math.log2(len(ALPHABET)) * sum(GROUPS) >= 60
    assert not set("01OILU") & set(ALPHABET)
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{5}", code) for code in codes)
    assert set("".join(codes)) - {"-"} == set(ALPHABET)


@given(st.integers(0, 2**32), st.sampled_from(["", " ", "-", "–", ". "]))
def test_however_it_is_typed_it_is_the_same_code(seed, between):
    code = new_code()
    typed = between.join(code.lower() if seed % 2 else code)
    assert code_key(typed) == code_key(code) == code.replace("-", "")


@given(st.text(max_size=300))
def test_any_text_has_a_key_that_fits(text):
    assert re.fullmatch(r"[0-9A-Z]{0,32}", code_key(text))
