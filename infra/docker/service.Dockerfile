# One image for the four services, which share nearly all of their files; the command selects one: docker run sunbeon-services services/queue/dist/main.js
ARG NODE_IMAGE=node:24.11.1-bookworm-slim
ARG BASE_IMAGE=debian:12.12-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
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

# Production files only, without source maps, types and prose; licences stay. The SBOM names what is in here.
FROM manifests AS modules
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error --include-workspace-root=false \
    --workspace services/gateway --workspace services/queue --workspace services/admission --workspace services/purchase \
 && npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx --sbom-type=application \
    --workspace services/gateway --workspace services/queue --workspace services/admission --workspace services/purchase > sbom.cdx.json \
 && rm -rf package.json package-lock.json packages services web node_modules/.package-lock.json node_modules/@types \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' -o -name '*.tsbuildinfo' \) \
    ! -iname 'licen[sc]e*' ! -iname 'notice*' -delete

FROM manifests AS build
RUN npm ci --no-audit --no-fund --loglevel=error --include-workspace-root \
    --workspace services/gateway --workspace services/queue --workspace services/admission --workspace services/purchase
COPY tsconfig.base.json tsconfig.json ./
COPY packages packages
COPY services services
COPY tools/local tools/local
# For sunbeon_build_info: docker build --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
# The services alone: the adapters of packages/guard are compiled against frameworks that no service needs. What is left of a workspace is its
# manifest and dist.
RUN node_modules/.bin/tsc -b services/gateway services/queue services/admission services/purchase && node tools/local/copy-lua.mjs \
 && rm -rf packages/client packages/guard packages/verify \
 && find packages services -type f ! -path '*/dist/*' ! -name package.json -delete \
 && find packages services \( -name '*.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' \) -delete \
 && find packages services -type d -empty -delete

# Node's program alone on Debian: no npm, no package manager of Node, no headers. Bash is for `ready`.
FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY infra/docker/ready.sh /usr/local/bin/ready
COPY --from=modules /app ./
COPY --from=build /app/packages packages
COPY --from=build /app/services services
# By number: Kubernetes refuses a name under runAsNonRoot.
USER 1000:1000
ENTRYPOINT ["node"]
