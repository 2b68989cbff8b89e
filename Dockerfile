# The production image: API, transcoder and the built pages. No servers inside; docker-compose.yml brings those.

FROM node:24-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM nginx:1.28-alpine AS proxy
COPY --from=web /build/web/dist /srv/pages
COPY web/nginx.conf.template /etc/nginx/templates/default.conf.template
COPY web/nginx/ /etc/nginx/templates/parts/

FROM python:3.13-slim AS app
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 tallscreen \
 && install --directory --owner tallscreen /work
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app TALLSCREEN_SERVE_FILES=0
COPY pyproject.toml requirements.lock ./
# ffmpeg is the wheel's (libvmaf, SVT-AV1). The lock holds the embedded servers and the tools of the tests too; this narrows it to what a server runs, hashes kept.
RUN pip install --no-cache-dir uv==0.13.8 \
 && uv pip compile --quiet --generate-hashes --constraint requirements.lock --extra ffmpeg --extra traces pyproject.toml -o /tmp/server.lock \
 && uv pip install --system --no-cache --require-hashes -r /tmp/server.lock
COPY api/ api/
COPY transcoder/ transcoder/
COPY migrations/ migrations/
# The file system is read-only later, so each start would compile everything again.
RUN python -m compileall -q api transcoder
# The phone page and the page of an episode, where the API writes what a link shows and the film begins with.
COPY --from=web /build/web/dist web/dist
USER tallscreen
EXPOSE 8000 8001
CMD ["python", "-m", "api.serve", "--host", "0.0.0.0", "--workers", "2"]
