"""What it costs to sign with DKIM ourselves, beside writing the mail.

    python -m bench.dispatch.dkim_cost [--mails 300]

The signer is the product's (`engagement/messages/delivery/dkim.py`); where dkimpy is installed it
checks a mail first.
"""

import argparse
import importlib.util
import os
import time
from collections.abc import Callable

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=300)
    mails = parser.parse_args().mails
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")
    django.setup()
    raw = _mail()
    print(f"CPU microseconds for a mail of {len(raw()) / 1000:.0f} kB")
    _timed("written by us, not signed", raw, mails)
    from engagement.messages.delivery.dkim import Signer, new_key, record_text  # noqa: PLC0415

    signer = Signer(domain="lipa.example", selector="s", pem=new_key())
    print(f"RSA-2048: {_checked(signer.signed(raw()), record_text(signer.pem))}")
    _timed("written and signed, RSA-2048", lambda: signer.signed(raw()), mails)


def _mail() -> Callable[[], bytes]:
    from django.core.mail import EmailMultiAlternatives  # noqa: PLC0415 (needs the set-up)

    from engagement.messages.delivery.mime import written  # noqa: PLC0415
    from engagement.messages.rendering.render import render  # noqa: PLC0415
    from engagement.messages.rendering.samples import full  # noqa: PLC0415

    made = render(
        template="order_confirmation", language="en",
        context=full(),
    )  # fmt: skip
    mail = EmailMultiAlternatives(
        made.subject, made.text, "shop@lipa.example", ["jana@mail.example"],
        headers={"Message-ID": "<1.0@after.example>"},
    )  # fmt: skip
    mail.attach_alternative(made.html, "text/html")
    return lambda: written(mail)


def _checked(mail: bytes, record: str) -> str:
    if importlib.util.find_spec("dkim") is None:
        return "not checked, dkimpy is not installed"
    import dkim  # noqa: PLC0415

    def told(*_: object, **__: object) -> bytes:
        return record.encode()

    right, wrong = dkim.verify(mail, dnsfunc=told), dkim.verify(mail + b"x", dnsfunc=told)
    return "dkimpy finds it right" if right and not wrong else "dkimpy FINDS IT WRONG"


def _timed(name: str, make: Callable[[], bytes], mails: int) -> None:
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        for _ in range(mails):
            make()
        best = min(best, (time.process_time() - begun) / mails)
    print(f"{name}: {best * 1e6:.0f}")


if __name__ == "__main__":
    main()
