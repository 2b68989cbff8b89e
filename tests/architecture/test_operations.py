"""What watches a festival says the same as its runbook. That it asks for metrics there are: journeys/test_watched.py."""

import re

import pytest

from api.settings import Settings
from tests.watching import OPERATIONS, RUNBOOK, alerts, asked_by, expressions, panels
from transcoder.settings import Settings as WorkerSettings

TEXT = RUNBOOK.read_text(encoding="utf-8")


def anchor_of(heading: str) -> str:
    """As GitHub makes them."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


ANCHORS = {anchor_of(heading) for heading in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)}


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: str(rule["alert"]))
def test_each_alert_leads_to_an_entry_of_the_runbook_that_names_it(rule: dict[str, dict[str, str]]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")

    assert (page, anchor in ANCHORS) == ("RUNBOOK.md", True)
    assert re.search(rf"^\|.*`{rule['alert']}`.*\(#{re.escape(anchor)}\)", TEXT, re.MULTILINE)
    assert rule["labels"]["severity"] in ("page", "look")
    assert rule["annotations"]["summary"].endswith(".")


def test_runbook_names_no_alert_that_is_not_there_and_leads_nowhere_else() -> None:
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z][A-Za-z]+)`", TEXT))

    assert named == {rule["alert"] for rule in alerts()}
    assert set(re.findall(r"\(#([a-z0-9-]+)\)", TEXT)) <= ANCHORS


def test_each_entry_says_when_it_is_over() -> None:
    entries = {part.split("\n", 1)[0]: part for part in TEXT.split("\n## ")[1:]}
    without = {name for name, part in entries.items() if "**Over when**" not in part}

    assert without == {"What never to do", "Alerts that say nothing is watched", "Commands"}


def test_runbook_is_ten_pages_at_most() -> None:
    assert len(TEXT.splitlines()) <= 400


@pytest.mark.parametrize(("place", "expression"), expressions().items())
def test_each_query_is_one_and_asks_for_our_metrics(place: str, expression: str) -> None:
    assert all(each.name.startswith("tallscreen_") or each.name == "up" for each in asked_by(expression)), place


def test_dashboard_is_whole() -> None:
    titles = [panel["title"] for panel in panels()]
    places = [tuple(panel["gridPos"].values()) for panel in panels()]

    assert len(titles) == len(set(titles))
    assert len(places) == len(set(places))
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in panels())
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels())


def test_settings_that_the_scrape_wants_are_settings() -> None:
    text = (OPERATIONS / "prometheus.yml").read_text(encoding="utf-8")

    assert "TALLSCREEN_METRICS_TOKEN" in text
    assert "TALLSCREEN_METRICS_LISTEN" in text
    assert "metrics_token" in Settings.__struct_fields__
    assert "metrics_listen" in WorkerSettings.__struct_fields__
