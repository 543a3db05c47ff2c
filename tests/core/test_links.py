"""Sealed links: unforgeable, of one purpose, and still good after the key was changed."""

from hypothesis import given
from hypothesis import strategies as st

from core.links import seal, unseal


@given(plain=st.binary(max_size=120))
def test_what_was_sealed_is_unsealed_and_only_for_its_purpose(plain: bytes) -> None:
    token = seal(purpose="order", plain=plain)
    assert token == seal(purpose="order", plain=plain)
    assert unseal(purpose="order", token=token) == plain
    assert unseal(purpose="login", token=token) is None


@given(plain=st.binary(min_size=1, max_size=40), place=st.integers(0, 10_000), to=st.characters())
def test_a_changed_letter_opens_nothing(plain: bytes, place: int, to: str) -> None:
    token = seal(purpose="order", plain=plain)
    place %= len(token)
    forged = token[:place] + to + token[place + 1 :]
    # The last letter of base64 may carry bits that say nothing.
    assert unseal(purpose="order", token=forged) in ((None, plain) if forged != token else (plain,))


@given(token=st.text(max_size=60))
def test_no_text_breaks_it(token: str) -> None:
    assert unseal(purpose="order", token=token) is None


def test_links_outlive_a_change_of_key(settings) -> None:
    token = seal(purpose="order", plain=b"7")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert unseal(purpose="order", token=token) == b"7"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(purpose="order", token=token) is None
