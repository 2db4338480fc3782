# The image of the GitHub action, the Tekton task and the GitLab job. Build it with ./dev image, docker, podman or buildah.
FROM debian:bookworm-slim AS build
WORKDIR /iter8
# The packages first, so that a change of the code does not install them again.
COPY dev .
RUN ./dev install build
COPY . .
# Only the binary stays in the layer.
RUN ./dev build && install -D build/release/iter8 /out/iter8 && rm -rf build

FROM debian:bookworm-slim
# bash for `run:` tasks, CA certificates for https; the rest is what the binary loads when it needs it.
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      bash ca-certificates libcurl4 libgit2-1.5 libjq1 libpq5 libssl3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
COPY --from=build /out/iter8 /usr/local/bin/iter8
# Writable by any user, because Kubernetes picks one; the runner of GitHub sets its own directory.
RUN mkdir -m 1777 /workspace
WORKDIR /workspace
ENTRYPOINT ["iter8"]
