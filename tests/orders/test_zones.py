"""Where a customer's clock stands, from what an address tells."""

from zoneinfo import available_timezones

import pytest

from orders.zones import ONE_TIME_BY_LAW, REGIONS, zone_for, zone_of_country

STORE = "Europe/Prague"


@pytest.mark.parametrize(
    ("own", "country", "region", "zone", "source"),
    [
        ("Asia/Tokyo", "US", "CA", "Asia/Tokyo", "own"),
        ("Mars/Olympus", "FI", "", "Europe/Helsinki", "country"),
        ("", "US", "CA", "America/Los_Angeles", "region"),
        ("", "US", "US-NY", "America/New_York", "region"),
        ("", "us", "az", "America/Phoenix", "region"),
        ("", "US", "", STORE, "store"),
        ("", "US", "XX", STORE, "store"),
        ("", "CA", "NL", "America/St_Johns", "region"),
        ("", "AU", "QLD", "Australia/Brisbane", "region"),
        ("", "BR", "AM", "America/Manaus", "region"),
        ("", "MX", "ROO", "America/Cancun", "region"),
        ("", "RU", "PRI", "Asia/Vladivostok", "region"),
        ("", "ID", "BA", "Asia/Makassar", "region"),
        ("", "ES", "GC", "Atlantic/Canary", "region"),
        ("", "ES", "M", "Europe/Madrid", "region"),
        ("", "ES", "", STORE, "store"),
        ("", "DE", "", "Europe/Berlin", "country"),
        ("", "DE", "BE", "Europe/Berlin", "country"),
        ("", "CZ", "", "Europe/Prague", "country"),
        ("", "SI", "", "Europe/Ljubljana", "country"),
        ("", "AR", "B", "America/Argentina/Buenos_Aires", "country"),
        ("", "CN", "", "Asia/Shanghai", "country"),
        ("", "GB", "", "Europe/London", "country"),
        ("", "XX", "", STORE, "store"),
        ("", "", "", STORE, "store"),
    ],
)
def test_the_zone_and_where_it_came_from(own, country, region, zone, source):
    found = zone_for(own=own, country=country, region=region, store_zone=STORE)
    assert found == (zone, source)


def test_every_zone_of_our_table_exists():
    ours = {zone for table in REGIONS.values() for zone in table.values()}
    assert ours | set(ONE_TIME_BY_LAW.values()) <= available_timezones()


@pytest.mark.parametrize("country", ["US", "CA", "AU", "BR", "MX", "RU", "ID", "ES", "PT", "NZ"])
def test_a_country_with_several_times_has_no_single_one(country):
    assert zone_of_country(country) is None
