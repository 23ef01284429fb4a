# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    DATABASE_URL=/var/lib/mes/data \
    UPLOAD_PATH=/var/lib/mes/gcode-files \
    CERTIFICATES_PATH=/var/lib/mes/certificates \
    HTTP_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY nodesets ./nodesets
COPY src ./src
RUN mkdir -p /var/lib/mes && chown node:node /var/lib/mes
USER node
VOLUME /var/lib/mes
EXPOSE 4840 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT ?? 8000}/healthz`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
