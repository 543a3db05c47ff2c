# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY pyproject.toml constraints.txt ./
COPY bin/requirements bin/requirements
RUN python -m venv /venv \
 && python bin/requirements > requirements.txt \
 && /venv/bin/pip install --constraint constraints.txt --requirement requirements.txt

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home afterglow
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Hashed static names are made at build time; the throw-away key never serves a request.
RUN ENVIRONMENT=production SECRET_KEY=build-only-$(head -c 32 /dev/urandom | base64 | tr -dc a-zA-Z0-9) \
    CREDENTIALS_KEY=$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') \
    SITE_URL=https://build.invalid DATABASE_URL=sqlite:////tmp/build.sqlite3 \
    python manage.py collectstatic --noinput --verbosity 0 \
 && rm -f /tmp/build.sqlite3*
USER afterglow
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "bin/is_live"]
CMD ["gunicorn", "engagement.wsgi:application", "--bind", "0.0.0.0:8000", \
     "-c", "python:engagement.web_server", "--access-logfile", "-", "--worker-tmp-dir", "/dev/shm"]
