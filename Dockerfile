# Builds a small image that runs as an ordinary user.
#   docker build -t intermoot . && docker run -p 3000:3000 -v intermoot:/data intermoot
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --locked --profile dist --bin intermoot

FROM debian:bookworm-slim
# The root certificates let the node reach others. Name ffmpeg too where people are to send videos and sounds (some 400 MB).
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home intermoot \
    && install -d -o intermoot -g intermoot -m 700 /data
COPY --from=build /build/target/dist/intermoot /usr/local/bin/intermoot
COPY --from=build /build/LICENSE /build/config/default.toml /usr/share/doc/intermoot/
USER intermoot
WORKDIR /data
VOLUME /data
EXPOSE 3000
# The public address comes from INTERMOOT__SERVER__URL=https://acme.example; the port is fixed for the check below.
ENV INTERMOOT__SERVER__BIND=0.0.0.0:3000 INTERMOOT__DATA__DIR=/data
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# SIGTERM is the default stop signal; the node drains within 10 s.
ENTRYPOINT ["intermoot"]
CMD ["serve"]
