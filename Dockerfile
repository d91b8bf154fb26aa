# The command and what it runs on, for a user who owns nothing.
ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS build
COPY . /src
RUN sh /src/scripts/install_runtime.sh /opt/batch-conformance
RUN /opt/batch-conformance/bin/python -m compileall -q /opt/batch-conformance

FROM python:${PYTHON}
COPY --from=build /opt/batch-conformance /opt/batch-conformance
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin batch
USER 10001
WORKDIR /work
ENTRYPOINT ["/opt/batch-conformance/bin/batch-conformance"]
CMD ["--help"]
