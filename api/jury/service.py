"""What a juror sees: the lists, the rounds, the titles."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from api.access.schemas import Account
from api.catalog import service as catalog
from api.catalog.schemas import SeriesCard
from api.db import Connection, fetch_all
from api.jury import conflicts, credit, rounds, rules
from api.jury.rounds import CellRow, JurorRow, Q, Round, TitleRow
from api.jury.schemas import (
    BlindPhase,
    EpisodeSeen,
    ListedSeries,
    Lock,
    Maker,
    OtherScore,
    Phase,
    Recusal,
    RoundCard,
    RoundPage,
    ScoreSheet,
    Shortlist,
    Title,
    TitlePage,
)
from api.playback.grants import Grants
from api.words import Words


class ShortlistRow(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    round: int
    phase: Phase
    unblinded: bool
    blind: list[BlindPhase]
    last: bool
    series: list[int]

    @property
    def is_blind(self) -> bool:
        return rules.is_blind(self.phase, self.blind, unblinded=self.unblinded, last=self.last)


class EpisodeRow(Struct, frozen=True, kw_only=True):
    id: int
    number: int
    title: Words
    seconds: int
    package: UUID
    watched: int


async def shortlists(db: Connection, account: Account, grants: Grants) -> list[Shortlist]:
    """Those this juror is assigned to; organisers see all, with the stills as they are stored."""
    whose = None if account.role == "organiser" else account.id
    rows = await fetch_all(db, Q["shortlists_of"], whose, into=ShortlistRow)
    seal = (lambda card: card) if whose is None else grants.card
    return [
        Shortlist(
            id=row.id,
            name=row.name,
            round=row.round,
            series=[
                _listed(seal(card), blind=whose is not None and row.is_blind)
                for card in await catalog.cards_of(db, row.series)
            ],
        )
        for row in rows
    ]


def _listed(card: SeriesCard, *, blind: bool) -> ListedSeries:
    told = {name: getattr(card, name) for name in card.__struct_fields__}
    return ListedSeries(**told | ({"country": None} if blind else {}))


async def round_cards(db: Connection, account: Account) -> list[RoundCard]:
    found = await rounds.rounds_of(db, account)
    return [RoundCard(**await _card(db, each, account, await _own(db, each, account))) for each in found]


async def _own(db: Connection, found: Round, account: Account) -> list[CellRow]:
    return await rounds.cells_of(db, found.id, juror=account.id)


async def _card(db: Connection, found: Round, account: Account, cells: Sequence[CellRow]) -> dict[str, Any]:
    lock = await rounds.lock_of(db, found.id, account.id)
    same = {
        name: getattr(found, name) for name in ("id", "jury", "award", "name", "round", "phase", "meets_at", "chair")
    }
    done = sum(rules.is_done(found.rubric, cell, found.must_see) for cell in cells)
    return {**same, "titles": len(cells), "done": done, "locked_at": None if lock is None else lock.locked_at}


async def round_page(db: Connection, account: Account, round_id: int, grants: Grants) -> RoundPage:
    found = await rounds.load(db, round_id, account)
    cells = await _own(db, found, account)
    jurors = await rounds.jurors_of(db, found.id)
    lock = await rounds.lock_of(db, found.id, account.id)
    same = {name: getattr(found, name) for name in ("jury_id", "rubric", "visibility", "must_see", "last")}
    return RoundPage(
        **await _card(db, found, account, cells),
        **same,
        blind=found.is_blind,
        jurors=[rounds.to_juror(juror) for juror in jurors],
        items=await _titles(db, found, _me(jurors, account), cells, grants),
        order=rules.order_of(found.rubric, cells),
        missing=rules.missing_of(found.rubric, cells, found.must_see),
        lock=None if lock is None else Lock(locked_at=lock.locked_at, undo_until=lock.undo_until),
    )


def _me(jurors: Sequence[JurorRow], account: Account) -> JurorRow:
    return next(juror for juror in jurors if juror.id == account.id)


async def _titles(db: Connection, found: Round, me: JurorRow, cells: Sequence[CellRow], grants: Grants) -> list[Title]:
    facts = await rounds.titles_of(db, found.id)
    cards = {card.id: grants.card(card) for card in await catalog.cards_of(db, [cell.series for cell in cells])}
    return [_title(found, me, cell, cards[cell.series], facts[cell.series]) for cell in cells]


def _title(found: Round, me: JurorRow, cell: CellRow, card: SeriesCard, facts: TitleRow) -> Title:
    met = conflicts.suggest(me, facts)
    same = {name: getattr(card, name) for name in ("slug", "rating", "duration_ms", "poster", "card", "thumbhash")}
    return Title(
        **same,
        series=cell.series,
        title=facts.title,
        synopsis=facts.synopsis,
        genre=facts.genre,
        maker=None if found.is_blind else _maker(facts),
        coverage=rules.coverage_of(cell, found.must_see),
        sheet=sheet_of(found, cell),
        conflicts=conflicts.veiled(met) if found.is_blind else met,
        recusal=recusal_of(cell),
    )


def _maker(facts: TitleRow) -> Maker:
    return Maker(country=facts.country, company=facts.company, credits=facts.credits, companies=facts.companies)


def sheet_of(found: Round, cell: CellRow) -> ScoreSheet | None:
    if cell.grades is None or cell.revision is None or cell.saved_at is None:
        return None
    mean = None if cell.skipped is not None else rules.mean_of(found.rubric, cell.grades)
    return ScoreSheet(
        grades=cell.grades,
        skipped=cell.skipped,
        mean=None if mean is None else float(mean),
        revision=cell.revision,
        saved_at=cell.saved_at,
    )


def recusal_of(cell: CellRow) -> Recusal | None:
    if cell.recused is None or cell.recused_at is None:
        return None
    return Recusal(reason=cell.recused, declared_at=cell.recused_at, by_chair=cell.recused_by_chair)


async def title_page(db: Connection, account: Account, round_id: int, series: int, grants: Grants) -> TitlePage:
    found = await rounds.load(db, round_id, account)
    cell = await rounds.cell_of(db, found.id, account.id, series)
    jurors = await rounds.jurors_of(db, found.id)
    [title] = await _titles(db, found, _me(jurors, account), [cell], grants)
    rows = await fetch_all(db, Q["episodes_seen"], series, account.id, into=EpisodeRow)
    return TitlePage(
        item=title,
        episodes=[_episode(row) for row in rows],
        others=await _others(db, found, {juror.id: juror for juror in jurors}, account.id, series),
    )


def _episode(row: EpisodeRow) -> EpisodeSeen:
    told = {name: getattr(row, name) for name in ("id", "number", "title", "seconds", "package")}
    seen = min(row.watched, row.seconds)
    return EpisodeSeen(**told, seen=seen, whole=credit.is_whole(seen, row.seconds))


async def _others(
    db: Connection, found: Round, jurors: Mapping[int, JurorRow], me: int, series: int
) -> list[OtherScore] | None:
    """What others gave this title, as far as the jury's rule lets this juror see it; None where it does not at all."""
    locked = jurors[me].locked_at is not None
    visible = {
        juror.id
        for juror in jurors.values()
        if rules.sees_others(found.visibility, found.phase, locked=locked, other_locked=juror.locked_at is not None)
    }
    if not visible:
        return None
    cells = await rounds.cells_of(db, found.id, series=series)
    return [
        OtherScore(juror=rounds.to_juror(jurors[cell.juror]), mean=None if mean is None else float(mean))
        for cell in cells
        if cell.juror in visible - {me}
        for mean in [rules.score_of(found.rubric, cell)]
    ]
