import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import type { HostAddress, HostsOptions } from '../hosts/main.ts';
import type { FarmOptions } from '../servers/farm.ts';
import { type Child, startChild } from './child.ts';

/** A server and the hosts of its printers, each a process of its own. */
export interface Farm {
  readonly hosts: Child;
  readonly addresses: readonly HostAddress[];
  readonly server: Child;
  stop(): Promise<void>;
}

export const startFarm = async (
  folder: string,
  options: HostsOptions,
  settings: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
): Promise<Farm> => {
  await mkdir(folder, { recursive: true });
  const hosts = await startChild({
    file: new URL('../hosts/main.ts', import.meta.url),
    options,
    logFile: join(folder, 'hosts.log'),
  });
  try {
    const addresses = await hosts.call<readonly HostAddress[]>('addresses');
    const farm: FarmOptions = { port: await freePort(), folder, hosts: addresses, settings };
    const server = await startChild({
      file: new URL('../servers/farm.ts', import.meta.url),
      options: farm,
      logFile: join(folder, 'server.log'),
      nodeArguments: ['--expose-gc', ...nodeArguments],
    });
    return {
      hosts,
      addresses,
      server,
      async stop() {
        await server.stop();
        await hosts.stop();
      },
    };
  } catch (error) {
    await hosts.stop();
    throw error;
  }
};
