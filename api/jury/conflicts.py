"""Why somebody should perhaps not score a title. Pure; it only suggests, and says what it met."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from msgspec import Struct

from api.catalog.schemas import CreditLine
from api.jury.schemas import Conflict

#: Where anybody has an address: it says nothing about who they work for.
PUBLIC_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
        "proton.me", "protonmail.com", "gmx.net", "gmx.de", "mail.com", "aol.com", "zoho.com",
        "mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "yandex.com", "yandex.kz", "ya.ru", "rambler.ru",
        "tut.by", "mail.kz", "inbox.uz", "umail.uz", "qq.com", "163.com", "126.com", "sina.com", "foxmail.com",
        "rediffmail.com", "chmail.ir",
    }
)  # fmt: skip
#: Words that many companies have in their names.
_FORMS = frozenset(
    {
        "ltd", "limited", "llc", "inc", "co", "corp", "gmbh", "ag", "sa", "srl", "bv", "plc", "llp", "pvt", "company",
        "ооо", "ао", "зао", "пао", "тоо", "жшс", "чуп", "уп", "осоо", "the",
    }
)  # fmt: skip
_WORD = re.compile(r"\w+")


class JurorFacts(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    email: str
    affiliation: str
    company: str | None


class TitleFacts(Struct, frozen=True, kw_only=True):
    """`domains` are those of the producers' addresses and of the contact."""

    series: int
    company: str
    credits: list[CreditLine]
    companies: list[CreditLine]
    domains: list[str]


def suggest(juror: JurorFacts, title: TitleFacts) -> list[Conflict]:
    """In a credit, at the same company, or with an address of it."""
    found = [
        Conflict(kind="credit", found=f"{line.name} ({line.part})")
        for line in title.credits
        if _same_person(juror.name, line.name)
    ]
    companies = dict.fromkeys((title.company, *(line.name for line in title.companies)))
    own = [name for name in (juror.affiliation, juror.company) if name]
    found += [
        Conflict(kind="company", found=company)
        for company in companies
        if any(_company(company) == _company(name) for name in own)
    ]
    domain = domain_of(juror.email)
    if domain not in PUBLIC_MAIL and domain in _related(title.domains):
        found.append(Conflict(kind="domain", found=domain))
    return found


def veiled(found: Sequence[Conflict]) -> list[Conflict]:
    """As a blind round tells them: that there is something, not what."""
    return [Conflict(kind=kind, found=None) for kind in dict.fromkeys(conflict.kind for conflict in found)]


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _related(domains: Collection[str]) -> set[str]:
    return {domain.lower() for domain in domains if domain}


def _words(name: str) -> list[str]:
    """Without accents, in any case and order."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if unicodedata.category(each) != "Mn")
    return sorted(_WORD.findall(plain.casefold()))


def _same_person(one: str, other: str) -> bool:
    """The same words; where both have two or more, one may have some that the other leaves out, like a middle name."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return False
    if len(first) < 2 or len(second) < 2:
        return first == second
    return set(first) <= set(second) or set(second) <= set(first)


def _company(name: str) -> list[str]:
    words = _words(name)
    return [word for word in words if word not in _FORMS] or words
