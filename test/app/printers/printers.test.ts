import test from 'ava';
import type { AddPrinterCommand } from '../../../src/app/application.ts';
import type { JobStatus } from '../../../src/domain/job-status.ts';
import { bedOf, createTestApp, required } from '../../support/app.ts';
import { awayReport, probeReport } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const printer = (changes: Partial<AddPrinterCommand> = {}): AddPrinterCommand => ({
  name: 'Printer1',
  api: 'OctoPrint',
  url: 'http://octo:5000',
  apiKey: 'secret',
  group: '',
  model: 'MK4',
  nozzleDiameter: 0.4,
  material: 'PLA',
  cameraUrl: '',
  worker: true,
  ...changes,
});

test('a real printer starts with a bed that nobody has confirmed, a mock with a clear one', async t => {
  const { application, actors, store } = await createTestApp();
  t.like((await application.addPrinter(actors.admin, printer())).printer, {
    id: 1,
    name: 'Printer1',
    group: 'default',
  });
  t.like(await bedOf(store, 'Printer1'), { state: 'occupied', content: 'unknown' });
  await application.addPrinter(actors.admin, printer({ name: 'Mock', api: 'Mock', url: '' }));
  t.like(await bedOf(store, 'Mock'), { state: 'clear' });
});

test('only an admin adds, changes and removes printers', async t => {
  const { application, actors } = await createTestApp();
  for (const actor of [actors.student, actors.plc, actors.operator]) {
    await refused(t, 'NotPermitted', () => application.addPrinter(actor, printer()));
    await refused(t, 'NotPermitted', () => application.changePrinter(actor, 'Printer1', {}));
    await refused(t, 'NotPermitted', () => application.removePrinter(actor, 'Printer1'));
  }
});

test('an OctoPrint without its key is refused, when it is added and when it is changed', async t => {
  const { application, actors, store } = await createTestApp();
  const refusal = await refused(t, 'InvalidArgument', () =>
    application.addPrinter(actors.admin, printer({ apiKey: ' ' })),
  );
  t.regex(refusal.message, /Application Keys/);
  await application.addPrinter(actors.admin, printer());
  await refused(t, 'InvalidArgument', () =>
    application.changePrinter(actors.admin, 'Printer1', { apiKey: '' }),
  );
  t.is((await store.get('printers', 1))?.apiKey, 'secret');
  await application.addPrinter(actors.admin, printer({ name: 'Mock', api: 'Mock', url: '', apiKey: '' }));
});

test('what makes no printer is InvalidArgument and leaves nothing', async t => {
  const { application, actors, store } = await createTestApp();
  const wrong: readonly Partial<AddPrinterCommand>[] = [
    { name: '' },
    { name: 'Drucker Ü' },
    { name: 'a/b' },
    { name: 'x'.repeat(65) },
    { url: '' },
    { url: 'octo' },
    { url: 'file:///etc/passwd' },
    { url: 'javascript:alert(1)' },
    { url: 'http://user:secret@octo' },
    { cameraUrl: 'ftp://camera' },
    { apiKey: 'a\r\nX-Evil: 1' },
    { apiKey: '…' },
    { model: 'x'.repeat(65) },
    { nozzleDiameter: 0 },
    { nozzleDiameter: Number.NaN },
    { api: 'Mock', url: 'nonsense' },
  ];
  for (const changes of wrong) {
    await refused(t, 'InvalidArgument', () => application.addPrinter(actors.admin, printer(changes)));
  }
  t.is(await store.count('printers'), 0);
  t.is(await store.count('beds'), 0);
});

test('a name is given once and never again, ignoring case', async t => {
  const { application, actors } = await createTestApp();
  await application.addPrinter(actors.admin, printer({ api: 'Mock' }));
  await refused(t, 'InvalidState', () => application.addPrinter(actors.admin, printer({ name: 'PRINTER1' })));
  await application.removePrinter(actors.admin, 'Printer1');
  const error = await refused(t, 'InvalidState', () => application.addPrinter(actors.admin, printer()));
  t.regex(error.message, /used before/);
});

