"""What to buy follows from what was measured, and the README's table is what the command prints."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from api.capacity import CARD, Evening, figures, plan, table, values
from api.cli import capacity_options, read_arguments
from api.errors import SettingsError
from api.hub import STREAM_LIMIT

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
#: Round numbers, so that the results can be told by head.
ROUND = {
    "votes_per_core": 10_000,
    "insert_us": 10,
    "people": 1_000,
    "plateau": 100,
    "server_seconds": 10,
    "ladder_seconds": 60,
    "h264_kb": 6_000,
    "av1_kb": 3_000,
    "package_kb": 30_000,
    "media_bytes": 1e9,
}


def test_need_is_told_by_head_from_round_figures() -> None:
    evening = Evening(viewers=90_000, voting_seconds=90, watching=1, av1=0, busy=0.5, live=0.5)

    need = plan(evening, ROUND, streams=1_000)

    assert need.votes == pytest.approx(9_000)
    assert (need.server_cores, need.database_cores, need.processes) == (20, 1, 45)
    assert need.connections == 45 * 12
    assert need.egress == pytest.approx(72)
    assert need.origin == pytest.approx(0.72)
    assert (need.cdn, need.proxy_cores, need.transcoder_cores) == (True, 1, 3)
    assert need.film_per_core_hour == pytest.approx(10)
    assert need.storage == pytest.approx(54)


def test_more_time_for_the_votes_wants_fewer_cores() -> None:
    short = plan(Evening(viewers=50_000), ROUND, STREAM_LIMIT)
    long = plan(Evening(viewers=50_000, voting_seconds=900), ROUND, STREAM_LIMIT)

    assert long.votes == pytest.approx(short.votes / 10)
    assert long.server_cores < short.server_cores


def test_what_one_card_carries_needs_no_cdn() -> None:
    viewers = int(CARD * 1_000_000 / (6_000 * 8 / 60))
    evening = Evening(viewers=viewers, watching=1, av1=0)

    most, more = (plan(structs.replace(evening, viewers=each), ROUND, STREAM_LIMIT) for each in (viewers, viewers + 10))

    assert (most.cdn, most.origin) == (False, most.egress)
    assert more.cdn
    assert more.origin == pytest.approx(more.egress / 100)


@pytest.mark.parametrize(
    "odd", [{"viewers": 0}, {"watching": 1.1}, {"av1": -0.1}, {"busy": 0}, {"busy": 2}, {"voting_seconds": 0}]
)
def test_assumptions_that_make_no_sense_are_refused(odd: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="Shares lie between 0 and 1"):
        plan(structs.replace(Evening(viewers=1_000), **odd), ROUND, STREAM_LIMIT)


def test_every_figure_is_one_the_readme_shows() -> None:
    for figure in figures().values():
        assert " ".join(figure.line.split()) in " ".join(README.split()), figure.name
        assert re.search(rf"[Cc]ommit {figure.commit}", README), figure.name


def test_table_of_the_readme_is_the_one_the_command_makes() -> None:
    needs = [plan(Evening(viewers=each), values(), STREAM_LIMIT) for each in (1_000, 50_000, 5_000_000)]

    assert table(needs) in README


def test_every_assumption_can_be_given_on_the_command_line() -> None:
    given = read_arguments(["capacity", "--viewers", "5000", "--voting-seconds", "600", "--av1", "0"])

    assert capacity_options(given) == Evening(viewers=5_000, voting_seconds=600, av1=0)
