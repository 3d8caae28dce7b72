# One image for each service (targets auth, tasks, media, gateway) and one for whoever runs them (target tools).
# Each holds Python, what its requirements/<name>.txt locks by hash, and the packages of this project it imports.
#
#   docker build --target media -t talewright-media .
#
# PYTHON_IMAGE may be another mirror, version or digest. There is no syntax line on purpose: nothing but this image and
# the locked packages is fetched.
ARG PYTHON_IMAGE=python:3.11-slim

# ---- where packages are installed; nothing of it but /opt/venv and /app is kept
FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv && mkdir /app
COPY deploy/images/finish.py /build/

FROM build AS build-auth
COPY requirements/auth.txt /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes -r /build/auth.txt \
    && python /build/finish.py packages /opt/venv
COPY shared /app/shared
COPY services/__init__.py services/py.typed /app/services/
COPY services/auth /app/services/auth
COPY pyproject.toml /build/
RUN python /build/finish.py project /opt/venv /app /build/pyproject.toml

FROM build AS build-tasks
COPY requirements/tasks.txt /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes -r /build/tasks.txt \
    && python /build/finish.py packages /opt/venv
COPY shared /app/shared
COPY services/__init__.py services/py.typed /app/services/
COPY services/tasks /app/services/tasks
COPY pyproject.toml /build/
RUN python /build/finish.py project /opt/venv /app /build/pyproject.toml

FROM build AS build-media
COPY requirements/media.txt /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes -r /build/media.txt \
    && python /build/finish.py packages /opt/venv
COPY shared /app/shared
COPY services/__init__.py services/py.typed /app/services/
COPY services/media /app/services/media
COPY pyproject.toml /build/
RUN python /build/finish.py project /opt/venv /app /build/pyproject.toml

FROM build AS build-gateway
COPY requirements/gateway.txt /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes -r /build/gateway.txt \
    && python /build/finish.py packages /opt/venv
COPY shared /app/shared
COPY services/__init__.py services/py.typed /app/services/
COPY services/gateway /app/services/gateway
COPY pyproject.toml /build/
RUN python /build/finish.py project /opt/venv /app /build/pyproject.toml

FROM build AS build-tools
COPY requirements/tools.txt /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes -r /build/tools.txt \
    && python /build/finish.py packages /opt/venv
COPY shared /app/shared
COPY services/__init__.py services/py.typed /app/services/
COPY services/auth /app/services/auth
COPY services/tasks /app/services/tasks
COPY talewright /app/talewright
COPY pyproject.toml /build/
RUN python /build/finish.py project /opt/venv /app /build/pyproject.toml

# ---- what all images begin with
FROM ${PYTHON_IMAGE} AS runtime
# Nothing is installed in a running container, so what installs is taken out. 10001 is a number so that Kubernetes can
# see that it is not root.
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip setuptools wheel \
    && groupadd --gid 10001 talewright \
    && useradd --uid 10001 --gid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin talewright \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/talewright /var/lib/talewright/keys
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TALEWRIGHT_SECRETS_DIR=/run/secrets \
    TALEWRIGHT_LOG_FORMAT=json \
    TALEWRIGHT_OPS_HOST=0.0.0.0 \
    TALEWRIGHT_OPS_PORT=9090
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
EXPOSE 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["python", "-m", "shared.ops.check", "readyz"]
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=${SOURCE} \
      org.opencontainers.image.vendor=Talewright

# ---- the images
FROM runtime AS auth
LABEL org.opencontainers.image.title=talewright-auth \
      org.opencontainers.image.description="Talewright: accounts and tokens"
ENV TALEWRIGHT_AUTH_KEYS_DIR=/var/lib/talewright/keys
COPY --from=build-auth /opt/venv /opt/venv
COPY --from=build-auth /app /app
ENTRYPOINT ["python", "-m", "services.auth.main"]

FROM runtime AS tasks
LABEL org.opencontainers.image.title=talewright-tasks \
      org.opencontainers.image.description="Talewright: rules, process and read models of stories"
COPY --from=build-tasks /opt/venv /opt/venv
COPY --from=build-tasks /app /app
ENTRYPOINT ["python", "-m", "services.tasks.main"]

FROM runtime AS media
LABEL org.opencontainers.image.title=talewright-media \
      org.opencontainers.image.description="Talewright: writes, draws, speaks and renders"
COPY --from=build-media /opt/venv /opt/venv
COPY --from=build-media /app /app
ENTRYPOINT ["python", "-m", "services.media.main"]

FROM runtime AS tools
LABEL org.opencontainers.image.title=talewright-tools \
      org.opencontainers.image.description="Talewright: the command line for whoever runs it"
ENV TALEWRIGHT_AUTH_KEYS_DIR=/var/lib/talewright/keys \
    TALEWRIGHT_LOG_FORMAT=text \
    TALEWRIGHT_OPS_PORT=-1
HEALTHCHECK NONE
COPY --from=build-tools /opt/venv /opt/venv
COPY --from=build-tools /app /app
ENTRYPOINT ["python", "-m", "talewright.cli"]

# The last stage is what a build without a target makes.
FROM runtime AS gateway
LABEL org.opencontainers.image.title=talewright-gateway \
      org.opencontainers.image.description="Talewright: HTTP, events and WebSockets"
ENV TALEWRIGHT_HOST=0.0.0.0 \
    TALEWRIGHT_PORT=8000
COPY --from=build-gateway /opt/venv /opt/venv
COPY --from=build-gateway /app /app
EXPOSE 8000
ENTRYPOINT ["python", "-m", "services.gateway.main"]
