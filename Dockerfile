# identilint in an image that holds nothing else: docker run --rm -v "$PWD:/work:ro" --network none IMAGE
FROM rust:1.95-alpine AS build
WORKDIR /src
# On Alpine programs are linked statically with musl; everything that the build needs is in these.
COPY Cargo.toml Cargo.lock ./
COPY benches benches
COPY tests tests
COPY rules rules
COPY src src
RUN cargo build --release --locked --bin identilint

FROM scratch
LABEL org.opencontainers.image.title="identilint" \
      org.opencontainers.image.description="Finds Azure identities that will not work, and secrets that should not be there, before you deploy" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.source="https://github.com/identilint/identilint"
COPY LICENSE-MIT LICENSE-APACHE /licenses/
COPY --from=build /src/target/release/identilint /usr/bin/identilint
# Nobody's id, since there are no names here.
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/bin/identilint"]
