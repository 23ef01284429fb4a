import type { Case, ServerName } from './cases/cases.ts';
import type { RunResult } from './client/main.ts';
import type { Usage } from './servers/controls.ts';
import type { Child } from './support/child.ts';

export interface RunningServer {
  readonly url: string;
  readonly child: Child;
}

/** One round of one case on one server, per operation. */
export interface Sample {
  /** µs of processor time of the server while it answered. */
  readonly cpu: number;
  /** µs of processor time that it put off until it had answered. */
  readonly later: number;
  /** µs; from the clients' point of view. */
  readonly wall: number;
  /** Part of the wall time in which the clients' process was busy: near 1 it is what limits. */
  readonly client: number;
}

/** Runs a case once against one server. */
export const sample = async (
  { task, options, until, changeEvery = 0 }: Case,
  { url, child }: RunningServer,
  client: Child,
  folder: string,
): Promise<Sample> => {
  await child.call('changeEvery', changeEvery);
  await client.call('prepare', { task, target: { url, folder }, options });
  try {
    if (changeEvery === 0) await child.call('settle');
    const before = await child.call<Usage>('usage');
    const { operations, wall, cpu } = await client.call<RunResult>('run', until);
    const answered = await child.call<Usage>('usage');
    if (changeEvery === 0) await child.call('settle');
    const after = await child.call<Usage>('usage');
    return {
      cpu: (answered.cpu - before.cpu) / operations,
      later: (after.cpu - answered.cpu) / operations,
      wall: (wall * 1000) / operations,
      client: cpu / 1000 / wall,
    };
  } finally {
    await client.call('finish');
    await child.call('changeEvery', 0);
    await child.call('reset');
  }
};

/** Rounds in which the servers take turns, so that the machine's moods meet all of them. */
export const measure = async (
  one: Case,
  servers: ReadonlyMap<ServerName, RunningServer>,
  client: Child,
  { rounds, folder }: { readonly rounds: number; readonly folder: string },
): Promise<ReadonlyMap<ServerName, readonly Sample[]>> => {
  const samples = new Map<ServerName, Sample[]>(one.servers.map(name => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const order = round % 2 === 0 ? one.servers : one.servers.toReversed();
    for (const name of order) {
      const server = servers.get(name);
      if (server === undefined) throw new Error(`There is no server ${name}.`);
      // The first round warms up: a server that has run for a while is what counts.
      const warmUps = round < 0 ? 3 : 1;
      let taken = await sample(one, server, client, folder);
      for (let more = 1; more < warmUps; more += 1) taken = await sample(one, server, client, folder);
      if (round >= 0) samples.get(name)?.push(taken);
    }
  }
  return samples;
};
