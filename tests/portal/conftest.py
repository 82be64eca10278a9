"""A real CKAN for the tests of this folder. It starts when the first test asks for it, once a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# services.py is found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

from services import Services, missing


@pytest.fixture(scope="session")
def ckan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The running portal: its `url`, the `token` of an administrator, and more in services.py."""
    absent = missing()
    if absent:
        why = f"no real CKAN: this machine lacks {', '.join(absent)}. To get it: sudo scripts/system-packages"
        # A skip nobody sees would let a change land that no portal has tried.
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with Services.start(tmp_path_factory.mktemp("ckan")) as services:
        yield services


@pytest.fixture(scope="session")
def organization(ckan: Services) -> Callable[[str], dict[str, Any]]:
    """A function that returns the organisation of this name, making it first when it is not there."""

    def ensure(name: str) -> dict[str, Any]:
        if name not in ckan.action("organization_list"):
            ckan.action("organization_create", {"name": name})
        found: dict[str, Any] = ckan.action("organization_show", {"id": name})
        return found

    return ensure
