"""SpamAssassin, asked without the network: every English mail and the hostile set stay under two points.

All languages: ``python -m bench.spam``.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.spam import LIMIT, program, spamd
from bench.spam_mails import every_mail, one_mail


@pytest.fixture(scope="module")
def daemon():
    if program() is None:
        pytest.skip("Debian's spamd is not installed; see tests/skips.toml")
    with spamd() as running:
        yield running


@pytest.mark.parametrize("sample", ["full", "minimal", "hostile"])
def test_every_english_mail_stays_under_two_points(daemon, sample):
    mails = list(every_mail(languages=["en"], samples=[sample]))
    with ThreadPoolExecutor(2) as pool:
        verdicts = pool.map(daemon.judge, (mime for _, mime in mails))
    told = {
        name: verdict
        for (name, _), verdict in zip(mails, verdicts, strict=True)
        if verdict[0] >= LIMIT
    }
    assert told == {}


def test_what_is_junk_is_told_so(daemon):
    mail = one_mail(template="birthday", language="en", sample="full")
    gtube = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    points, rules = daemon.judge(mail.replace(b"somebody else does the dishes", gtube))
    assert points > 100
    assert "GTUBE" in rules
