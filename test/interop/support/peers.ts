import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../.cache/peers/', import.meta.url));

const peer = (variable: string, fallback: string): string => {
  const path = process.env[variable] || `${cache}${fallback}`;
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: run test/interop/install-peers.sh, or set ${variable}.`);
  }
  return path;
};

/** Python with asyncua. */
export const pythonPath = (): string => peer('MES_PYTHON', 'asyncua/bin/python');
export const octoprintPath = (): string => peer('MES_OCTOPRINT', 'octoprint/bin/octoprint');
