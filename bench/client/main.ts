/** The process of all clients. */
import { serveCalls } from '../support/calls.ts';
import type { Target } from './connection.ts';
import { type Task, type TaskName, type TaskOptions, tasks, type Until } from './tasks.ts';

export interface RunResult {
  readonly operations: number;
  /** ms */
  readonly wall: number;
  /** µs of processor time that the clients used. */
  readonly cpu: number;
}

let current: Task | undefined;

serveCalls({
  async prepare({ task, target, options }: { task: TaskName; target: Target; options: TaskOptions }) {
    current = tasks[task];
    await current.prepare(target, options);
  },
  async run(until: Until): Promise<RunResult> {
    const begin = performance.now();
    const before = process.cpuUsage();
    const operations = (await current?.run(until)) ?? 0;
    const { user, system } = process.cpuUsage(before);
    return { operations, wall: performance.now() - begin, cpu: user + system };
  },
  async finish() {
    await current?.finish();
    current = undefined;
  },
});
