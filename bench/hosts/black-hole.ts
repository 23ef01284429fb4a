/**
 * Ports that take no connection and refuse none: their process is stopped, with as many connections waiting as the
 * kernel keeps for it, so that it drops every further SYN. Works without a network whose routers drop packets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { listen } from './host.ts';

export interface BlackHole {
  readonly ports: readonly number[];
  close(): void;
}

/** A backlog of 1 keeps two; one more, should a kernel count otherwise. */
const WAITING = 3;
const FILL_TIME = 200;

/** A connection that came through holds a place; one that did not is dropped already. */
const fill = async (port: number): Promise<Socket[]> => {
  const sockets = Array.from({ length: WAITING }, () => connect({ port, host: '127.0.0.1' }));
  for (const socket of sockets) socket.on('error', () => undefined);
  await new Promise(resolve => setTimeout(resolve, FILL_TIME));
  return sockets;
};

export const startBlackHole = async (count: number): Promise<BlackHole> => {
  const child = fork(fileURLToPath(import.meta.url), [String(count)], { execArgv: [] });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const [ports] = (await once(child, 'message')) as [number[]];
  child.kill('SIGSTOP');
  const waiting = (await Promise.all(ports.map(fill))).flat();
  return {
    ports,
    close() {
      for (const socket of waiting) socket.destroy();
      end();
    },
  };
};

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const ports: number[] = [];
  for (let index = 0; index < Number(process.argv[2]); index += 1)
    ports.push(await listen(createServer(), 1));
  process.on('disconnect', () => process.exit(0));
  process.send(ports);
}
