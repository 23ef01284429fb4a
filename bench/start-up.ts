import { freePort } from '../test/support/free-port.ts';
import type { ServerName } from './cases/cases.ts';
import type { RunningServer } from './measure.ts';
import type { Usage } from './servers/controls.ts';
import { type Child, startChild } from './support/child.ts';

export interface StartUp {
  /** ms until it answers. */
  readonly time: number;
  /** ms of processor time. */
  readonly cpu: number;
  /** MB */
  readonly memory: number;
}

const files: Readonly<Record<'bare' | 'ours', URL>> = {
  bare: new URL('servers/bare.ts', import.meta.url),
  ours: new URL('servers/ours.ts', import.meta.url),
};

export interface Started extends RunningServer {
  readonly startUp: StartUp;
}

export interface ServerOptions {
  readonly nodeArguments?: readonly string[];
  /** Of ours, beside those of the benchmark. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/** @param folder of this server's data and certificates */
export const startServer = async (
  name: ServerName,
  folder: string,
  { nodeArguments = [], settings = {} }: ServerOptions = {},
): Promise<Started> => {
  const port = await freePort();
  const child: Child = await startChild({
    file: files[name === 'bare' ? 'bare' : 'ours'],
    options: { port, folder, settings },
    logFile: `${folder}.log`,
    nodeArguments,
  });
  const { cpu, memory } = await child.call<Usage>('usage');
  return {
    url: `opc.tcp://127.0.0.1:${port}`,
    child,
    startUp: { time: child.startTime, cpu: cpu / 1000, memory: memory / 1e6 },
  };
};
