# An image of Tradelane: `docker build -t tradelane .`; docs/deploy.md says how to run it.
#
# The base is named by its version. To have the same bytes each time, name them:
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… -t tradelane .
# where `docker buildx imagetools inspect node:24.21.0-bookworm-slim` says which they are.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# What is published: JavaScript in place of TypeScript.
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build-package.ts /build/dist

# What it needs at run time, and nothing else: no script of a package is run. The base is the Node, and the database is
# another container, so neither of those is brought along (both are optional, or fetched by a script).
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# Figures and health of whichever role, for this container alone; 0.0.0.0:9464 lets Prometheus in, with a token.
ENV TRADELANE_METRICS=127.0.0.1:9464
COPY --from=dependencies /app/node_modules /app/node_modules
COPY --from=build /build/dist /app
# `tradelane …` in a shell of the container, and `import 'tradelane/connector'` in connectors of a workspace.
RUN ln -s /app/bin/tradelane.js /usr/local/bin/tradelane && mkdir -p /node_modules && ln -s /app /node_modules/tradelane
# The workspace, mounted read-only: nothing is written there. The root file system may be read-only as well.
WORKDIR /workspace
# The account `node` of the base, by its number: Kubernetes can tell that it is not root.
USER 1000:1000
# That the process lives. Whether it is ready depends on others, which restarting it would not mend.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const port = process.env.TRADELANE_METRICS.split(':').at(-1); fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As process 1, Node hears SIGTERM itself: what is under way comes to its end (`shutdownTimeout`, 30 s).
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/tradelane.js"]
CMD ["start"]
