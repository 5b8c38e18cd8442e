"""What the rows say of the channels: what is due on which. Limits and stated waits are not rows."""

from datetime import datetime

import sqlalchemy as sa

from monitor.store.tables import IS_DUE, Transaction, delivery


def due(tx: Transaction) -> dict[str, datetime]:
    """Channel -> when its first owed message may be tried; only channels that owe one."""
    first = sa.select(delivery.c.channel, sa.func.min(delivery.c.due_at)).where(IS_DUE).group_by(delivery.c.channel)
    return {channel: moment for channel, moment in tx.execute(first.order_by(delivery.c.channel))}  # noqa: C416