test('a printer changes what is given and keeps the rest', async t => {
  const { application, actors, published } = await createTestApp();
  await application.addPrinter(actors.admin, printer());
  await application.changePrinter(actors.admin, 'printer1', { url: 'https://new', apiKey: 'other' });
  t.like((await application.getPrinter('Printer1')).printer, {
    url: 'https://new',
    apiKey: 'other',
    model: 'MK4',
    worker: true,
  });
  const commits = published.length;
  await application.changePrinter(actors.admin, 'Printer1', { url: 'https://new' });
  t.is(published.length, commits);
  await refused(t, 'InvalidArgument', () =>
    application.changePrinter(actors.admin, 'Printer1', { url: 'x' }),
  );
  await refused(t, 'NotFound', () => application.changePrinter(actors.admin, 'Nowhere', {}));
});

const giveBack: [string, (app: Awaited<ReturnType<typeof createTestApp>>) => Promise<unknown>][] = [
  ['stopping the worker', app => app.application.stopWorker(app.actors.operator, 'Printer1')],
  [
    'changing the worker to stopped',
    app => app.application.changePrinter(app.actors.admin, 'Printer1', { worker: false }),
  ],
  ['maintenance', app => app.application.setMaintenance(app.actors.operator, 'Printer1', true, 'nozzle')],
  ['removal', app => app.application.removePrinter(app.actors.admin, 'Printer1')],
];
for (const [what, command] of [
  ['model', { model: 'XL' }],
  ['bed', { bedSize: { width: 180, depth: 180 } }],
  ['nozzle', { nozzleDiameter: 0.6 }],
  ['material', { material: 'PETG' }],
  ['group', { group: 'other' }],
] as const) {
  const change = (app: Awaited<ReturnType<typeof createTestApp>>) =>
    app.application.changePrinter(app.actors.admin, 'Printer1', command);
  giveBack.push([`another ${what}`, change]);
}
for (const [title, act] of giveBack) {
  test(`${title} sends a scheduled job back to wait, and says why`, async t => {
    const app = await createTestApp();
    await app.addPrinter('Printer1');
    const id = await app.submit('plc');
    await app.setJob(id, {
      status: 'scheduled',
      printer: 'Printer1',
      attempt: 1,
      remoteName: 'mes-1-1.gcode',
    });
    await act(app);
    const job = await app.jobOf(id);
    t.like(job, { status: 'approved', printer: '', remoteName: '', attempt: 1 });
    t.regex(job.history.at(-1)?.reason ?? '', /Printer1/);
  });
}

test('what has nothing to do with what a printer can print leaves a scheduled job alone', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1', { model: 'XL' });
  const id = await app.submit('plc');
  await app.setJob(id, { status: 'scheduled', printer: 'Printer1' });
  for (const command of [{ model: 'XL' }, { colour: 'red' }, { cameraUrl: 'http://camera.lab' }]) {
    await app.application.changePrinter(app.actors.admin, 'Printer1', command);
  }
  t.is((await app.jobOf(id)).status, 'scheduled');
});

test('stopping the worker or maintenance leaves a running print alone', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  const job = await app.setJob(id, { status: 'printing', printer: 'Printer1' });
  await app.application.stopWorker(app.actors.operator, 'Printer1');
  await app.application.setMaintenance(app.actors.operator, 'Printer1', true, '');
  t.deepEqual(await app.jobOf(id), job);
});

test('workers and maintenance are switched by staff, and switching again changes nothing', async t => {
  const { application, actors, addPrinter, published } = await createTestApp();
  await addPrinter('Printer1');
  for (const actor of [actors.student, actors.plc]) {
    await refused(t, 'NotPermitted', () => application.startWorker(actor, 'Printer1'));
    await refused(t, 'NotPermitted', () => application.stopWorker(actor, 'Printer1'));
    await refused(t, 'NotPermitted', () => application.setMaintenance(actor, 'Printer1', true, ''));
  }
  const twice = async (act: () => Promise<void>, seen: object) => {
    await act();
    const commits = published.length;
    await act();
    t.is(published.length, commits);
    t.like((await application.getPrinter('Printer1')).printer, seen);
  };
  await twice(() => application.stopWorker(actors.operator, 'Printer1'), { worker: false });
  await twice(() => application.startWorker(actors.operator, 'Printer1'), { worker: true });
  const on = { maintenance: { on: true, reason: 'nozzle' } };
  await twice(() => application.setMaintenance(actors.operator, 'Printer1', true, 'nozzle'), on);
  const off = { maintenance: { on: false, reason: '' } };
  await twice(() => application.setMaintenance(actors.operator, 'Printer1', false, 'done'), off);
  await refused(t, 'NotFound', () => application.startWorker(actors.operator, 'Nowhere'));
});

