"""What looks like a secret, and how known ones are kept out of texts and out of kernels."""

from __future__ import annotations

import html
import json
import math
import os
import re
import urllib.parse
from collections import Counter
from itertools import groupby

TOKEN_PREFIX = "AGORED_TOKEN_"
MASK = "•••"

# A shorter value is not looked for in texts: it would be found in ordinary words.
_SHORTEST = 6

# Parts of names, English and Welsh, which say that the value is meant to be secret.
_SECRET_NAME = re.compile(
    r"(?:^|[_\-.\s])(?:token|tocyn|password|passwd|pwd|passphrase|cyfrinair|secret|cyfrinach|credentials?|auth|"
    r"authori[sz]ation|bearer|cookie|jwt|(?:api|access|private|secret|signing|encryption|account)[_\-.\s]?key|"
    r"apikey)s?(?:$|[_\-.\s])|^keys?$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Forms that are secrets whoever made them: a signed web token, a PEM block, well-known prefixes, an address with
# a password in it, hexadecimal digits, and a UUID, which is what CKAN's older API keys look like.
_SECRET_FORMS = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]{5,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|sk-|sk_live_|rk_live_)\w{10,}"
    r"|://[^/\s:@]+:[^/\s@]+@"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b[0-9a-f]{32,}\b"
    r"|\b(?:Bearer|Basic)\s+\S{8,}",
    re.IGNORECASE,
)
_RUN = re.compile(r"[A-Za-z0-9+=_-]{20,}")


def token_name(portal: str) -> str:
    """The environment variable that holds the token of ``portal``: ``AGORED_TOKEN_MAIN``."""
    return TOKEN_PREFIX + re.sub(r"[^A-Z0-9]", "_", portal.upper())


def known_tokens() -> list[str]:
    """The tokens in the environment."""
    return [value for name, value in os.environ.items() if name.upper().startswith(TOKEN_PREFIX) and value]


def mask(text: str) -> str:
    """``text`` with every known token, in any of its forms, replaced by dots."""
    for form in _forms():
        text = text.replace(form, MASK)
    return text


def holds_token(text: str) -> bool:
    """Whether a known token, in any of its forms, stands in ``text``."""
    return any(form in text for form in _forms())


def _forms() -> list[str]:
    """The known tokens as they may stand in plain text, an address, HTML or JSON; the longest first."""
    forms: set[str] = set()
    for token in known_tokens():
        if len(token) >= _SHORTEST:
            quoted = urllib.parse.quote(token, safe="")
            forms |= {token, quoted, html.escape(token), json.dumps(token)[1:-1]}
    return sorted(forms, key=lambda form: (-len(form), form))


def is_secret_name(name: str) -> bool:
    """Whether ``name`` says that its value is a secret: ``api_key``, ``portalToken``, ``cyfrinair``."""
    return bool(_SECRET_NAME.search(_CAMEL.sub("_", name)))


def is_secret_value(value: str) -> bool:
    """Whether ``value`` holds a known token or looks like a secret."""
    if holds_token(value) or value in known_tokens() or _SECRET_FORMS.search(value):
        return True
    return any(_looks_random(run) for run in _RUN.findall(value))


def _looks_random(run: str) -> bool:
    """Whether a run of characters was drawn rather than written.

    What people write holds words and years, runs of letters of one case or of digits, and marks between them.
    What is drawn seldom keeps to one kind for four characters, holds few marks, and uses many different
    characters (Shannon's entropy, in bits a character). The bounds are ours, tried on drawn keys and on the
    names of some thousands of files.
    """
    kinds = [_kind(character) for character in run]
    lengths = [len(list(same)) for kind, same in groupby(kinds) if kind != "mark"]
    steady = sum(length for length in lengths if length >= 4) / len(run)
    counts = Counter(run)
    entropy = -sum(count / len(run) * math.log2(count / len(run)) for count in counts.values())
    mixed = kinds.count("digit") >= 2 and kinds.count("mark") <= len(run) / 10
    return mixed and steady < 0.35 and entropy >= 3.2


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if not character.isalpha():
        return "mark"
    return "capital" if character.isupper() else "small"
