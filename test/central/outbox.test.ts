import test from 'ava';
import type { Link, Outcome, WriteItem } from '../../src/central/link.ts';
import { createOutbox } from '../../src/central/outbox.ts';
import { createWait } from '../../src/central/wait.ts';
import { createLab, jobRow } from './support.ts';

const wait = createWait(1000);
const time = '2026-01-05T09:00:00.000Z';

/** A link that records the states that it takes, of the printers whose outcome is not set otherwise. */
const recordingLink = () => {
  const outcomes = new Map<string, Outcome>();
  const states: string[] = [];
  const link = {
    has: () => true,
    write: async (items: readonly WriteItem[]) => {
      for (const { printer, value } of items) {
        if (value.path === 'state' && !outcomes.has(printer)) states.push(`${printer} ${value.value}`);
      }
      return items.map(({ printer }) => outcomes.get(printer) ?? 'written');
    },
  } as unknown as Link;
  return { link, outcomes, states };
};

test('a refused transition holds the later ones of its printer back, and no other printer', async t => {
  const { store, commit, log, put } = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const outbox = createOutbox({ store, commit, log });
  const { link, outcomes, states } = recordingLink();
  outcomes.set('Printer1', 'refused');
  await put.job(jobRow(1, 'starting', time));
  await put.job(jobRow(2, 'starting', time, { printer: 'Printer2' }));
  await put.job(jobRow(1, 'printing', time));
  await outbox.deliver(link, wait);
  t.deepEqual(states, ['Printer2 starting']);
  t.is(await store.count('centralOutbox'), 2);

  outcomes.clear();
  await put.job(jobRow(1, 'printed', time));
  outbox.wake();
  await outbox.deliver(link, wait);
  t.is(states.length, 1, 'it waits for the refresh');
  outbox.restart();
  t.deepEqual(await outbox.deliver(link, wait), new Set(['Printer1']));
  t.deepEqual(states.slice(1), ['Printer1 starting', 'Printer1 printing', 'Printer1 printed']);
  t.is(await store.count('centralOutbox'), 0);
});

test('what broke off in the middle goes on where it broke off', async t => {
  const { store, commit, log, put } = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const outbox = createOutbox({ store, commit, log });
  const { link, states } = recordingLink();
  for (const status of ['starting', 'printing', 'printed'] as const) await put.job(jobRow(1, status, time));
  const write = link.write;
  let left = 1;
  const breaking: Link = {
    ...link,
    write: async (items, waiting) => {
      if (left-- === 0) throw new Error('The connection broke');
      return write(items, waiting);
    },
  };
  await t.throwsAsync(outbox.deliver(breaking, wait), { message: 'The connection broke' });
  outbox.restart();
  await outbox.deliver(link, wait);
  t.deepEqual(states, ['Printer1 starting', 'Printer1 printing', 'Printer1 printed']);
  t.is(await store.count('centralOutbox'), 0);
});

test('rows that the store could not delete are not told twice', async t => {
  const { store, commit, log, put } = await createLab({ url: 'opc.tcp://192.0.2.1' });
  let full = true;
  const failing = Object.assign(
    async (...parameters: Parameters<typeof commit>) => {
      if (full) throw new Error('The disk is full');
      return commit(...parameters);
    },
    { listen: commit.listen },
  ) as typeof commit;
  const outbox = createOutbox({ store, commit: failing, log });
  const { link, states } = recordingLink();
  await put.job(jobRow(1, 'starting', time));
  await outbox.deliver(link, wait);
  outbox.restart();
  await outbox.deliver(link, wait);
  t.deepEqual(states, ['Printer1 starting']);
  full = false;
  await outbox.deliver(link, wait);
  t.deepEqual(states, ['Printer1 starting']);
  t.is(await store.count('centralOutbox'), 0);
});

test('more transitions than fit into one batch are all told, in order', async t => {
  const { store, commit, log } = await createLab({ url: 'opc.tcp://192.0.2.1' });
  await commit({ actor: 'server' }, async tx => {
    for (let id = 1; id <= 450; id++) {
      tx.put('centralOutbox', {
        id,
        printer: 'Printer1',
        jobId: id,
        status: 'printing',
        file: '',
        progress: 0,
        time,
      });
    }
  });
  const told: number[] = [];
  const link = {
    has: () => true,
    write: async (items: readonly WriteItem[]) => {
      told.push(items.length);
      return items.map(() => 'written');
    },
  } as unknown as Link;
  await createOutbox({ store, commit, log }).deliver(link, wait);
  t.is(told.length, 450);
  t.is(await store.count('centralOutbox'), 0);
});
