"""The return slip: read back by a PDF reader and by scanners that are not ours."""

import pypdfium2
import pytest
import zxingcpp
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.portal.returns.slip import Slip, SlipLine, slip_pdf

REFERENCE = "R-7KD2-9QXM"
PAGE = f"https://care.example/portal/lipa/returns/{'a' * 36}/"
WORDS = {
    "en": ("What comes back", "Please put this part into the parcel"),
    "cs": ("Co se vrací", "Tuto část prosím vložte do balíku"),
    "sk": ("Čo sa vracia", "Túto časť prosím vložte do balíka"),
    "sl": ("Kaj vračate", "Ta del priložite v paket"),
    "fi": ("Mitä palautuu", "Laita tämä osa paketin sisään"),
}


def slip(language="cs", **changes) -> Slip:
    return Slip(
        **{
            "language": language,
            "shop": "Lípa",
            "reference": REFERENCE,
            "order_number": "#1001",
            "to_lines": ["Lípa s.r.o.", "Dlouhá 2", "110 00 Praha 1"],
            "from_lines": ["Věnceslava Příšťastná", "Ľubľanská ĺŕ 3", "Äänekoski öå"],
            "lines": [SlipLine(quantity="2", title="Růžové mýdlo", why="Je příliš velké")],
            "send_by": "6. 12. 2026",
            "page_url": PAGE,
            "steps": ["Zabalte zboží."],
            **changes,
        }
    )


def read(pdf: bytes) -> tuple[str, dict[str, str], int]:
    """Its text, what scanners see on the first page (by kind), and how many pages there are."""
    paper = pypdfium2.PdfDocument(pdf)
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in paper)
        picture = paper[0].render(scale=2.5).to_pil()
        codes = {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}
        return text.replace("\r\n", "\n"), codes, len(paper)
    finally:
        paper.close()


@pytest.mark.parametrize("language", WORDS)
def test_it_is_one_page_in_every_language_with_all_its_letters(language):
    with translation.override(language):
        text, codes, pages = read(slip_pdf(slip(language)))
    assert pages == 1
    for words in (*WORDS[language], "Věnceslava Příšťastná", "Ľubľanská ĺŕ 3", "Äänekoski öå"):
        assert words in text
    assert codes == {"Code 128": REFERENCE, "QR Code": PAGE}


def test_names_that_are_markup_too_long_or_turn_around_are_printed_as_words():
    name = "<b>&amp;</b> ‮evil\x00 " + "W" * 400
    with translation.override("en"):
        text, codes, pages = read(
            slip_pdf(
                slip(
                    from_lines=[name] * 12,
                    to_lines=[name],
                    lines=[SlipLine(quantity="1", title="<script>" * 99, why=name)] * 60,
                )
            )
        )
    assert codes == {"Code 128": REFERENCE, "QR Code": PAGE}
    assert "<b>&amp;</b> evil" in text
    assert "‮" not in text
    assert 1 < pages < 15  # a long list goes on; it is never a book


def test_who_pays_is_said_so_that_no_label_is_taken_for_a_stamp():
    with translation.override("en"):
        assert "not a stamp" in read(slip_pdf(slip()))[0]
        assert "The shop pays" in read(slip_pdf(slip(shop_pays=True)))[0]


def test_the_same_slip_is_the_same_paper():
    assert slip_pdf(slip()) == slip_pdf(slip())


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=120), reference=st.from_regex(r"R-[0-9A-Z]{4,12}", fullmatch=True))
def test_no_text_breaks_it(text, reference):
    made = slip_pdf(
        slip(
            reference=reference,
            shop=text,
            from_lines=[text],
            instructions=text,
            lines=[SlipLine(quantity="1", title=text)],
        )
    )
    assert read(made)[1]["Code 128"] == reference
