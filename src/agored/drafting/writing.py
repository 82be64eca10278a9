"""The files of a draft as text: every proposal with what it rests on beside it, and a mark wherever a person must
decide."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agored.drafting.proposal import FieldSeen, Proposal
from agored.drafting.said import comments
from agored.drafting.steps import quoted
from agored.strict import UNDECIDED


def settings_text() -> str:
    """``agored.toml``."""
    return """# Y gweithle. / The workspace.
agored = 1
language = "cy"
title = { cy = "Data agored", en = "Open data" }

[portals.catalogue]
kind = "folder"
path = "portal"
# Y cyfeiriad lle bydd pobl yn gweld y catalog. / The address at which people will see the catalogue.
url = "https://data.example.wales/"
"""


def recipe_text(name: str, file: str, proposal: Proposal) -> str:
    """``dataset.yaml``: the source called ``file`` as ``proposal`` says it is to be read and shaped."""
    both = f'{{cy: "{UNDECIDED}", en: "{UNDECIDED}"}}'
    return f"""# Drafft. Penderfynwch lle bynnag y mae {UNDECIDED}, yn y ddwy iaith.
# Caiff yr hyn a ysgrifennir yma ei gyhoeddi. Cynigion yw’r gweddill: cadarnhewch nhw yn erbyn y ffeil.
# A draft. Decide wherever there is {UNDECIDED}, in both languages. What is written here is published.
# The rest are proposals: confirm them against the file.
recipe: 1
organization: "{UNDECIDED}"  # megis / such as cyngor-gwynedd
name: {name}
title: {both}
description: {both}
notes: {both}
keywords: {{cy: ["{UNDECIDED}"], en: ["{UNDECIDED}"]}}
contact: {{role: "{UNDECIDED}", mailbox: "{UNDECIDED}"}}  # rôl, nid person / a role, not a person
resources:
  - name: {name}
    source:
{_source(file, proposal)}
    shape:
{_shape(proposal)}
    schema: {name}/1
    # Mae “standard” yn diogelu cyfrifon o bobl; mae angen rheswm yn y ddwy iaith ar “none”.
    # “standard” protects counts of people; “none” needs a reason in both languages.
    disclosure: {{policy: "{UNDECIDED}"}}
expectations: [plausibility, coverage]
package:
  licenses: [{{name: OGL-UK-3.0}}]
  contributors: [{{title: "{UNDECIDED}", roles: [publisher]}}]
  sources: [{{title: "{UNDECIDED}"}}]
  frequency: "{UNDECIDED}"  # daily weekly monthly quarterly annual biennial irregular continuous once
publish: {{portals: [catalogue]}}
"""


def _source(file: str, proposal: Proposal) -> str:
    lines = [f"      path: {quoted(f'source/{file}')}"]
    for key in proposal.keys:
        lines += comments(key.because, 6)
        lines.append(f"      {key.name}: {json.dumps(key.value) if key.value == UNDECIDED else key.value}")
    return "\n".join(lines)


def _shape(proposal: Proposal) -> str:
    lines = comments(proposal.because, 6)
    for step in proposal.steps:
        lines += comments(step.because, 6)
        lines += [f"      {line}" for line in step.lines]
    return "\n".join(lines)


def schema_text(name: str, fields: Sequence[FieldSeen]) -> str:
    """The Table Schema of the table after shape."""
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": UNDECIDED,
        "title_cy": UNDECIDED,
        "title_en": UNDECIDED,
        "fields": [_field(field) for field in fields],
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _field(field: FieldSeen) -> dict[str, Any]:
    kind = field.kind
    described = {
        "name": field.name,
        "type": UNDECIDED if kind.type is None else kind.type,
        "title": UNDECIDED,
        "title_cy": UNDECIDED,
        "title_en": UNDECIDED,
        "description_cy": UNDECIDED,
        "description_en": UNDECIDED,
        "role": "attribute" if field.is_note else UNDECIDED,
    }
    return described | ({"measures": UNDECIDED, "of": UNDECIDED} if kind.is_measure else {})
