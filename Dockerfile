FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    DEBUG=0 LISTEN=0.0.0.0 PORT=8000 LIVE_PORT=8001 JARI_VAR=/app/var

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin jari
WORKDIR /app

COPY requirements.txt ./
RUN python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt

COPY . .
# Neither step talks to a server; the key is nobody's and is not kept.
RUN SECRET_KEY=only-for-the-build ALLOWED_HOSTS=localhost \
      sh -c 'python manage.py catalogues && python manage.py collectstatic --no-input' \
 && mkdir -p var/media var/metrics && chown -R jari:jari var

USER jari
EXPOSE 8000 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/probe.py", "8000"]
CMD ["python", "manage.py", "run", "web"]
