"""Every mail × sample: parses clean, same links in both parts, small, escaped, complete (E12–E17)."""

import re
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from core.stores.models import Store
from engagement.messages.operations.write_sample import write_sample
from engagement.messages.rendering import samples
from engagement.messages.rendering.compile import outdated, template_keys
from engagement.messages.rendering.render import MARKETING, QUIET, Rendered, TemplateBroken, render

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CASES = [(key, sample) for key in samples.KEYS for sample in samples.SAMPLES]
VOID = {"img", "br", "meta", "link", "hr", "input"}


class Page(HTMLParser):
    """What we want to know of a mail's HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.tables: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.lang: str | None = None
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes.update(found)
        if tag == "a":
            self.links.append(found.get("href") or "")
        elif tag == "img":
            self.images.append(found)
        elif tag == "table":
            self.tables.append(found)
        elif tag == "html":
            self.lang = found.get("lang")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes what is not open"

    def handle_data(self, data) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.words.append(data)


def page_of(rendered: Rendered) -> Page:
    page = Page()
    page.feed(rendered.html)
    page.close()
    assert page.open == []
    return page


def written(key: str, sample: str) -> Rendered:
    return render(template=key, language="en", context=samples.SAMPLES[sample]())


def test_the_kept_html_is_what_the_structures_give():
    assert outdated() == []


def test_every_mail_of_the_flows_is_there():
    assert sorted(samples.KEYS) == template_keys()


@pytest.mark.parametrize(("key", "sample"), CASES)
def test_the_mail_parses_without_a_defect(key, sample):
    store = Store(name="Lipa", slug="lipa", sender_email="hello@lipa.example")
    email, rendered = write_sample(
        template=key,
        language="en",
        sample=sample,
        store=store,
        store_data=None,
        to="jana@mail.example",
        now=NOW,
    )
    raw = email.message().as_bytes()
    parsed = BytesParser(policy=policy.default).parsebytes(raw)
    assert [defect for part in parsed.walk() for defect in part.defects] == []
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert parsed["Bcc"] is None
    assert parsed["To"].addresses[0].addr_spec == "jana@mail.example"
    assert parsed["Subject"] == rendered.subject
    assert parsed.get_body(("html",)).get_content().strip() == rendered.html.strip()
    assert max(map(len, raw.splitlines())) <= 998
    if sample == "full":  # quoted-printable would make the mail five times as dear to write
        assert {part["Content-Transfer-Encoding"] for part in parsed.iter_parts()} <= {
            "7bit",
            "8bit",
        }


@pytest.mark.parametrize(("key", "sample"), CASES)
def test_text_and_html_carry_the_same_links(key, sample):
    rendered = written(key, sample)
    in_html = {
        link.removeprefix("mailto:").removeprefix("tel:") for link in page_of(rendered).links
    }
    web = {link for link in in_html if link.startswith("http")}
    assert web == set(re.findall(r"https?://[^\s,]+", rendered.text))
    spaceless = rendered.text.replace(" ", "")
    assert all(link.replace("%40", "@") in spaceless for link in in_html)


@pytest.mark.parametrize(("key", "sample"), CASES)
def test_the_html_is_accessible_and_nothing_is_undefined(key, sample):
    rendered = written(key, sample)
    page = page_of(rendered)
    assert page.lang == "en"
    assert all("alt" in image for image in page.images)
    assert all(table.get("role") == "presentation" for table in page.tables)
    assert page.tags.isdisjoint({"script", "iframe", "form", "object", "svg"})
    assert not [name for name in page.attributes if name.startswith("on")]
    assert 'content="light dark"' in rendered.html
    if sample != "hostile":
        for leak in ("None", "Undefined", "{{", "{%", "}}", "undefined", "&amp;amp;"):
            assert leak not in rendered.html.split("</style>")[-1]
            assert leak not in rendered.text
    assert all(link.startswith(("https://", "http://", "mailto:", "tel:")) for link in page.links)


@pytest.mark.parametrize("key", samples.KEYS)
def test_fifty_lines_with_long_titles_stay_under_the_clip(key):
    rendered = render(template=key, language="en", context=samples.long_order())
    assert len(rendered.html.encode()) <= 90_000
    if key in MARKETING:
        assert len(rendered.html.split(samples.UNSUBSCRIBE)[0].encode()) <= 80_000


def test_an_absurd_order_is_cut_and_says_so():
    context = samples.long_order(lines=400)
    rendered = render(template="order_confirmation", language="en", context=context)
    assert len(rendered.html.encode()) <= 90_000
    assert "The rest is on your order page." in rendered.html
    assert "The rest is on your order page." in rendered.text
    assert "/399" not in rendered.text


@pytest.mark.parametrize("key", samples.KEYS)
def test_the_preheader_is_not_the_first_paragraph_again(key):
    rendered = written(key, "full")
    preheader = " ".join(rendered.preheader.split())
    words = " ".join(" ".join(page_of(rendered).words).split())
    assert words.startswith(preheader)
    assert preheader not in words[len(preheader) :]
    assert preheader not in " ".join(rendered.text.split())
    assert 20 <= len(rendered.preheader) <= 140


@pytest.mark.parametrize("key", samples.KEYS)
def test_the_subject_is_short(key):
    rendered = written(key, "full")
    assert 8 <= len(rendered.subject) <= 70


@pytest.mark.parametrize("key", samples.KEYS)
def test_marketing_and_nothing_else_asks_to_unsubscribe_and_cannot_go_without_the_link(key):
    rendered = written(key, "full")
    assert ("Unsubscribe" in rendered.html) == (key in MARKETING)
    assert ("Unsubscribe" in rendered.text) == (key in MARKETING)
    for links in (None, {}, {"unsubscribe_url": "javascript:alert(1)"}):
        context = samples.full() | {"links": links}
        if key in MARKETING:
            with pytest.raises(TemplateBroken, match="unsubscribe"):
                render(template=key, language="en", context=context)
        else:
            assert "/u/sample/" not in render(template=key, language="en", context=context).html


@pytest.mark.parametrize("key", samples.KEYS)
def test_the_foot_names_the_shop_its_address_and_why(key):
    text = written(key, "full").text
    foot = text.split("\n--\n")[1]
    assert "You get this mail because" in foot
    assert "Lipa s.r.o.\nLipová 1\n110 00 Praha 1" in foot
    assert text.count("+420 222 333 444") == 1
    # A mail about safety, access or rights leads nowhere else.
    assert ("https://instagram.example/lipa" in text) == (key not in QUIET)


@pytest.mark.parametrize("key", samples.KEYS)
def test_hostile_data_stays_text(key):
    rendered = written(key, "hostile")
    body = rendered.html.split("</style>")[-1]
    for raw in ("<script", "<img src=x", "<b>", "javascript:", "data:text", "onerror=alert(1)>"):
        assert raw not in body
    for sign in ("\r", "\x00", "\u0085", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff"):
        assert sign not in rendered.html
        assert sign not in rendered.text
        assert sign not in rendered.subject
    assert "\n" not in rendered.subject
    assert "evil.example" not in rendered.text
    assert "evil.example" not in body


def test_template_syntax_in_data_is_shown_and_never_run():
    rendered = written("order_confirmation", "hostile")
    assert "{{ 7 | times: 7 }}" in rendered.text
    assert "{{ 7 | times: 7 }}" in rendered.html
    assert "49}" not in rendered.text
    assert "care@lipa.example" not in rendered.text.split("Delivery address")[0]


def test_the_confirmation_answers_what_was_bought_for_how_much_and_where_to():
    text = written("order_confirmation", "full").text.replace("\xa0", " ")
    for answer in (
        "Linden blossom hand cream, 75 ml: 2 × CZK 249.00 = CZK 498.00",
        "Linen by the metre, Sage: 1.5 × CZK 320.00 = CZK 480.00",
        "Subtotal: CZK 1,167.00",
        "Discount AUTUMN10: −CZK 116.70",
        "Delivery (Zásilkovna): CZK 79.00",
        "Total: CZK 1,129.30",
        "Tax included: CZK 195.99",
        "Na Příkopě 12\n110 00 Praha 1\nCzechia",
        "Payment: Card ending in 4242",
        "Send anything back within 30 days, for any reason.",
        "It should be with you by Friday, 20 November.",
        "https://lipa.example/orders/1042?key=a1b2c3",
    ):
        assert answer in text


@pytest.mark.parametrize("key", [key for key in samples.KEYS if "ship" in key or "deliver" in key])
def test_a_parcels_mail_shows_no_prices(key):
    context = samples.full() | {"voucher": None}
    assert "CZK" not in render(template=key, language="en", context=context).text


def test_a_broken_context_is_told_in_words():
    for context, words in (
        ({}, "names no store"),
        ({"store": {"name": "Lipa"}}, "order_confirmation"),
        ({"store": {"name": "Lipa"}, "order": {"total": object()}}, "no plain data"),
    ):
        with pytest.raises(TemplateBroken, match=words):
            render(template="order_confirmation", language="en", context=context)
    with pytest.raises(TemplateBroken, match="no mail"):
        render(template="../../etc/passwd", language="en", context=samples.full())
