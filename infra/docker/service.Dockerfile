# One image for the four services: docker build --build-arg SERVICE=queue -f infra/docker/service.Dockerfile .
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/contracts/package.json packages/contracts/
COPY packages/runtime/package.json packages/runtime/
COPY services/gateway/package.json services/gateway/
COPY services/queue/package.json services/queue/
COPY services/admission/package.json services/admission/
COPY services/purchase/package.json services/purchase/
COPY web/package.json web/
RUN npm ci --no-audit --no-fund
COPY tsconfig.base.json tsconfig.json ./
COPY packages packages
COPY services services
COPY infra/local infra/local
RUN node_modules/.bin/tsc -b && node infra/local/copy-lua.mjs
# Only what runs: the packages of one service and what it depends on.
ARG SERVICE
RUN npm ci --omit=dev --no-audit --no-fund --workspace services/${SERVICE} --include-workspace-root=false

FROM node:24-bookworm-slim
ARG SERVICE
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/services/${SERVICE} services/${SERVICE}
WORKDIR /app/services/${SERVICE}
USER node
CMD ["node", "dist/main.js"]
