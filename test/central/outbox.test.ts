import test from 'ava';
import type { Link, Outcome, WriteItem } from '../../src/central/link.ts';
import { createOutbox, WAIT_FOR_PRINTER } from '../../src/central/outbox.ts';
import { createWait } from '../../src/central/wait.ts';
import { clock, createLab, jobRow } from './support.ts';

const wait = createWait(1000);
const time = '2026-01-05T09:00:00.000Z';

/** A link that records the states that it takes, of the printers whose outcome is not set otherwise. */
const recordingLink = () => {
  const outcomes = new Map<string, Outcome>();
  const missing = new Set<string>();
  const states: string[] = [];
  const link = {
    takes: (printer: string) => !missing.has(printer),
    write: async (items: readonly WriteItem[]) => {
      for (const { printer, value } of items) {
        if (value.path === 'state' && !outcomes.has(printer)) states.push(`${printer} ${value.value}`);
      }
      return items.map(({ printer }) => outcomes.get(printer) ?? 'written');
    },
  } as unknown as Link;
  return { link, outcomes, missing, states };
};

test('a refused transition holds the later ones of its printer back, and no other printer', async t => {
  const { store, commit, log, put } = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const outbox = createOutbox({ store, commit, clock, log });
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
  const outbox = createOutbox({ store, commit, clock, log });
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
  const outbox = createOutbox({ store, commit: failing, clock, log });
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
    takes: () => true,
    write: async (items: readonly WriteItem[]) => {
      told.push(items.length);
      return items.map(() => 'written');
    },
  } as unknown as Link;
  await createOutbox({ store, commit, clock, log }).deliver(link, wait);
  t.is(told.length, 450);
  t.is(await store.count('centralOutbox'), 0);
});

/** Rows of printers in turn, the first of id 1, one a second. */
const putTransitions = (
  { commit }: Pick<Awaited<ReturnType<typeof createLab>>, 'commit'>,
  printers: readonly string[],
  begin: Date,
) =>
  commit({ actor: 'server' }, async tx => {
    for (const [index, printer] of printers.entries()) {
      tx.put('centralOutbox', {
        id: index + 1,
        printer,
        jobId: index + 1,
        status: 'printing',
        file: '',
        progress: 0,
        time: new Date(begin.getTime() + index * 1000).toISOString(),
      });
    }
  });

test('rows of a printer that is not there yet wait, keep nobody back, and arrive in order with their times', async t => {
  const lab = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const { store, commit, log } = lab;
  const begin = new Date();
  await putTransitions(
    lab,
    Array.from({ length: 900 }, (_, index) => (index % 3 === 2 ? 'Printer2' : 'Printer1')),
    begin,
  );
  let finds = 0;
  const counting: typeof store = {
    ...store,
    find: (...parameters) => {
      finds++;
      return store.find(...parameters);
    },
  };
  const outbox = createOutbox({ store: counting, commit, clock, log });
  const { link, missing } = recordingLink();
  const times: (string | undefined)[] = [];
  const recording: Link = {
    ...link,
    write: async (items, waiting) => {
      for (const { printer, value } of items) {
        if (printer === 'Printer1' && value.path === 'state') times.push(value.time.toISOString());
      }
      return link.write(items, waiting);
    },
  };
  missing.add('Printer1');
  await outbox.deliver(recording, wait);
  t.is(await store.count('centralOutbox'), 600, "the other printer's are told");
  finds = 0;
  outbox.restart();
  await outbox.deliver(recording, wait);
  t.is(finds, 1, 'what waits is not read again at each refresh');
  t.is(await store.count('centralOutbox'), 600);

  missing.clear();
  outbox.wake();
  await outbox.deliver(recording, wait);
  t.is(times.length, 0, 'it waits for the refresh');
  outbox.restart();
  await outbox.deliver(recording, wait);
  t.is(await store.count('centralOutbox'), 0);
  t.deepEqual(
    times,
    Array.from({ length: 900 }, (_, index) => index)
      .filter(index => index % 3 !== 2)
      .map(index => new Date(begin.getTime() + index * 1000).toISOString()),
  );
});

test('a printer that refuses for long is asked with one row, whatever waits behind it', async t => {
  const lab = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const { store, commit, log } = lab;
  await putTransitions(
    lab,
    Array.from({ length: 1000 }, (_, index) => (index === 0 ? 'Printer1' : `Printer${(index % 2) + 1}`)),
    new Date(),
  );
  let finds = 0;
  const counting: typeof store = {
    ...store,
    find: (...parameters) => {
      finds++;
      return store.find(...parameters);
    },
  };
  const outbox = createOutbox({ store: counting, commit, clock, log });
  const { link, outcomes, states } = recordingLink();
  outcomes.set('Printer1', 'refused');
  outcomes.set('Printer2', 'absent');
  await outbox.deliver(link, wait);
  finds = 0;
  outbox.restart();
  await outbox.deliver(link, wait);
  t.true(finds <= 2);
  outcomes.delete('Printer2');
  outbox.restart();
  await outbox.deliver(link, wait);
  t.is(states.length, 500, 'a state that was absent is no state that was told');
  outcomes.clear();
  outbox.restart();
  await outbox.deliver(link, wait);
  t.is(states.length, 1000);
  t.is(await store.count('centralOutbox'), 0);
});

test('what waits for a printer for longer than a day is dropped with one line, and no more than that', async t => {
  const lab = await createLab({ url: 'opc.tcp://192.0.2.1' });
  const { store, commit, log } = lab;
  const begin = new Date('2026-01-05T09:00:00.000Z');
  await putTransitions(lab, ['Printer1', 'Printer2', 'Printer1', 'Printer1', 'Printer2'], begin);
  let now = begin;
  const outbox = createOutbox({ store, commit, clock: { ...clock, now: () => now }, log });
  const { link, missing, states } = recordingLink();
  missing.add('Printer1').add('Printer2');
  await outbox.deliver(link, wait);
  now = new Date(begin.getTime() + WAIT_FOR_PRINTER + 2500);
  outbox.restart();
  await outbox.deliver(link, wait);
  const lines = log.lines.filter(({ message }) => message.startsWith('Job transitions are dropped'));
  t.deepEqual(
    lines.map(({ fields }) => fields),
    [{ printers: ['Printer1', 'Printer2'], transitions: 3 }],
  );
  t.deepEqual(
    (await store.find('centralOutbox')).map(({ id }) => id),
    [4, 5],
  );
  missing.clear();
  outbox.restart();
  await outbox.deliver(link, wait);
  t.deepEqual(states, ['Printer1 printing', 'Printer2 printing']);
});