test('at another address stands another machine: its bed waits for a person, and what was reserved waits again', async t => {
  const app = await createTestApp();
  const { application, actors } = app;
  const change = (url: string) => application.changePrinter(actors.admin, 'Printer1', { url });
  const bed = () => bedOf(app.store, 'Printer1');
  await app.addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo:80/one/' });
  const id = await app.submit('plc');
  await app.setJob(id, { status: 'scheduled', printer: 'Printer1', attempt: 1 });
  for (const same of ['HTTP://OCTO/one', 'http://octo:80/one//']) await change(same);
  t.is((await bed()).state, 'clear', 'the same address in other words');
  t.is((await app.jobOf(id)).status, 'scheduled');
  for (const other of ['https://octo/one', 'https://octo:8443/one', 'https://octo:8443', 'http://octo2']) {
    await application.confirmBedClear(actors.operator, 'Printer1');
    await change(other);
    t.like(await bed(), { state: 'occupied', content: 'unknown', needsPerson: true, jobId: 0 }, other);
  }
  t.like(await app.jobOf(id), { status: 'approved', printer: '' });
  t.regex((await app.jobOf(id)).history.at(-1)?.reason ?? '', /Printer1 got another address/);
  t.regex((await application.getPrinter('Printer1')).notReadyReason, /person has to look/);
  await application.confirmBedClear(actors.operator, 'Printer1');
  await application.changePrinter(actors.admin, 'Printer1', {
    url: 'http://octo2/',
    apiKey: 'new',
    model: 'XL',
  });
  t.is((await bed()).state, 'clear');
});

test('a mock printer is no address: its URL changes nothing and may be shared', async t => {
  const { application, actors, addPrinter, store } = await createTestApp();
  await addPrinter('Mock1', { url: 'http://mock' });
  await addPrinter('Mock2', { url: 'http://mock' });
  await application.changePrinter(actors.admin, 'Mock1', { url: 'http://other' });
  t.is((await bedOf(store, 'Mock1')).state, 'clear');
});

const inUse: readonly [JobStatus, RegExp][] = [
  ['starting', /^Job 1 is starting on Printer1: cancel it or wait/],
  ['printing', /it becomes unknown: resolve it then/],
  ['paused', /cancel it/],
  ['cancelIssued', /wait for its end/],
  ['unknown', /resolve it first/],
  ['printed', /take its plate and confirm the bed clear first/],
  ['pickupIssued', /confirm or release its pick-up first/],
];
for (const [status, advice] of inUse) {
  test(`the address of a printer stays while a job is ${status} there, and the refusal says what to do`, async t => {
    const app = await createTestApp();
    const { application, actors } = app;
    const printer = await app.addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo' });
    const id = await app.submit('plc');
    await app.setJob(id, { status, printer: 'Printer1' });
    const bed = await bedOf(app.store, 'Printer1');
    const refusal = await refused(t, 'InvalidState', () =>
      application.changePrinter(actors.admin, 'Printer1', { url: 'http://other' }),
    );
    t.regex(refusal.message, advice);
    t.true(refusal.message.length <= 200);
    t.deepEqual(await bedOf(app.store, 'Printer1'), bed);
    t.deepEqual(await app.store.get('printers', printer.id), printer);
    await application.changePrinter(actors.admin, 'Printer1', { url: 'http://OCTO:80/', model: 'XL' });
  });
}

test('the address of a printer stays while a robot holds its plate', async t => {
  const app = await createTestApp();
  const { application, actors } = app;
  await app.addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo' });
  await app.put('beds', { ...(await bedOf(app.store, 'Printer1')), state: 'occupied', content: 'scrap' });
  const { pickupId } = await application.beginPickup(actors.plc, 'Printer1', 'R1');
  const refusal = await refused(t, 'InvalidState', () =>
    application.changePrinter(actors.admin, 'Printer1', { url: 'http://other' }),
  );
  t.regex(refusal.message, new RegExp(`Pick-up ${pickupId} holds Printer1`));
});

