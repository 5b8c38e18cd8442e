# The monitor as one image. The configuration is mounted at /config, its memory is the volume /data; it runs as nobody in
# particular and writes nowhere else.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MONITOR_CONFIG=/config

RUN useradd --uid 10001 --create-home monitor \
    && install --directory --owner monitor --group monitor /data

WORKDIR /app

# Dependencies first: they change seldom, and this layer is then taken from the cache.
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY monitor ./monitor
COPY models ./models
COPY config ./config
RUN pip install --no-cache-dir --no-deps --no-build-isolation --no-index . \
    && cp -r config /config

USER monitor
VOLUME /data

ENTRYPOINT ["monitor"]
CMD ["run"]
