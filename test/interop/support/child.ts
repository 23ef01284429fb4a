import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when it has ended, however it did. */
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): Promise<Exit>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program whose output goes to a file, or whose stdin and stdout are pipes (`talk`). */
export const startChild = (
  command: string,
  args: readonly string[],
  {
    logFile,
    env,
    talk = false,
  }: { readonly logFile: string; readonly env?: NodeJS.ProcessEnv; readonly talk?: boolean },
): Child => {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    env: env ?? process.env,
    stdio: talk ? ['pipe', 'pipe', log] : ['ignore', log, log],
  });
  closeSync(log);
  running.add(child);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', error => {
      running.delete(child);
      reject(error);
    });
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  exited.catch(() => {});
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid,
    process: child,
    exited,
    isRunning: () => running.has(child),
    kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
};

/** The end of a log, to say in an error what the program had to say. */
export const tailOf = (logFile: string, lines = 25): string => {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no output)';
  }
};