test('two printers never share an address, of one kind or two, and the refusal names the other', async t => {
  const { application, actors, addPrinter, store } = await createTestApp();
  await addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo/api' });
  const taken = async (act: () => Promise<unknown>) =>
    t.regex(
      (await refused(t, 'InvalidArgument', act)).message,
      /^Printer Printer1 \(OctoPrint\) has that url/,
    );
  for (const url of [
    'http://octo/api',
    'http://OCTO:80/api/',
    'http://octo./api',
    'https://octo:80/api?x=1',
  ]) {
    await taken(() => application.addPrinter(actors.admin, printer({ name: 'Printer2', url })));
  }
  const other = { name: 'Printer2', api: 'Moonraker', url: 'http://octo/api' } as const;
  await taken(() => application.addPrinter(actors.admin, printer(other)));
  t.is(await store.count('printers'), 1);
  await application.addPrinter(actors.admin, printer({ name: 'Printer2', url: 'http://octo/api2' }));
  await taken(() => application.changePrinter(actors.admin, 'Printer2', { url: 'http://octo:80/api' }));
  t.like(await store.get('printers', 2), { url: 'http://octo/api2' });
  await application.changePrinter(actors.admin, 'Printer1', { url: 'http://octo/api/' });
  await application.removePrinter(actors.admin, 'Printer1');
  await application.changePrinter(actors.admin, 'Printer2', { url: 'http://octo/api' });
  await application.addPrinter(actors.admin, printer({ name: 'Mock1', api: 'Mock', url: 'http://octo/api' }));
});

test('a name or address that is taken is refused before anything is asked there', async t => {
  const looked: string[] = [];
  const { application, actors } = await createTestApp({
    probe: {
      async probe({ url }) {
        looked.push(url);
        return probeReport();
      },
    },
  });
  await application.addPrinter(actors.admin, printer({ url: 'http://octo' }));
  t.deepEqual(looked, ['http://octo']);
  const other = { name: 'Printer2', url: 'http://OCTO/' };
  await refused(t, 'InvalidArgument', () => application.addPrinter(actors.admin, printer(other)));
  const again = { url: 'http://octo2' };
  await refused(t, 'InvalidState', () => application.addPrinter(actors.admin, printer(again)));
  await refused(t, 'NotPermitted', () => application.addPrinter(actors.operator, printer({ name: 'P3' })));
  t.is(looked.length, 1);
});

test('an address that was taken while it was looked at is refused', async t => {
  let look = async () => probeReport();
  const { application, actors, store } = await createTestApp({ probe: { probe: () => look() } });
  look = async () => {
    look = async () => probeReport();
    await application.addPrinter(actors.admin, printer());
    return probeReport();
  };
  await refused(t, 'InvalidArgument', () =>
    application.addPrinter(actors.admin, printer({ name: 'Printer2' })),
  );
  t.is(await store.count('printers'), 1);
});

test('printers that shared an address before it was refused are changed as any others', async t => {
  const { application, actors, addPrinter, put, store } = await createTestApp();
  await addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo' });
  const second = await addPrinter('Printer2', { api: 'OctoPrint', url: 'http://octo2' });
  await put('printers', { ...second, url: 'http://octo/' });
  await application.changePrinter(actors.admin, 'Printer2', { model: 'XL', url: 'http://OCTO' });
  t.like(await store.get('printers', second.id), { model: 'XL', url: 'http://OCTO' });
  await application.changePrinter(actors.admin, 'Printer2', { url: 'http://octo2' });
  await refused(t, 'InvalidArgument', () =>
    application.changePrinter(actors.admin, 'Printer2', { url: 'http://octo' }),
  );
});

test('a printer with a job on it or a plate on its bed is not removed', async t => {
  const pinning: readonly JobStatus[] = [
    'starting',
    'printing',
    'paused',
    'printed',
    'pickupIssued',
    'cancelIssued',
    'unknown',
  ];
  for (const status of pinning) {
    const app = await createTestApp();
    await app.addPrinter('Printer1');
    const id = await app.submit('plc');
    await app.setJob(id, { status, printer: 'Printer1' });
    const error = await refused(t, 'InvalidState', () =>
      app.application.removePrinter(app.actors.admin, 'Printer1'),
    );
    t.regex(error.message, new RegExp(`Job ${id}`));
  }
  const { application, actors } = await createTestApp();
  await application.addPrinter(actors.admin, printer());
  await refused(t, 'InvalidState', () => application.removePrinter(actors.admin, 'Printer1'));
});

