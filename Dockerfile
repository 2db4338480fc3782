# The image for the GitHub action, the Tekton task, the GitLab job and the Kubernetes pod. Build it with ./dev image, docker,
# podman or buildah, on any architecture that Debian supports. The base can be pinned by digest; ./dev image --arguments prints
# the other arguments, which make two builds of the same commit identical.
ARG BASE=debian:bookworm-slim

# Packages first, so that a change in the code does not install them again.
FROM ${BASE} AS compiler
WORKDIR /iter8
COPY dev .
RUN ./dev install build

FROM compiler AS build
COPY . .
# Only the binary and the licences of what is linked into it stay in the layer.
RUN ./dev build \
 && install -D build/release/iter8 /out/bin/iter8 \
 && ./dev licences /out/share/iter8/licences \
 && rm -rf build

FROM ${BASE} AS libraries
# bash is for `run:` tasks, CA certificates are for https; the binary loads the other libraries when it needs them. Documentation
# other than licences is left out, as in the slim base.
RUN printf 'path-exclude /usr/share/%s/*\n' doc man info locale lintian >/etc/dpkg/dpkg.cfg.d/iter8 \
 && echo 'path-include /usr/share/doc/*/copyright' >>/etc/dpkg/dpkg.cfg.d/iter8 \
 && apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      bash ca-certificates libcurl4 libgit2-1.5 libjq1 libpq5 libssl3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/* /var/log/* /etc/dpkg/dpkg.cfg.d/iter8

FROM libraries
COPY --from=build /out/ /usr/local/
# Writable by any user, because Kubernetes picks one. GitHub's runner sets its own working directory and expects root.
RUN mkdir -m 1777 /workspace
WORKDIR /workspace
ENTRYPOINT ["iter8"]

# Last, so that a new commit alone does not rebuild the layers above.
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="iter8" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.description="Release experiments for CI: measure versions, judge them, act on the verdict" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="debian:bookworm-slim" \
      org.opencontainers.image.documentation="README.md"
