import test from 'ava';
import type { AddPrinterCommand, KeyRequest } from '../../../src/app/application.ts';
import { DriverError, type KeyAskers, type KeyDecision } from '../../../src/app/ports.ts';
import { createTestApp } from '../../support/app.ts';
import { silentProbe } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const KEY = 'GRANTED-SECRET';
const PAGE = 'http://octo/plugin/appkeys/auth/1';

const command = (changes: Partial<AddPrinterCommand> = {}): AddPrinterCommand => ({
  name: 'Octo',
  api: 'OctoPrint',
  url: 'http://octo',
  apiKey: '',
  group: '',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
  ...changes,
});

/** A host that answers each poll with the next decision, then stays pending. */
const setUp = async (decisions: (KeyDecision | Error)[] = []) => {
  const asked: { url: string; user: string }[] = [];
  let polls = 0;
  const keys: KeyAskers = {
    async OctoPrint(url, user) {
      asked.push({ url, user });
      return {
        page: PAGE,
        async poll() {
          polls += 1;
          const next = decisions.shift() ?? { kind: 'pending' };
          if (next instanceof Error) throw next;
          return next;
        },
      };
    },
  };
  const app = await createTestApp({ keys, probe: silentProbe({ model: 'MK3S' }) });
  /** Lets that many polls pass. */
  const pass = async (times: number): Promise<void> => {
    for (let round = 0; round < times; round++) {
      app.clock.advance(1_500);
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
    }
  };
  const now = ({ id }: KeyRequest) => app.application.getKeyRequest(app.actors.admin, id);
  return { ...app, asked, pass, now, polls: () => polls };
};

const granted = { kind: 'granted', key: KEY } as const;
const pending = { kind: 'pending' } as const;

test('a granted key goes into the row of the printer, which is added with it, and nowhere else', async t => {
  const { application, actors, store, pass, now, asked, log } = await setUp([pending, granted]);
  const request = await application.requestKeyToAdd(actors.admin, command(), 'staff');
  t.like(request, { printer: 'Octo', state: 'pending', page: PAGE, reason: '' });
  t.deepEqual(asked, [{ url: 'http://octo', user: 'staff' }]);
  await pass(1);
  t.is((await now(request)).state, 'pending');
  t.is(await store.count('printers'), 0);
  await pass(1);
  const after = await now(request);
  t.is(after.state, 'granted');
  t.like(await store.get('printers', 1), { name: 'Octo', apiKey: KEY, model: 'MK3S' });
  t.false(JSON.stringify([after, log.lines]).includes(KEY));
});

test('a printer that is there gets its new key', async t => {
  const { application, actors, addPrinter, store, pass, now } = await setUp([granted]);
  await addPrinter('Octo', { api: 'OctoPrint', url: 'http://octo' });
  const request = await application.requestKeyOf(actors.admin, 'octo', '');
  await pass(1);
  t.is((await now(request)).state, 'granted');
  t.is((await store.get('printers', 1))?.apiKey, KEY);
});

test('a denial and a person who never decides end with a reason, and the polling with them', async t => {
  const { application, actors, store, pass, now, polls } = await setUp([{ kind: 'denied' }]);
  const denied = await application.requestKeyToAdd(actors.admin, command(), '');
  await pass(1);
  t.like(await now(denied), { state: 'denied' });
  t.regex((await now(denied)).reason, /give no key/);
  const expired = await application.requestKeyToAdd(actors.admin, command(), '');
  await pass(200);
  t.like(await now(expired), { state: 'expired', reason: 'Nobody decided within 5 minutes: ask again.' });
  const before = polls();
  await pass(5);
  t.is(polls(), before);
  t.is(await store.count('printers'), 0);
});

test('a lost poll or two do no harm; a host that stays away ends it', async t => {
  const gone = new DriverError('unreachable', 'No answer.');
  const first = await setUp([gone, gone, granted]);
  const request = await first.application.requestKeyToAdd(first.actors.admin, command(), '');
  await first.pass(3);
  t.is((await first.now(request)).state, 'granted');
  const second = await setUp([gone, gone, gone]);
  const lost = await second.application.requestKeyToAdd(second.actors.admin, command(), '');
  await second.pass(3);
  t.like(await second.now(lost), { state: 'failed', reason: 'No answer.' });
});

