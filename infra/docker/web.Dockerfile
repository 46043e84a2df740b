# The page: docker build -f infra/docker/web.Dockerfile .
ARG NODE_IMAGE=node:24.11.1-bookworm-slim
ARG BASE_IMAGE=debian:12.12-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
COPY packages/client/package.json packages/client/
COPY packages/contracts/package.json packages/contracts/
COPY packages/guard/package.json packages/guard/
COPY packages/line/package.json packages/line/
COPY packages/runtime/package.json packages/runtime/
COPY packages/verify/package.json packages/verify/
COPY services/gateway/package.json services/gateway/
COPY services/queue/package.json services/queue/
COPY services/admission/package.json services/admission/
COPY services/purchase/package.json services/purchase/
COPY web/package.json web/
RUN npm ci --no-audit --no-fund --loglevel=error --workspace web --workspace packages/client --workspace packages/contracts --include-workspace-root
COPY tsconfig.base.json ./
COPY packages packages
COPY web web
# For sunbeon_build_info: docker build --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
# The SBOM names what the page is built from; of it the image holds what its server loads.
RUN npm run build -w web \
 && rm -rf web/.next/standalone/node_modules/sharp web/.next/standalone/node_modules/@img \
 && npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx --sbom-type=application --workspace web > sbom.cdx.json

# Node's program alone on Debian, as in service.Dockerfile.
FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 OPS_PORT=8000
WORKDIR /app
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY infra/docker/ready.sh /usr/local/bin/ready
COPY --from=build /app/sbom.cdx.json ./
# What serves the metrics; the page's own modules are in the standalone folder.
COPY --from=build /app/node_modules/prom-client node_modules/prom-client
COPY --from=build /app/node_modules/tdigest node_modules/tdigest
COPY --from=build /app/node_modules/bintrees node_modules/bintrees
COPY --from=build /app/node_modules/@opentelemetry/api node_modules/@opentelemetry/api
COPY --from=build /app/web/package.json /app/web/start.mjs /app/web/forwarded.mjs /app/web/log.mjs /app/web/routes.mjs /app/web/answers.mjs /app/web/settings.mjs /app/web/stopping.mjs /app/web/other-upgrades.mjs /app/web/page-metrics.mjs /app/web/ops.mjs web/
COPY --from=build /app/web/.next/standalone web/.next/standalone
USER 1000:1000
CMD ["node", "web/start.mjs"]
