"""Makes a new CKAN ready to use: its tables, and a system administrator with an API token.

Runs in CKAN's own environment, not in this project's: `python prepare_ckan.py CKAN.INI NAME`. The token is
the last line of what it prints. One process does it all: every `ckan` command spends seconds on imports.
"""

from __future__ import annotations

import secrets
import sys

import ckan.model as model  # type: ignore[import-not-found]
import click
from ckan.cli import db, load_config  # type: ignore[import-not-found]
from ckan.config.middleware import make_app  # type: ignore[import-not-found]
from ckan.logic import get_action  # type: ignore[import-not-found]


def make_tables() -> None:
    """Do what `ckan db upgrade` does: CKAN's own migrations, then its plugins'."""
    context = click.Context(db.upgrade)
    context.invoke(db.upgrade, version="head", plugin="", skip_core=False, skip_plugins=False)


def make_administrator(name: str) -> str:
    """Make the user, who can do anything, and return an API token of theirs."""
    site_user = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    user = {"name": name, "email": f"{name}@example.org", "password": secrets.token_hex()}
    get_action("user_create")({"ignore_auth": True, "user": site_user}, user)
    model.User.by_name(name).sysadmin = True
    model.repo.commit()
    token: str = get_action("api_token_create")({"ignore_auth": True}, {"user": name, "name": "tests"})[
        "token"
    ]
    return token


def main(ini: str, name: str) -> None:
    """Prepare the CKAN of this ini file, and print the token of its administrator."""
    app = make_app(load_config(ini))
    make_tables()
    # user_create wants to know who asks, which CKAN can say only while it handles a request.
    with app._wsgi_app.test_request_context():
        print(make_administrator(name))


if __name__ == "__main__":
    main(*sys.argv[1:])
