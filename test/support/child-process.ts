import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A program of ours as a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  /** All that it has written so far. */
  output(): string;
  /** @throws after the time limit, with what it wrote instead */
  waitFor(pattern: RegExp, timeLimit?: number): Promise<RegExpExecArray>;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
}

/** @param script below src/, such as `main.ts` */
export const startChild = (
  script: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Child => {
  const child = spawn(process.execPath, [join(root, 'src', script), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...environment },
  });
  let output = '';
  child.stdout.on('data', data => {
    output += data;
  });
  child.stderr.on('data', data => {
    output += data;
  });
  const ended = new Promise<number | null>(done => child.once('close', done));
  return {
    process: child,
    output: () => output,
    async waitFor(pattern, timeLimit = 40_000) {
      const deadline = Date.now() + timeLimit;
      while (Date.now() < deadline && child.exitCode === null) {
        const found = pattern.exec(output);
        if (found) return found;
        await new Promise(done => setTimeout(done, 50));
      }
      const found = pattern.exec(output);
      if (found) return found;
      throw new Error(`${script} did not write ${pattern}, but:\n${output}`);
    },
    ended: () => ended,
  };
};
