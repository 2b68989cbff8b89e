"""From where ballots were asked for: kept as hashes that need two keys, few of each ballot, and not in Redis."""

from ipaddress import ip_network

import pytest

from api.db import Connection
from api.voting import proofs
from tests import ballots
from tests.house import House

pytest_plugins = ("tests.housing",)
KEY, SECRET = b"k" * 32, b"s" * 32


async def origins(rows: Connection, award: int) -> list[tuple[int, int, bool]]:
    """Ballots, devices and networks are numbered by what they share."""
    found = await rows.fetch(
        "SELECT dense_rank() OVER (ORDER BY device) AS device, dense_rank() OVER (ORDER BY network) AS network, venue"
        " FROM ballot_origin WHERE award_id = $1",
        award,
    )
    return sorted(tuple(row) for row in found)


async def ask(house: House, award: int, address: str, device: str | None = None, **proof: str) -> str:
    async with ballots.phone_at(house.app, address) as phone:
        if device is not None:
            phone.headers["Cookie"] = f"device={device}"
        answer = await phone.post(f"/api/awards/{award}/ballot", json=proof)
        assert answer.status_code == 200, answer.text
        return phone.cookies["device"]


async def test_devices_of_a_badge_are_kept_once_each_with_their_first_network(house: House, rows: Connection) -> None:
    award, badge = await ballots.an_award(rows, "badge"), await ballots.a_badge(rows)
    device = await ask(house, award, "93.184.216.34", badge=badge)

    await ask(house, award, "93.184.217.34", device, badge=badge)
    await ask(house, award, "93.184.216.99", badge=badge)

    assert {network for _, network, _ in await origins(rows, award)} == {1}
    assert len(await origins(rows, award)) == 2


async def test_house_and_private_networks_are_the_venue(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "device")
    for address in ("93.184.216.34", "10.20.30.40", "127.0.0.1"):
        await ask(house, award, address)

    assert sorted(venue for _, _, venue in await origins(rows, award)) == [False, True, True]
    assert await rows.fetchval("SELECT count(*) FROM ballot_origin WHERE award_id = $1 AND network IS NULL", award) == 1


async def test_ballot_that_goes_round_for_ever_fills_no_table(house: House, rows: Connection) -> None:
    award, badge = await ballots.an_award(rows, "badge"), await ballots.a_badge(rows)
    for _ in range(70):
        await ask(house, award, "93.184.216.34", badge=badge)

    assert await rows.fetchval("SELECT count(*) FROM ballot_origin WHERE award_id = $1", award) == 64


@pytest.mark.parametrize(("key", "secret"), [(KEY, b"t" * 32), (b"l" * 32, SECRET)])
def test_hashes_need_both_keys(key: bytes, secret: bytes) -> None:
    right = proofs.origin_of(KEY, SECRET, "device", "93.184.216.0/24")

    every = {
        proofs.origin_of(key, secret, "device", str(net)).network for net in ip_network("93.184.0.0/16").subnets(8)
    }

    assert right == proofs.origin_of(KEY, SECRET, "device", "93.184.216.0/24")
    assert right.network not in every
    assert right.device != proofs.origin_of(key, secret, "device", None).device
    assert proofs.origin_of(KEY, SECRET, "93.184.216.0/24", None).device != right.network
