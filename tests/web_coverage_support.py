"""A row of the coverage page: what its tests share."""


def row(page: str, feed: str) -> str:
    return next(part for part in page.split("<tr ") if f">{feed}</bdi></th>" in part)
