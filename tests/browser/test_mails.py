"""Every mail as a browser draws it: readable in light and dark, and no wider than a small phone."""

import pytest

from engagement.messages.rendering.render import render
from engagement.messages.rendering.samples import KEYS, full

LEAST = 4.5
# Every text against what lies behind it, whatever set those colours; WCAG 2.2.
FAINT = """
() => {
  const parse = color => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const luminance = rgb => rgb.slice(0, 3)
    .map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    const box = element.getBoundingClientRect();
    if (!text || !box.width || box.width < 2 || getComputedStyle(element).display === 'none') continue;
    seen += 1;
    const pair = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < LEAST) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  return [seen, found];
}
""".replace("LEAST", str(LEAST))
BRANDS = {
    "the sample's": {},
    "pale": {"color_primary": "#ffe680", "color_accent": "#fffbe6"},
    "dark": {"color_primary": "#101010", "color_accent": "#202020"},
    "loud": {"color_primary": "#ff00ff", "color_accent": "#00ff00"},
    "gray": {"color_primary": "#808080", "color_accent": "#777777"},
    "unknown": {"color_primary": "red", "color_accent": ""},
}


def drawn(page, *, key: str, brand: str) -> None:
    sample = full()
    sample["store"] |= BRANDS[brand]
    html = render(template=key, language="en", context=sample).html
    page.set_content(html.replace("https://lipa.example/pictures/", "data:,"))


def faint(page) -> list[str]:
    seen, found = page.evaluate(FAINT)
    assert seen > 8
    return found


@pytest.fixture(scope="module", params=["light", "dark"])
def page(chromium, request):
    context = chromium.new_context(
        viewport={"width": 320, "height": 900}, color_scheme=request.param, offline=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("key", KEYS)
def test_every_text_can_be_read_and_nothing_is_wider_than_a_small_phone(page, key):
    drawn(page, key=key, brand="the sample's")
    assert faint(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("brand", BRANDS)
def test_every_text_can_be_read_in_any_brands_colours(page, brand):
    for key in ("order_confirmation", "thank_you", "safety_notice"):
        drawn(page, key=key, brand=brand)
        assert faint(page) == []


def test_what_is_faint_is_found(page):
    page.set_content("<body style='background:#fff'>" + "<p style='color:#aaa'>Faint</p>" * 9)
    assert len(faint(page)) == 9