test('a removed printer is gone, without its key, and jobs that wanted it say so', async t => {
  const { application, actors, addPrinter, submit, store } = await createTestApp();
  await addPrinter('Printer1');
  await addPrinter('Printer2');
  const id = await submit('plc', { printer: 'Printer1' });
  await application.removePrinter(actors.admin, 'Printer1');
  await application.removePrinter(actors.admin, 'Printer1');
  await refused(t, 'NotFound', () => application.getPrinter('Printer1'));
  t.deepEqual(
    (await application.findPrinters()).map(view => view.printer.name),
    ['Printer2'],
  );
  t.like((await store.find('printers'))[0], { removed: true, apiKey: '', worker: false });
  t.regex((await application.getJob(actors.plc, id)).waitingReason, /Printer1 is no longer in the lab/);
  await refused(t, 'NotFound', () => application.removePrinter(actors.admin, 'Nowhere'));
});

test('a foreign print that has ended does not pin its printer', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const id = await app.submit('plc');
  await app.setJob(id, { status: 'printed', fromServer: false, printer: 'Printer1' });
  await t.notThrowsAsync(app.application.removePrinter(app.actors.admin, 'Printer1'));
});

test('a printer shows its job, bed, pick-up and what keeps it from taking a job', async t => {
  const { application, addPrinter, submit, setJob } = await createTestApp();
  await addPrinter('Printer1', { group: 'one' });
  await addPrinter('Printer2', { group: 'two' });
  t.like(await application.getPrinter('PRINTER1'), { notReadyReason: '', job: undefined, pickup: undefined });
  const id = await submit('plc');
  await setJob(id, { status: 'printing', printer: 'Printer1' });
  const view = await application.getPrinter('Printer1');
  t.is(view.job?.id, id);
  t.regex(view.notReadyReason, /Job 1 is on it/);
  t.is(view.snapshot?.state, 'idle');
  t.deepEqual(
    (await application.findPrinters('two')).map(one => one.printer.name),
    ['Printer2'],
  );
});

test('a printer whose bed is lost is an error that names it, never a printer that is not there', async t => {
  const { application, addPrinter, store } = await createTestApp();
  await addPrinter('Printer1');
  const { id } = await addPrinter('Printer2');
  await store.transaction(async tx => tx.delete('beds', id));
  const expected = { message: 'The store has no bed of Printer2.' };
  await t.throwsAsync(() => application.findPrinters(), expected);
  await t.throwsAsync(() => application.figures(), expected);
});

test('whoever looks after a printer makes its worker look at once, also when nothing changes', async t => {
  const asked: number[] = [];
  const { application, actors, addPrinter } = await createTestApp({ lookNow: id => asked.push(id) });
  const { id } = await addPrinter('Printer1');
  await application.startWorker(actors.operator, 'Printer1');
  await application.changePrinter(actors.admin, 'Printer1', {});
  await application.probeAgain(actors.admin, 'Printer1');
  t.deepEqual(asked, [id, id, id]);
});

for (const change of [{ url: 'http://other' }, { apiKey: 'another' }, { username: 'maker' }]) {
  test(`what a look found counts for nothing once another ${Object.keys(change)} was given`, async t => {
    const report = probeReport({ model: 'MK4' });
    let look = async () => awayReport;
    const { application, actors, store } = await createTestApp({ probe: { probe: () => look() } });
    const real = printer({ api: 'PrusaLink', url: 'http://printer', model: '' });
    await application.addPrinter(actors.admin, real);
    look = async () => {
      await application.changePrinter(actors.admin, real.name, change);
      return report;
    };
    await application.probeAgain(actors.operator, real.name);
    const row = required(await store.get('printers', 1), 'printer');
    t.is(row.model, '');
    t.is(row.identified, undefined);
    look = async () => report;
    await application.probeAgain(actors.operator, real.name);
    t.like(await store.get('printers', 1), { model: 'MK4', identified: 'told' });
  });
}
