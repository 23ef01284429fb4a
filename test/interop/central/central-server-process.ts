import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import { type Child, startChild, tailOf } from '../support/child.ts';
import { pythonPath } from '../support/peers.ts';

const script = fileURLToPath(new URL('./central_server.py', import.meta.url));

/** One item of a Write, as the central server saw it. */
export interface SeenWrite {
  readonly printer: string;
  readonly path: string;
  readonly type: string;
  readonly value: unknown;
  readonly status: string;
  /** SourceTimestamp. */
  readonly time: string;
  readonly node: string;
  /** What the server answered. */
  readonly result: string;
}

export interface CentralServerProcess {
  readonly child: Child;
  readonly writes: readonly SeenWrite[];
  /** The value that was written last. */
  latest(printer: string, path: string): SeenWrite | undefined;
}

/** An asyncua server with the lab's layout, in a process of its own. */
export const startCentralServer = async (
  port: number,
  logFile: string,
  args: readonly string[] = [],
): Promise<CentralServerProcess> => {
  const child = startChild(pythonPath(), [script, '--port', String(port), ...args], { logFile, talk: true });
  const writes: SeenWrite[] = [];
  let ready = false;
  const { stdout } = child.process;
  if (stdout === null) throw new Error('The central server has no stdout');
  createInterface({ input: stdout }).on('line', line => {
    const said = JSON.parse(line) as SeenWrite & { readonly ready?: boolean };
    if (said.ready) ready = true;
    else writes.push(said);
  });
  await until('the central server to be ready', () => {
    if (!child.isRunning()) throw new Error(`The central server ended: ${tailOf(logFile)}`);
    return ready;
  });
  return {
    child,
    writes,
    latest: (printer, path) => writes.findLast(write => write.printer === printer && write.path === path),
  };
};
