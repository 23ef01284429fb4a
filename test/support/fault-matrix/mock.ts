import { createMockDriver } from '../../../src/printers/drivers/mock.ts';
import type { VirtualTime } from '../lab/virtual-time.ts';
import { mockPrinter } from '../mock-printer.ts';
import { createDirectConnection } from './direct-connection.ts';
import { createEnds } from './ends.ts';
import { PRINT_TIME, type StandIn } from './stand-in.ts';

const INTERVAL = 2;

/** The simulated machine has no network, no host and no key: its driver fails as if it had. */
export const startMock = async (time: VirtualTime): Promise<StandIn> => {
  const life = new AbortController();
  const started: string[] = [];
  const ends = createEnds(started);
  const stored = new Set<string>();
  let active = false;
  let accepts = true;
  const machine = mockPrinter({
    clock: time.clock(life.signal),
    interval: INTERVAL,
    jobTime: PRINT_TIME / INTERVAL,
  });
  const follow = async (): Promise<void> => {
    const { state } = await machine.read();
    active = state === 'printing' || state === 'paused';
    if (state === 'finished') ends.note();
  };

  const physics = {
    ...machine,
    async store(file: string) {
      await machine.store(file);
      stored.add(file);
    },
    async start(file: string) {
      await machine.start(file);
      started.push(file);
      active = true;
    },
    async cancel() {
      await machine.cancel();
      active = false;
    },
    async remove(file: string) {
      await machine.remove(file);
      stored.delete(file);
    },
  };

  return {
    api: 'Mock',
    address: { url: '', apiKey: '' },
    connection: createDirectConnection(time, () => accepts),
    createDriver: (_url, clock) => createMockDriver({ physics, clock }),
    advance: () => void follow(),
    started: () => started,
    finished: () => ends.finished,
    isActive: () => active,
    files: () => [...stored],
    restart: () => undefined,
    survivesRestart: true,
    tellsOfNoStart: 'always',
    revokeKey() {
      accepts = false;
    },
    acceptKey() {
      accepts = true;
    },
    stop: async () => life.abort(),
  };
};
