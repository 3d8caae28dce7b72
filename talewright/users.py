"""`talewright users ...`: accounts and signing keys, straight on the database and the key folder of the settings.

No service needs to run; one that does sees every change at once (a new key within seconds).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from services.auth.adapters.key_files import KeyFile, new_key, write_key
from services.auth.administration import Administration
from services.auth.bootstrap import open_administration, open_keys
from services.auth.settings import AuthSettings
from shared.clock import now_ms, rfc3339
from shared.config.load import load
from shared.errors import TalewrightError
from talewright.running import use_running_stack

app = typer.Typer(name="users", help="Accounts and signing keys.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The user's name; case does not matter.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]


@app.command()
def add(
    username: Username,
    admin: Annotated[bool, typer.Option("--admin", help="Make the user an administrator.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Create an account."""
    with _administration() as administration:
        account = administration.add(username, _password(password_stdin), admin=admin)
        typer.echo(f"Added {account.username} with id {account.id}{' as administrator' if admin else ''}.")


@app.command(name="list")
def list_() -> None:
    """List all accounts, oldest first: id, creation, role, state, name; separated by tabs."""
    with _administration() as administration:
        for account in sorted(administration.everyone(), key=lambda one: one.created_ms):
            role = "admin" if account.admin else "user"
            state = "disabled" if account.disabled else "enabled"
            typer.echo(f"{account.id}\t{rfc3339(account.created_ms)}\t{role}\t{state}\t{account.username}")


@app.command()
def disable(username: Username) -> None:
    """Shut a user out: no login, no refresh. Access tokens in use run out within their lives."""
    with _administration() as administration:
        typer.echo(f"Disabled {administration.disable(username).username}.")


@app.command()
def enable(username: Username) -> None:
    """Let a user in again, also one who failed to log in too often."""
    with _administration() as administration:
        typer.echo(f"Enabled {administration.enable(username).username}.")


@app.command()
def set_password(username: Username, password_stdin: PasswordStdin = False) -> None:
    """Replace a password; the user is signed out everywhere."""
    with _administration() as administration:
        administration.find(username)
        account = administration.set_password(username, _password(password_stdin))
        typer.echo(f"Changed the password of {account.username}.")


@app.command()
def make_admin(
    username: Username,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take administration away instead.")] = False,
) -> None:
    """Grant administration; it shows in tokens issued from now on."""
    with _administration() as administration:
        account = administration.set_admin(username, not revoke)
        typer.echo(f"{account.username} is {'no longer' if revoke else 'now'} an administrator.")


@app.command()
def rotate_key() -> None:
    """Add a signing key. It signs once every service knows it; older ones verify until all they signed has expired."""
    use_running_stack()
    settings = load(AuthSettings)
    with _told():
        kid = open_keys(settings).add(now_ms())
    typer.echo(f"Added key {kid}; it signs in {settings.auth_key_activation_s} seconds.")


@app.command()
def make_key(
    after_s: Annotated[
        int, typer.Option(min=0, help="Seconds until it may sign, if there are others: for it to reach every service.")
    ] = 600,
    folder: Annotated[Path | None, typer.Option(help="Write it to this folder and print where.")] = None,
    secret: Annotated[
        str, typer.Option(help="Print a Kubernetes Secret of this name, to apply or to patch with.")
    ] = "",
) -> None:
    """Print a fresh signing key (PEM), for a key folder that services cannot write to. The settings do not matter.

    Its file name, which is part of it, goes to stderr.
    """
    key = new_key(now_ms() + after_s * 1000)
    if folder is not None:
        with _told():
            write_key(folder, key)
        typer.echo(folder / key.name)
    elif secret:
        typer.echo(_manifest(secret, key))
    else:
        typer.echo(key.content.decode(), nl=False)
        typer.echo(key.name, err=True)


def _manifest(secret: str, key: KeyFile) -> str:
    """Also good as a patch, which keeps the keys that are there."""
    told = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret}}
    return json.dumps({**told, "stringData": {key.name: key.content.decode()}}, indent=2)


@contextmanager
def _administration() -> Iterator[Administration]:
    with _told():
        use_running_stack()
        yield open_administration(load(AuthSettings))


@contextmanager
def _told() -> Iterator[None]:
    """Errors made on purpose are told in a line; the exit status is 1."""
    try:
        yield
    except TalewrightError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
