# One image for the four services; the command selects the service: docker run sunbeon-services services/queue/dist/main.js
ARG NODE_IMAGE=node:24.11.1-bookworm-slim

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

# Production files only.
FROM manifests AS modules
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error --include-workspace-root=false \
    --workspace services/gateway --workspace services/queue --workspace services/admission --workspace services/purchase \
 && rm -rf web

FROM manifests AS build
RUN npm ci --no-audit --no-fund --loglevel=error --include-workspace-root \
    --workspace services/gateway --workspace services/queue --workspace services/admission --workspace services/purchase
COPY tsconfig.base.json tsconfig.json ./
COPY packages packages
COPY services services
COPY tools/local tools/local
# For sunbeon_build_info: docker build --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
# The services alone: the adapters of packages/guard are compiled against frameworks that no service needs.
RUN node_modules/.bin/tsc -b services/gateway services/queue services/admission services/purchase && node tools/local/copy-lua.mjs \
 && find packages services -name src -prune -exec rm -rf {} + \
 && find packages services \( -name '*.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' \) -delete

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY infra/docker/ready.sh /usr/local/bin/ready
COPY --from=modules /app ./
COPY --from=build /app/packages packages
COPY --from=build /app/services services
USER node
ENTRYPOINT ["node"]