test('asking ends with the server: no poll and no key afterwards', async t => {
  const { application, actors, background, store, pass, polls, log } = await setUp([pending, granted]);
  await application.requestKeyToAdd(actors.admin, command(), '');
  await pass(1);
  await background.stop();
  await pass(5);
  t.is(polls(), 1);
  t.is(await store.count('printers'), 0);
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
});

test('polls that are lost now and then, never three in a row, do no harm', async t => {
  const gone = new DriverError('unreachable', 'No answer.');
  const { application, actors, pass, now } = await setUp([gone, gone, pending, gone, gone, granted]);
  const request = await application.requestKeyToAdd(actors.admin, command(), '');
  await pass(6);
  t.is((await now(request)).state, 'granted');
});

test('a key that comes when the name is taken by now is not stored, and says why', async t => {
  const { application, actors, addPrinter, pass, now, store } = await setUp([granted]);
  const request = await application.requestKeyToAdd(actors.admin, command(), '');
  await addPrinter('Octo');
  await pass(1);
  t.like(await now(request), { state: 'failed' });
  t.regex((await now(request)).reason, /exists already/);
  t.false(JSON.stringify(await store.find('printers')).includes(KEY));
});

test('only admins ask, only hosts that hand out keys are asked, and only so many at once', async t => {
  const { application, actors, addPrinter, asked } = await setUp();
  await addPrinter('Mock1');
  for (const actor of [actors.student, actors.plc, actors.operator]) {
    await refused(t, 'NotPermitted', () => application.requestKeyToAdd(actor, command(), ''));
    await refused(t, 'NotPermitted', () => application.requestKeyOf(actor, 'Mock1', ''));
    await refused(t, 'NotPermitted', () => application.getKeyRequest(actor, 'x'));
    await refused(t, 'NotPermitted', () => application.findKeyRequests(actor));
  }
  await refused(t, 'InvalidArgument', () => application.requestKeyOf(actors.admin, 'Mock1', ''));
  await refused(t, 'InvalidArgument', () =>
    application.requestKeyToAdd(actors.admin, command({ url: 'file:///etc/passwd' }), ''),
  );
  await refused(t, 'InvalidState', () =>
    application.requestKeyToAdd(actors.admin, command({ name: 'MOCK1' }), ''),
  );
  t.is(asked.length, 0);
  const ask = (index: number) =>
    application.requestKeyToAdd(actors.admin, command({ name: `P${index}`, url: `http://octo${index}` }), '');
  const first = await ask(0);
  t.is((await ask(0)).id, first.id, 'asked already');
  for (let index = 1; index < 10; index++) await ask(index);
  await refused(t, 'Busy', () => ask(10));
  t.is(asked.length, 10);
});

test('a host that cannot be asked is said at once, and holds no place', async t => {
  const keys: KeyAskers = {
    OctoPrint: () => Promise.reject(new DriverError('refused', 'There is no OctoPrint here.')),
  };
  const { application, actors } = await createTestApp({ keys });
  for (let round = 0; round < 12; round++) {
    const refusal = await refused(t, 'PrinterUnavailable', () =>
      application.requestKeyToAdd(actors.admin, command(), ''),
    );
    t.is(refusal.message, 'No key was asked for. There is no OctoPrint here.');
  }
});

test('the requests are listed, the newest first, until when they are open, and for a day after', async t => {
  const { application, actors, clock, pass } = await setUp([granted]);
  const list = async () =>
    (await application.findKeyRequests(actors.admin)).map(({ printer, state }) => [printer, state]);
  t.deepEqual(await list(), []);
  const first = await application.requestKeyToAdd(actors.admin, command(), '');
  t.is(Date.parse(first.expireTime) - Date.parse(first.createTime), 5 * 60_000);
  await pass(1);
  await application.requestKeyToAdd(actors.admin, command({ name: 'P2', url: 'http://octo2' }), '');
  t.deepEqual(await list(), [
    ['P2', 'pending'],
    ['Octo', 'granted'],
  ]);
  t.false(JSON.stringify(await application.findKeyRequests(actors.admin)).includes(KEY));
  clock.advance(23 * 3_600_000);
  t.is((await list()).length, 2);
  await pass(1);
  clock.advance(2 * 3_600_000);
  t.deepEqual(await list(), []);
  await refused(t, 'NotFound', () => application.getKeyRequest(actors.admin, first.id));
});
