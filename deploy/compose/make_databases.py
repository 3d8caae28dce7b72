"""Makes the two databases and their users, and gives the users their passwords. Safe to run at every start.

- `accounts`    belongs to the user accounts: the auth service
- `readmodel`   belongs to the user readmodel: the tasks service; the user views may only read it: the gateway
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql

SECRETS = Path("/run/secrets")
OWNERS = {"accounts": "accounts", "readmodel": "readmodel"}
READER = "views"


def secret(name: str) -> str:
    """A password by name."""
    return (SECRETS / name).read_text(encoding="utf-8")


def give_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """Makes a user who may log in, or gives one a new password; the server stores only its SCRAM verifier."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    statement = "ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(verifier)))


def give_database(connection: psycopg.Connection, name: str, owner: str) -> None:
    """Makes a database that only its owner may connect to."""
    database, role = sql.Identifier(name), sql.Identifier(owner)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def main() -> None:
    """Connects as the superuser, the only time that anybody does."""
    with psycopg.connect(
        host=os.environ.get("POSTGRES_HOST", "postgres"),
        user="postgres",
        dbname="postgres",
        password=secret("postgres_password"),
        connect_timeout=10,
        autocommit=True,
    ) as connection:
        for database, owner in OWNERS.items():
            give_role(connection, owner, secret(f"{owner}_password"))
            give_database(connection, database, owner)
        give_role(connection, READER, secret(f"{READER}_password"))
        connection.execute("GRANT CONNECT ON DATABASE readmodel TO views")
        connection.execute("GRANT pg_read_all_data TO views")  # of the databases it may connect to: that one
        connection.execute("ALTER ROLE views SET default_transaction_read_only = on")


if __name__ == "__main__":
    main()
