#!/usr/bin/env bash
# What the image does: installs a copy without development dependencies, starts it, asks whether it is ready, stops it.
set -euo pipefail
node=$PWD/node_modules/node/bin/node
copy=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true; rm -rf "$copy"' EXIT

git ls-files -z --cached | xargs -0 cp --parents -t "$copy"
cd "$copy"
npm ci --omit=dev --no-audit --no-fund --ignore-scripts --loglevel=error
free_port() {
  "$node" -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'
}
http=$(free_port)
opcua=$(free_port)
DATABASE_URL=$copy/data UPLOAD_PATH=$copy/upload CERTIFICATES_PATH=$copy/certificates \
  HTTP_HOST=127.0.0.1 HTTP_PORT=$http OPCUA_HOST=127.0.0.1 OPCUA_PORT=$opcua OPCUA_HOSTNAMES=localhost \
  "$node" src/main.ts >server.log 2>&1 &
server=$!
for _ in $(seq 1 300); do
  "$node" -e "fetch('http://127.0.0.1:$http/readyz').then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))" && break
  kill -0 "$server" 2>/dev/null || { cat server.log; echo 'The server ended by itself.'; exit 1; }
  sleep 0.2
done
"$node" -e "fetch('http://127.0.0.1:$http/readyz').then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))" ||
  { cat server.log; echo 'The server was not ready within a minute.'; exit 1; }
kill -TERM "$server"
code=0
wait "$server" || code=$?
server=
[ "$code" = 0 ] || { cat server.log; echo "SIGTERM ended it with code $code instead of 0."; exit 1; }
echo 'Ready, and stopped cleanly on SIGTERM.'
