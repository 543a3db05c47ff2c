"""Set up, prove, renew and switch off the second factor of a member's account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.limits.take import take
from core.stores.models import User

RECOVERY_CODES = 10
TRIES = (10, timedelta(minutes=15))


class WrongCode(Exception):
    """The digits are wrong, used or too old."""


@dataclass(frozen=True)
class TooManyTries(Exception):
    """Guessed too often; `seconds` until it may be tried again."""

    seconds: int


def app_to_set_up(*, user: User) -> TOTPDevice:
    """The app that is being set up, not yet of any effect. The same one until it is confirmed."""
    found = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def confirm_app(*, user: User, code: str, now: datetime) -> list[str]:
    """Make the app count from now on; the recovery codes, shown this once. Raises `WrongCode`,
    `TooManyTries`."""
    _count(user=user, now=now)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        app = app_to_set_up(user=user)
        if not app.verify_token(_digits(code)):
            raise WrongCode
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        TOTPDevice.objects.filter(pk=app.pk).update(confirmed=True)
        User.objects.filter(pk=user.pk).update(second_factor_since=now)
        user.second_factor_since = now
        return renew_recovery_codes(user=user)


def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new codes, each good for one login without the app; the old ones are worthless."""
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, name="recovery")
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def prove(*, user: User, code: str, now: datetime) -> TOTPDevice | StaticDevice:
    """The device that the code is of. Raises `WrongCode`, `TooManyTries`. A code works once."""
    _count(user=user, now=now)
    with transaction.atomic():
        devices: list[TOTPDevice | StaticDevice] = [
            *TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True),
            *StaticDevice.objects.select_for_update().filter(user=user, confirmed=True),
        ]
        for device in devices:
            said = _digits(code) if isinstance(device, TOTPDevice) else code.strip().lower()
            if said and device.verify_token(said):
                return device
    raise WrongCode


def switch_off(*, user: User) -> None:
    """Let the password alone do again: for the user who is inside, or for a lost telephone."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(second_factor_since=None)
    user.second_factor_since = None


def _count(*, user: User, now: datetime) -> None:
    """Counted before the code is looked at, so that parallel guesses cannot slip past the number."""
    wait = take(name="second_factor", who=str(user.pk), limit=TRIES[0], window=TRIES[1], now=now)
    if wait:
        raise TooManyTries(wait)


def _digits(code: str) -> str:
    return "".join(filter(str.isdigit, code))[:8]
