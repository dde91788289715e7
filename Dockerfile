# Waymark in a container that needs no network: the models are exported and the starter collection is indexed when the image is built.
FROM python:3.11-slim-bookworm AS build
ARG EXTRAS=telemetry
ENV WAYMARK_VAR=/var/lib/waymark
WORKDIR /source
COPY . .
RUN python -m venv /opt/waymark && /opt/waymark/bin/pip install --no-cache-dir --constraint constraints.txt ".[$EXTRAS]"
# The first answer fills the cache of vectors.
RUN /opt/waymark/bin/waymark index && /opt/waymark/bin/waymark ask "What is IOM?"

FROM python:3.11-slim-bookworm
RUN useradd --system --no-log-init --uid 10001 --home-dir /tmp waymark
COPY --from=build /opt/waymark /opt/waymark
COPY --from=build --chown=10001 /var/lib/waymark /var/lib/waymark
ENV PATH="/opt/waymark/bin:$PATH" WAYMARK_VAR=/var/lib/waymark PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /var/lib/waymark
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
ENTRYPOINT ["waymark"]
CMD ["serve", "--host", "0.0.0.0"]
