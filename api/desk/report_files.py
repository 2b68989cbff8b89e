"""The report as files: one figure to a line, and printed. No await, no I/O."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from api.desk.report_schemas import AwardLine, Playing, Portion, Report, Watched
from api.studio.staying_schemas import LanguageUse, Share
from api.tables import csv_of
from api.words import pick


class Line(Struct, frozen=True, kw_only=True):
    """`of` is what the figure is about: a section, an hour, an award; `rest` where none may be shown alone."""

    figure: str
    of: str = ""
    detail: str = ""
    value: float | int | str | None = None
    low: float | None = None
    high: float | None = None


def to_csv(report: Report, lang: str) -> str:
    """Everything that is shown, one figure to a line; names in the reader's language."""
    names = Line.__struct_fields__
    return csv_of([names, *([getattr(line, name) for name in names] for line in lines_of(report, lang))])


def lines_of(report: Report, lang: str) -> Iterator[Line]:
    name, begins = pick(report.name, lang), report.starts_on.isoformat()
    yield Line(figure="festival", of=report.festival, detail=name, value=begins)
    yield Line(figure="made_at", value=report.made_at.isoformat())
    yield Line(figure="companies", value=report.companies)
    for section in report.sections:
        name = pick(section.name, lang)
        for figure in ("entered", "submitted", "accepted", "episodes", "minutes"):
            yield Line(figure=f"section_{figure}", of=section.slug, detail=name, value=getattr(section, figure))
    for country in report.countries:
        for figure in ("entered", "submitted", "accepted"):
            yield Line(figure=f"country_{figure}", of=country.country, value=getattr(country, figure))
    if report.watched is not None:
        yield from _watched(report.watched)
    for award in report.awards:
        yield from _award(award, lang)
    for screen in report.screens:
        for figure in ("plays", "touched", "minutes"):
            yield Line(figure=f"screen_{figure}", of=screen.name, detail=screen.place, value=getattr(screen, figure))
    yield Line(figure="episodes_shown", value=report.access.episodes)
    yield Line(figure="episodes_subtitled", value=report.access.subtitled)
    for language in report.access.languages:
        yield Line(figure="episodes_with_subtitles", of=language.lang, value=language.subtitled)
        yield Line(figure="episodes_with_sound", of=language.lang, value=language.voiced)
    yield Line(figure="bytes_of_originals", value=report.volumes.originals)
    yield Line(figure="bytes_of_packages", value=report.volumes.packages)


def _watched(watched: Watched) -> Iterator[Line]:
    yield Line(figure="viewers", value=watched.viewers)
    yield Line(figure="views", value=watched.views)
    yield Line(figure="minutes_watched", value=watched.minutes)
    for name, share in (("completed", watched.completed), ("subtitled", watched.subtitled), ("liked", watched.liked)):
        yield _share(name, share)
    yield from _languages("interface_viewers", watched.interface)
    yield from _languages("subtitles_viewers", watched.subtitles)
    for name in ("sections", "countries", "hours", "days"):
        yield from _portions(name.removesuffix("s") if name != "countries" else "country", getattr(watched, name))
    if watched.played is not None:
        yield from _played("", [watched.played.whole])
        yield from _played("section_", watched.played.sections)
        yield from _played("network_", watched.played.networks)
        yield from _played("day_", watched.played.days)


def _played(kind: str, parts: Iterable[Playing]) -> Iterator[Line]:
    for part in parts:
        for figure in ("start_ms", "slow_ms", "stalls_hour", "stalled"):
            yield Line(figure=f"{kind}{figure}", of=part.key, value=getattr(part, figure))
        for each in part.lines:
            yield Line(figure=f"{kind}share_of_lines", of=part.key, detail=str(each.lines), value=each.share)


def _share(figure: str, share: Share | None) -> Line:
    if share is None:
        return Line(figure=f"share_{figure}")
    return Line(figure=f"share_{figure}", value=share.value, low=share.low, high=share.high)


def _languages(figure: str, uses: Iterable[LanguageUse]) -> Iterator[Line]:
    for use in uses:
        yield Line(figure=figure, of=use.lang or "rest", value=use.viewers)


def _portions(kind: str, portions: Iterable[Portion]) -> Iterator[Line]:
    for portion in portions:
        for figure in ("viewers", "views", "minutes"):
            yield Line(figure=f"{kind}_{figure}", of=portion.key or "rest", value=getattr(portion, figure))


def _award(award: AwardLine, lang: str) -> Iterator[Line]:
    name = pick(award.name, lang)
    yield Line(figure="award_ballots", of=award.slug, detail=name, value=award.ballots)
    for stratum in award.strata:
        yield Line(figure="award_ballots_by_way", of=award.slug, detail=stratum.tier or "rest", value=stratum.ballots)
        if stratum.of:
            yield Line(figure="award_could_vote", of=award.slug, detail=stratum.tier or "rest", value=stratum.of)
    for winner in award.winners:
        title = pick(winner.title, lang)
        yield Line(figure="award_winner", of=award.slug, detail=title, value=winner.country)
