# ME(e) Map as one image: the pages are built by Node, the packages come from the lock file with
# their hashes, and neither Node nor a compiler is in what runs. It holds no secrets: every
# setting comes from the environment (docs/operating.md). `tests/test_compose.py` compares this
# file with ./meemap and config/settings.py.

# -- pages ----------------------------------------------------------------------------------
FROM node:22-bookworm-slim AS pages
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

# -- packages -------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/meemap
COPY requirements.lock ./
RUN /opt/meemap/bin/python -m pip install --disable-pip-version-check --no-input --no-cache-dir \
    --no-deps --only-binary :all: --require-hashes -r requirements.lock

# -- what runs ------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
# WeasyPrint needs these to make PDFs; GDAL and GEOS come with the Python packages.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libharfbuzz-subset0 \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --home-dir /app --shell /usr/sbin/nologin meemap \
    && install -d -o meemap -g meemap -m 0750 /data/media
ENV PATH=/opt/meemap/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MEDIA_ROOT=/data/media
WORKDIR /app
COPY --from=packages /opt/meemap /opt/meemap
COPY LICENSE manage.py ./
COPY config/ config/
COPY mapping/ mapping/
COPY budget/ budget/
COPY fixtures/sample/ fixtures/sample/
COPY --from=pages /build/dist frontend/dist
# Settings cannot be read without these two. They are no secrets and reach no database.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgis://nobody@localhost/none \
    python manage.py collectstatic --no-input
USER meemap
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=4)"]
# Tables first, then the server: the same workers and threads as ./meemap serve.
CMD ["sh", "-c", "python manage.py migrate --no-input && exec python -m gunicorn config.wsgi --bind 0.0.0.0:8000 --workers 2 --worker-class gthread --threads 4 --access-logfile /dev/null --error-logfile -"]
