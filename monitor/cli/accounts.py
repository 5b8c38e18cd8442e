"""The verb accounts: who may look at the pages, and by which tokens their programs ask. It works beside a running
monitor, and where nobody can log in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from monitor.cli.context import Context
from monitor.cli.verbs import Verbs

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store

_ROLES = click.Choice(["reader", "reviewer", "admin"])


@click.group(cls=Verbs)
def accounts() -> None:
    """Who may look at the pages: a reader reads, a reviewer also judges, an admin also makes accounts.

    Nobody is given a password: its owner chooses it by a link that works once, for a day.
    """


@contextmanager
def _store(context: Context) -> Iterator[tuple["Store", "Settings"]]:
    with context.store() as store:
        yield store, context.settings()


def _show_link(settings: "Settings", token: str) -> None:
    base = settings.public_url.rstrip("/") or f"http://{settings.listen}"
    click.echo(
        f"{base}/setup/{token}\nIt works once, until this time tomorrow. Send it by a way that nobody else reads."
    )


@accounts.command("list")
@click.pass_obj
def list_(context: Context) -> None:
    """All accounts, with their roles."""
    from monitor.cli.terminal import local
    from monitor.store import people

    with _store(context) as (store, settings), store.read() as tx:
        found = people.everybody(tx)
    for each in found:
        state = f"closed {local(each.closed_at, settings)}" if each.closed_at else each.role
        waits = "" if each.has_password or each.closed_at else ", has not chosen a password yet"
        click.echo(f"{each.name}: {state}{waits}")
    if not found:
        click.echo("There is no account so far: `monitor accounts link` makes the link for the first one.")


@accounts.command()
@click.argument("name")
@click.option("--role", type=_ROLES, default="reader", show_default=True, help="What the account may do.")
@click.pass_obj
def add(context: Context, name: str, role: str) -> None:
    """Make an account, and the link with which its owner chooses the password.

    Example: monitor accounts add nour --role reviewer
    """
    from typing import cast

    from monitor.pipeline import people
    from monitor.records.people import Role
    from monitor.service import utc_now

    with _store(context) as (store, settings):
        _show_link(settings, people.add(store, name, cast(Role, role), utc_now()))


@accounts.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.pass_obj
def role(context: Context, name: str, role: str) -> None:
    """Change what an account may do."""
    from typing import cast

    from monitor.pipeline import people
    from monitor.records.people import Role

    with _store(context) as (store, _):
        people.set_role(store, name, cast(Role, role))
    click.echo(f"{people.named(name)} is {role} from now on.")


@accounts.command()
@click.argument("name")
@click.pass_obj
def close(context: Context, name: str) -> None:
    """Close an account: its sessions end at once, its reviews stay. `monitor accounts link` opens it again."""
    from monitor.pipeline import people
    from monitor.service import utc_now

    with _store(context) as (store, _):
        people.close(store, name, utc_now())
    click.echo(f"{people.named(name)} is closed; nobody is logged in there any more.")


@accounts.command()
@click.argument("name", default="")
@click.pass_obj
def link(context: Context, name: str) -> None:
    """Make a new link to choose a password: for the account of that NAME, or without one for the first account."""
    from monitor.errors import AccountError
    from monitor.pipeline import people
    from monitor.service import utc_now

    with _store(context) as (store, settings):
        token = people.new_link(store, name, utc_now()) if name else people.set_up_link(store, utc_now())
        if not token:
            raise AccountError("somebody administers this monitor already: give the NAME of an account", "last_admin")
        _show_link(settings, token)


@accounts.command()
@click.argument("name")
@click.pass_obj
def password(context: Context, name: str) -> None:
    """Choose the password of an account here, for who sits at this machine. Its sessions end."""
    from monitor.pipeline import people
    from monitor.pipeline.passwords import Passwords

    with _store(context) as (store, _):
        chosen = click.prompt("The new password", hide_input=True, confirmation_prompt="The same again")
        people.set_password(store, Passwords(), name, chosen)
    click.echo(f"The password of {people.named(name)} was changed; its sessions have ended.")


@accounts.command()
@click.argument("name", default="")
@click.pass_obj
def tokens(context: Context, name: str) -> None:
    """Access tokens: those of the account of that NAME, or without one everybody's. Their secrets are kept nowhere."""
    from monitor.cli.terminal import local, one_line
    from monitor.pipeline import people
    from monitor.service import utc_now
    from monitor.store import tokens as kept

    with _store(context) as (store, settings), store.read() as tx:
        found = kept.listing(tx, people.named(name) if name else None)
    for each in found:
        used = f"last used on {each.used_on:%d %b %Y}" if each.used_on else "never used"
        state = "has run out" if each.has_ended(utc_now()) else "works until"
        until = f", {state} {local(each.ends_at, settings)}" if each.ends_at else ""
        click.echo(f"{each.number}: {one_line(each.name)}, of {each.account}, {each.role}, {used}{until}")
    if not found:
        click.echo("There is no access token: people make their own on the page of their account, /me.")


@accounts.command()
@click.argument("number", type=int)
@click.pass_obj
def revoke(context: Context, number: int) -> None:
    """End the access token of that NUMBER, whoever made it: it opens nothing from now on."""
    from monitor.cli.terminal import one_line
    from monitor.pipeline.tokens import revoke

    with _store(context) as (store, _):
        token = revoke(store, number, None)
    click.echo(f"The access token {number} ({one_line(token.name)}, of {token.account}) was revoked.")
