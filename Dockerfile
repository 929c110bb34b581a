# The portal as one image; docker-compose.yml runs it as web, worker, beat and the sandboxes.

# The desktop typeface (SIL OFL) is not in the repository: the npm package brings it.
FROM node:22-slim AS typeface
WORKDIR /portal
COPY run ./
RUN ./run fonts

FROM debian:trixie-slim
ENV LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/portal/.venv/bin:$PATH
# fonts-croscore: Tinos has every Vietnamese letter, so a paper is set in one family.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        python3 python3-venv libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 fonts-croscore gettext \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal
WORKDIR /portal
COPY requirements.txt ./
RUN python3 -m venv .venv \
    && pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
COPY --from=typeface /portal/static/fonts static/fonts
# No service is needed to gather texts and static files, only settings that parse.
RUN mkdir -p var/media var/mailbox && chown portal:portal var/media var/mailbox \
    && export SECRET_KEY=build FIELD_KEYS="$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')" \
        DATABASE_URL=postgres://build@/build REDIS_URL=redis://build PORTAL_DEMO=1 \
    && find locale -name '*.po' -execdir msgfmt --check --output-file=django.mo '{}' ';' \
    && python manage.py collectstatic --noinput \
        --ignore drf_spectacular_sidecar --ignore rest_framework
USER portal
EXPOSE 8000
# The header is what the TLS proxy in front sends; without it the answer would be a redirect.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import *; urlopen(Request('http://127.0.0.1:8000/healthz', headers={'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", \
    "--threads", "4", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
