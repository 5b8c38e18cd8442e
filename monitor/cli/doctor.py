"""The verb that looks over everything a monitor needs: doctor."""

import click

from monitor.cli.context import Context


@click.command()
@click.option("--send-test", is_flag=True, help="Also send a message marked TEST on each channel. It reaches people.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def doctor(context: Context, *, send_test: bool, as_json: bool) -> None:
    """Look over all that the monitor needs, and say of each what to do: configuration, permissions, disk, database,
    clock, names, certificates, feeds, channels, model, places, accounts and pages. Changes nothing; done in seconds.

    Exit codes: 0 nothing is bad, 1 something is. A few feeds are asked once; `monitor feeds check` asks all.

    Example: monitor doctor
    """
    import asyncio

    from monitor.cli.doctoring import examine, show

    lines = asyncio.run(examine(context, send_test=send_test))
    show(lines, as_json=as_json)
    raise SystemExit(1 if any(each.grade == "bad" for each in lines) else 0)
