"""Words that are written with marked letters, by which a word whose letters went wrong is known again.

They are Welsh words above all, in every form that mutation gives them, for only Welsh writes ``ŵ`` and ``ŷ``; then
words and names with marked letters that are met in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

_WELSH = """
    academïau agosáu ânt bambŵ bôn bôs brân bröydd bûm bywiocáu cân cânt cangarŵ caniatâ caniatâd caniatáu carafán
    casáu categorïau câi cêl clêr clîr clòs coffâd coffáu copïau copïo copïwch copïwr copïwyd côl côn côr côt crëwr
    crëwyd crëyr crêp cŵl cŵn cŵys cwmnïau cŷn dilëwr dilëwyd dôl dônt drôr dŵr dwysáu egnïol egnïon ffarwél ffêr
    ffôl ffôn ffotogopïo ffrâm ffŵl galarnâd gêm gêr gitâr glân glôb glöwr glöyn gôl gorŵyr grât grŵp gwacáu gwâl
    gwâr gweddïau gweddïo gwên gwlân gwnânt gwnïo gwnïwyd gŵn gŵr gŵydd gŵyl gŵyr gwŷdd gwŷr gwŷs hŷn iâ iachâd
    iacháu iglŵ jôc jôcs llên llungopïau llungopïo llŷr lôn mân melodïau mêl môr mỳg nesáu nôl ôd ôl pâr parêd parôl
    partïon pàs pêl pêr personél pîn plât plîs pôl pôs pŵer pŵl rôl rŵan rhôl sâl sêl sêr sgïo sgïwr sgôp sgôr siâp
    siŵr sîn sïon snŵcer sôn sôs stêm stôf stôl stôr storïau stŵr sŵ sŵn sŵoleg tabŵ tâl tân tâp tatŵ tatŵs theorïau
    tîm tôn trên tristáu troëdigaeth trôns tŵr tŷ ŵyl ŵyn ŵyr ysbïo ysbïwr ŷch ŷd ŷm ŷnt
"""
_WELSH_NAMES = """
    Aberdâr Caersŵs Camerŵn Cilâ Cwmbrân Felinfâch Fôn Gâr Glandŵr Glanymôr Glyndŵr Gwenfô Gŵyr Hôb Iâl Llandŵ
    Llandybïe Llandyfái Llŷn Llŷr Maenorbŷr Môn Paragwâi Penarlâg Pîl Pontypŵl Sanclêr Siân Siôn Tregŵyr Trelái
    Wcráin Wrwgwái
"""
_OTHERS = """
    brûlée café cafés cliché clichés crèche crèches crêpe crêpes décor élite entrée façade façades fête fêtes fiancé
    fiancée matinée naïve pâté première protégé purée régime résumé rôle rôles séance soufflé touché
    André Björn Brontë Chloë Citroën Côte François Françoise Gérard Hélène José Jürgen Léon Müller Nestlé Noël René
    Renée Réunion São Zoë Zürich château
"""

_NO_LETTER = "\0"
_MUTATIONS: tuple[Mapping[str, str], ...] = (
    {"p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f", "ll": "l", "rh": "r"},
    {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"},
    {"p": "ph", "t": "th", "c": "ch"},
)
_FIRST_LETTER = re.compile(r"ll|rh|ch|th|ph|dd|ff|[a-z]")


@cache
def marked_words() -> frozenset[str]:
    """Every known word with marked letters, in small letters."""
    return frozenset(word.casefold() for word in _all_words())


def word_with(letters: str, lost: str) -> str | None:
    """The only known word that reads like ``letters`` where those of ``lost`` stand for marked letters; None where
    there is none, or more than one. A word with a capital is taken for a name first, as in Ynys Môn."""
    sought = re.sub(f"[{re.escape(lost)}]+", _NO_LETTER, letters)
    found: set[str] = set()
    if sought[:1] != sought[:1].casefold() or sought[:1] == _NO_LETTER:
        found = _by_rest(True).get(sought.casefold(), set())
    found = found or _by_rest(False).get(sought.casefold(), set())
    return _in_capitals(next(iter(found)), sought) if len(found) == 1 else None


def _in_capitals(word: str, like: str) -> str:
    rest = like.replace(_NO_LETTER, "")
    if rest.isupper() and len(rest) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


@cache
def _by_rest(names: bool) -> Mapping[str, set[str]]:
    """Words, or names alone, by what is left of them without their marked letters: all of those, or only the ones
    that no encoding of the West of Europe has."""
    found: dict[str, set[str]] = {}
    for word in _names() if names else _all_words():
        plain = word.casefold()
        for missing in (r"[^\0-\x7f]", "[ŵŷẁỳ]"):
            rest = re.sub(missing, _NO_LETTER, plain)
            if _NO_LETTER in rest:
                found.setdefault(rest, set()).add(plain)
    return found


def _names() -> Iterator[str]:
    yield from _WELSH_NAMES.split()
    yield from (word for word in _OTHERS.split() if word[0].isupper())


def _all_words() -> Iterator[str]:
    yield from _OTHERS.split()
    for word in (_WELSH + _WELSH_NAMES).split():
        yield word
        yield from _mutated(word.casefold())


def _mutated(word: str) -> Iterator[str]:
    first = _FIRST_LETTER.match(word)
    if first is not None:
        rest = word[first.end() :]
        yield from (changes[first[0]] + rest for changes in _MUTATIONS if first[0] in changes)
