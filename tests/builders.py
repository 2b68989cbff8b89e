"""A festival and its parts, with sensible defaults."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from api.access import rules as access_rules
from api.access.schemas import Role
from api.db import Connection
from api.voting.rules import voter_key

_numbers = itertools.count(1)
NOW = datetime.now(UTC)
SECRET = b"the secret of a test's award, 32b"[:32]


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh": f"{text} 中", "ru": f"{text} ру"}


def descriptor(package: UUID, *, duration: float = 12.0, edition: int = 1) -> dict[str, Any]:
    """What the transcoder says of a package, small but complete."""
    video = [
        {
            "name": f"v{side}",
            "width": side,
            "height": side * 16 // 9,
            "codec": "avc1.64001e",
            "bitrate": side * 1000,
            "init": "AAAA",
            "segments": [1.0, 2.0, 4.0, duration - 7],
            "bytes": side * 100,
        }
        for side in (360, 540)
    ]
    audio = [
        {"name": "a64", "codec": "mp4a.40.2", "bitrate": 64000, "init": "AAAA", "segments": [duration],
         "bytes": 900, "lang": None, "dub": False}
    ]  # fmt: skip
    return {
        "version": 2,
        "package": str(package),
        "edition": edition,
        "duration": duration,
        "fps": 24.0,
        "width": 540,
        "height": 960,
        "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
        "video": video,
        "audio": audio,
        "subtitles": [{"lang": "en", "path": f"{edition}/en.vtt"}],
        "posters": [{"second": 1.5, "tall": "posters/a", "card": "posters/a-card"}],
        "sprite": {"path": "board/sprite.webp", "width": 90, "height": 160, "columns": 5, "count": 6, "seconds": 2.0},
        "loudness": None,
        "decisions": [],
        "files": {},
    }


async def a_company(db: Connection, name: str | None = None) -> int:
    return int(
        await db.fetchval("INSERT INTO company (name) VALUES ($1) RETURNING id", name or f"Company {next(_numbers)}")
    )


async def an_account(db: Connection, role: Role = "organiser", company: int | None = None) -> int:
    if role == "producer" and company is None:
        company = await a_company(db)
    number = next(_numbers)
    return int(
        await db.fetchval(
            "INSERT INTO account (email, name, role, company_id) VALUES ($1, $2, $3, $4) RETURNING id",
            f"person{number}@festival.example",
            f"Person {number}",
            role,
            company,
        )
    )


async def a_session(db: Connection, account: int) -> str:
    """A session in which a passkey was used just now, so that nothing asks for one: see tests/access/test_step_up.py."""
    token = access_rules.new_token()
    now = datetime.now(UTC)
    await db.execute(
        "INSERT INTO session (token_hash, account_id, created_at, last_seen_at, expires_at, passkey_at)"
        " VALUES ($1, $2, $3, $3, $4, $3)",
        access_rules.digest(token),
        account,
        now,
        now + timedelta(hours=12),
    )
    return token


async def sign_in(client: httpx.AsyncClient, db: Connection, role: Role, company: int | None = None) -> int:
    """An account of this role, signed in in this browser by a passkey a moment ago."""
    account = await an_account(db, role, company)
    client.cookies.set("sid", await a_session(db, account))
    return account


#: What a section asks for where nobody said anything.
NO_RULES: dict[str, Any] = {
    "opens_at": None,
    "closes_at": None,
    "min_seconds": None,
    "max_seconds": None,
    "min_episodes": None,
    "max_episodes": None,
    "subtitle_langs": [],
    "ai_rule": "disclose",
    "min_total_seconds": None,
    "max_total_seconds": None,
    "ai_parts": [],
}


async def a_festival(db: Connection) -> int:
    found = await db.fetchval("SELECT id FROM festival ORDER BY id DESC LIMIT 1")
    if found is not None:
        return int(found)
    return int(
        await db.fetchval(
            "INSERT INTO festival (slug, name, starts_on, ends_on, time_zone) "
            "VALUES ('meridian', $1, '2026-11-06', '2026-11-14', 'Asia/Almaty') RETURNING id",
            words("Meridian"),
        )
    )


async def a_section(db: Connection) -> int:
    festival = await a_festival(db)
    return int(
        await db.fetchval(
            "INSERT INTO section (festival_id, slug, name) VALUES ($1, 'main', $2) "
            "ON CONFLICT (festival_id, slug) DO UPDATE SET slug = excluded.slug RETURNING id",
            festival,
            words("Main competition"),
        )
    )


def said(title: dict[str, str]) -> dict[str, Any]:
    """What a series says of itself when nobody has said more than its title."""
    return {
        "title": title,
        "synopsis": {},
        "genre": {},
        "notes": {},
        "original_lang": None,
        "country": "KZ",
        "rating": "12+",
        "credits": [],
        "companies": [],
        "contact": {"name": "", "email": "", "phone": ""},
        "ai": None,
        "rights": {"begins": None, "ends": None, "rule": "everywhere", "countries": []},
    }


def all_said(title: dict[str, str]) -> dict[str, Any]:
    """As much as a section can ask for."""
    return said(title) | {
        "synopsis": {"en": "Night."},
        "genre": {"en": "Drama"},
        "original_lang": "ru",
        "credits": [{"part": "director", "name": "Alesia Kavalenka"}],
        "contact": {"name": "Alesia", "email": "alesia@depot.example", "phone": ""},
        "ai": {"used": False, "what": "", "where": []},
    }


async def say_all(db: Connection, series: int) -> None:
    """All that a section can ask for is said of it."""
    words = all_said({})
    await db.execute(
        "UPDATE series SET synopsis = $2, genre = $3, original_lang = $4, credits = $5, contact = $6, ai_use = $7 WHERE id = $1",
        series, words["synopsis"], words["genre"], words["original_lang"], words["credits"], words["contact"], words["ai"],
    )  # fmt: skip


async def a_submission(db: Connection, series: int, *, account: int | None = None) -> None:
    await db.execute(
        "INSERT INTO submission (series_id, section_id, submitted_at, submitted_by) SELECT id, section_id, now(), $2 FROM series WHERE id = $1",
        series,
        account or await an_account(db),
    )


async def a_section_that(db: Connection, **columns: object) -> int:
    """A section of its own with these rules, such as `closes_at`."""
    festival, slug = await a_festival(db), f"section-{next(_numbers)}"
    section = await db.fetchval(
        "INSERT INTO section (festival_id, slug, name) VALUES ($1, $2, $3) RETURNING id", festival, slug, words(slug)
    )
    for column, value in columns.items():
        await db.execute(f"UPDATE section SET {column} = $2 WHERE id = $1", section, value)  # noqa: S608
    return int(section)


async def a_series(
    db: Connection,
    *,
    company: int | None = None,
    released: bool = True,
    slug: str | None = None,
    section: int | None = None,
) -> int:
    company = company or await a_company(db)
    slug = slug or f"series-{next(_numbers)}"
    return int(
        await db.fetchval(
            "INSERT INTO series (section_id, company_id, slug, title, country, rating, released_at) "
            "VALUES ($1, $2, $3, $4, 'KZ', '12+', $5) RETURNING id",
            section or await a_section(db),
            company,
            slug,
            words(slug),
            datetime.now(UTC) if released else None,
        )
    )


async def an_episode(db: Connection, series: int, number: int = 1) -> int:
    return int(
        await db.fetchval(
            "INSERT INTO episode (series_id, number, title) VALUES ($1, $2, $3) RETURNING id",
            series,
            number,
            words(f"Episode {number}"),
        )
    )


async def an_original(db: Connection, episode: int, *, state: str = "received") -> UUID:
    upload, account = uuid4(), await an_account(db)
    await db.execute(
        "INSERT INTO original (id, episode_id, account_id, file_name, size, part_size, storage_key, storage_upload,"
        " state, expires_at, received_at) VALUES ($1, $2, $3, 'e01.mp4', 1000, 8388608, $4, $5, $6, $7, $8)",
        upload,
        episode,
        account,
        f"originals/{upload}",
        str(upload),
        state,
        datetime.now(UTC) + timedelta(days=7),
        datetime.now(UTC) if state == "received" else None,
    )
    return upload


#: How far the steps of a package in this state are.
TIERS = {
    "queued": {"start": "queued", "ladder": "queued"},
    "encoding": {"start": "done", "ladder": "working"},
    "ready": {"start": "done", "ladder": "done"},
    "failed": {"start": "failed", "ladder": "queued"},
}


async def a_package(db: Connection, episode: int, *, state: str = "ready", original: UUID | None = None) -> UUID:
    package = uuid4()
    ready = state == "ready"
    await db.execute(
        "INSERT INTO package (id, episode_id, original_id, state, descriptor, ready_at, failure_code)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        package,
        episode,
        original or await an_original(db, episode),
        state,
        descriptor(package) if ready else None,
        datetime.now(UTC) if ready else None,
        "damaged-file" if state == "failed" else None,
    )
    for name, tier in TIERS[state].items():
        await a_tier(db, package, name, state=tier)
    return package


async def a_tier(
    db: Connection,
    package: UUID,
    name: str,
    *,
    state: str = "queued",
    rungs: dict[str, int] | None = None,
    seconds_left: int | None = None,
) -> None:
    """One step of a package; takes the place of an earlier word on it."""
    await db.execute(
        "INSERT INTO tier (package_id, name, state, rungs, seconds_left) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (package_id, name) DO UPDATE SET state = excluded.state, rungs = excluded.rungs,"
        " seconds_left = excluded.seconds_left, updated_at = now()",
        package,
        name,
        state,
        [{"name": rung, "progress": progress} for rung, progress in (rungs or {}).items()],
        seconds_left,
    )


async def a_worker(
    db: Connection,
    host: str,
    *,
    sandbox: str = "bubblewrap",
    slots: int = 1,
    busy: int = 0,
    leaving: bool = False,
    seen: timedelta = timedelta(0),
) -> None:
    """A transcoder that was last seen so long ago."""
    await db.execute(
        "INSERT INTO worker (id, host, sandbox, ffmpeg, slots, busy, leaving, seen_at)"
        " VALUES ($1, $2, $3, 'n9.0.2', $4, $5, $6, now() + $7)",
        uuid4(), host, sandbox, slots, busy, leaving, seen,
    )  # fmt: skip


def preview(*segments: float, complete: bool = False) -> dict[str, Any]:
    """What the transcoder says of a start rung that is being made."""
    return {
        "width": 360,
        "height": 640,
        "fps": 24.0,
        "codec": "avc1.64001e,mp4a.40.2",
        "bitrate": 400_000,
        "init": "AAAA",
        "segments": list(segments),
        "bytes": 1000,
        "duration": 12.0,
        "complete": complete,
    }


async def a_watchable_series(db: Connection, *, episodes: int = 2, slug: str | None = None) -> int:
    series = await a_series(db, slug=slug)
    for number in range(1, episodes + 1):
        await a_package(db, await an_episode(db, series, number))
    return series


async def an_award(
    db: Connection,
    *,
    opens: timedelta = timedelta(hours=-1),
    closes: timedelta = timedelta(hours=1),
    board: str = "open",
    grace: timedelta = timedelta(seconds=60),
    **columns: object,
) -> int:
    """`columns` are any others of the table award, such as `kind="ranking"`, `max_value=10`.

    It is there at once or not at all: an application that runs beside the test freezes the rules of what it finds open.
    """
    now, festival = datetime.now(UTC), await a_festival(db)
    async with db.transaction():
        award = int(
            await db.fetchval(
                "INSERT INTO award (festival_id, slug, name, opens_at, closes_at, board, grace)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                festival,
                f"award-{next(_numbers)}",
                words("Audience award"),
                now + opens,
                now + closes,
                board,
                grace,
            )
        )
        await db.execute("INSERT INTO award_secret (award_id, secret) VALUES ($1, $2)", award, SECRET)
        for column, value in columns.items():
            await db.execute(f"UPDATE award SET {column} = $2 WHERE id = $1", award, value)  # noqa: S608
    return award


async def an_entry(db: Connection, award: int, series: int | None = None, episode: int | None = None) -> int:
    series = series or await a_series(db)
    statement = "INSERT INTO entry (award_id, series_id, episode_id) VALUES ($1, $2, $3) RETURNING id"
    return int(await db.fetchval(statement, award, series, episode))


async def a_ballot(db: Connection, award: int, tier: str = "device") -> int:
    return int(
        await db.fetchval(
            "INSERT INTO ballot (award_id, tier, voter_key) VALUES ($1, $2, $3) RETURNING id",
            award,
            tier,
            voter_key(b"tests", award, str(uuid4())),
        )
    )


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and stable code of a refusal, which always is problem+json."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
