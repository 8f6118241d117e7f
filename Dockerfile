# Builds the program, then keeps only what runs. Needs nothing of the machine but Docker.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts scripts
COPY config config
COPY views views
COPY migrations migrations
COPY src src
# bcrypt comes with prebuilt binaries, so no package needs a script of its own to be run.
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Gatehouse" org.opencontainers.image.licenses="Apache-2.0"
# In a container all addresses are the container's own; what is published is the operator's choice.
ENV NODE_ENV=production DATA_DIR=/data LISTEN_ADDRESS=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE* ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/config config
COPY --from=build /app/views views
COPY --from=build /app/dist dist
# The embedded stores and the key made on first start; with PostgreSQL, Redis and MASTER_KEY nothing is written here.
RUN mkdir /data && chown node:node /data && chmod 700 /data
VOLUME /data
USER node
EXPOSE 8080
# The image has no curl; Node asks by itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/program/gatehouse.js"]
CMD ["start"]
