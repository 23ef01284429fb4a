import { type ChildProcess, fork } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { within } from '../../src/app/deadline.ts';
import type { Reply } from './calls.ts';

/** A process of its own that answers calls. */
export interface Child {
  /** @throws what the handler threw */
  call<T>(name: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
  /** ms from its start until it was ready. */
  readonly startTime: number;
}

export interface ChildOptions {
  readonly file: URL;
  /** Handed over as its first command line argument, as JSON. */
  readonly options: unknown;
  readonly logFile: string;
  readonly nodeArguments?: readonly string[];
}

const START_LIMIT = 300_000;
/** ms; longer than any run. */
const CALL_LIMIT = 120_000;
const STOP_LIMIT = 30_000;

const endOf = (logFile: string): string => readFileSync(logFile, 'utf8').slice(-2000);

const untilReady = (child: ChildProcess, file: URL, logFile: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${file} was not ready in ${START_LIMIT} ms`)),
      START_LIMIT,
    );
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`${file} ended with ${code} before it was ready:\n${endOf(logFile)}`));
    });
  });

export const startChild = async ({
  file,
  options,
  logFile,
  nodeArguments = [],
}: ChildOptions): Promise<Child> => {
  const begin = performance.now();
  const log = openSync(logFile, 'a');
  const child = fork(file, [JSON.stringify(options)], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: [...nodeArguments],
  });
  const pending = new Map<number, (reply: Reply) => void>();
  let calls = 0;
  await untilReady(child, file, logFile);
  const startTime = performance.now() - begin;
  child.on('message', (reply: Reply) => {
    pending.get(reply.id)?.(reply);
    pending.delete(reply.id);
  });
  child.once('exit', code => {
    for (const [id, settle] of pending)
      settle({ id, error: `${file} ended with ${code}:\n${endOf(logFile)}` });
    pending.clear();
  });

  return {
    startTime,
    async call<T>(name: string, argument: unknown = null): Promise<T> {
      calls += 1;
      const id = calls;
      const { promise, resolve } = Promise.withResolvers<Reply>();
      pending.set(id, resolve);
      child.send({ id, name, argument });
      const reply = await within(CALL_LIMIT, `${name} of ${file}`, promise).finally(() => pending.delete(id));
      if (reply.error !== undefined) throw new Error(`${name}: ${reply.error}`);
      return reply.value as T;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
      child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
      await ended;
      clearTimeout(timer);
    },
  };
};
