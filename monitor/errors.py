"""What can go wrong and is somebody's to mend. Every message says what was done, to what, and what to do now."""


class MonitorError(Exception):
    """Root of all errors that the monitor raises on purpose; its text is fit to be shown to a user."""


class ConfigError(MonitorError):
    """The configuration cannot be used; the text names file, line and the mend."""


class HttpError(MonitorError):
    """A request got no usable answer.

    `kind` is one word for code to decide by: dns, refused, timeout, tls, too_large, redirects, encoding,
    blocked_address, protocol.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class SourceError(MonitorError):
    """A feed could not be read; the text is one sentence for the feed's row.

    `kind` is one word for code to decide by: those of HttpError, and status, not_a_feed, empty, malformed,
    too_slow, consent, wall, no_preview, not_a_page, selectors, appname.
    `retry_after` is the wait in seconds that the server asked for; `status` that of its answer, where that is the
    trouble, else 0.
    """

    def __init__(
        self, message: str, kind: str = "malformed", retry_after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


class ModelError(MonitorError):
    """The model cannot be loaded or used; the text names the command to run."""


class StoreError(MonitorError):
    """The database cannot be opened or used as asked; the text says what to do."""


class DeliveryError(MonitorError):
    """A message was not accepted.

    `permanent`: trying again is useless until somebody changes something.
    `only_this`: that holds for this message (its size, its content), not for the channel.
    `partly`: some receivers of the channel took it, the others refuse for good: sending it again helps nobody.
    `retry_after`: seconds that the receiver asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        only_this: bool = False,
        partly: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.only_this = only_this
        self.partly = partly
        self.retry_after = retry_after


class AccountError(MonitorError):
    """An account cannot be made, changed or entered as asked.

    `kind` is one word for code to decide by: wrong, too_often, taken, unknown, closed, name, short, long, same, link,
    last_admin, and of access tokens token_name, token_role, token_day, many, no_token.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
