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
/** Python with PrusaLink. */
export const prusalinkPythonPath = (): string => peer('MES_PRUSALINK', 'prusalink/bin/python');
export const kalicoPath = (): string => peer('MES_KALICO', 'kalico/bin/kalico');
export const moonrakerPath = (): string => peer('MES_MOONRAKER', 'moonraker/bin/moonraker');
/** Python with what the simulated micro-controller needs, which is nothing. */
export const moonrakerPythonPath = (): string => peer('MES_MOONRAKER_PYTHON', 'moonraker/bin/python');
/** What was built of clients/milo: its classes and libraries. */
export const miloPath = (): string => peer('MES_MILO', 'milo');
/** The program that was built of clients/open62541. */
export const open62541Path = (): string => peer('MES_OPEN62541', 'open62541/client');
