import test from 'ava';
import type { AddPrinterCommand } from '../../../src/app/application.ts';
import { createTestApp } from '../../support/app.ts';
import { emptyMetadata, probeReport } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const XL = { width: 360, depth: 360 };
const MINI = { width: 180, depth: 180 };

const real: AddPrinterCommand = {
  name: 'Printer1',
  api: 'OctoPrint',
  url: 'http://octo.lab',
  apiKey: 'secret',
  group: '',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
};

test('a bed is what staff say, else what the printer tells, else unknown', async t => {
  let told: typeof MINI | null = null;
  const probe = { probe: async () => probeReport({ bedSize: told }) };
  const { application, actors } = await createTestApp({ probe });
  const add = async (command: Partial<AddPrinterCommand>, bedSize: typeof MINI | null) => {
    told = bedSize;
    return (await application.addPrinter(actors.admin, { ...real, ...command })).printer;
  };
  t.deepEqual((await add({ name: 'A', url: 'http://a.lab', bedSize: XL }, MINI)).bedSize, XL);
  t.deepEqual((await add({ name: 'B', url: 'http://b.lab' }, MINI)).bedSize, MINI);
  t.falsy((await add({ name: 'C', url: 'http://c.lab', bedSize: null }, null)).bedSize);
  told = MINI;
  await application.probeAgain(actors.admin, 'A');
  t.deepEqual((await application.getPrinter('A')).printer.bedSize, XL, 'kept');
  await application.probeAgain(actors.admin, 'C');
  t.deepEqual((await application.getPrinter('C')).printer.bedSize, MINI, 'filled in');
});

test('a bed is changed, left as it is, or made unknown again; nonsense is refused', async t => {
  const { application, actors, addPrinter } = await createTestApp();
  await addPrinter('Printer1', { bedSize: XL });
  const change = (bedSize: typeof XL | null) =>
    application.changePrinter(actors.admin, 'Printer1', { bedSize });
  t.deepEqual((await change(MINI)).bedSize, MINI);
  const other = await application.changePrinter(actors.admin, 'Printer1', { model: 'MINI' });
  t.deepEqual(other.bedSize, MINI);
  t.is((await change(null)).bedSize, null);
  for (const bedSize of [
    { width: 0, depth: 10 },
    { width: 10, depth: -1 },
    { width: Number.NaN, depth: 10 },
    { width: 10, depth: 5001 },
  ]) {
    const refusal = await refused(t, 'InvalidArgument', () => change(bedSize));
    t.is(refusal.message, 'The width and depth of a bed are in mm: more than 0, at most 5000.');
    await refused(t, 'InvalidArgument', () => application.addPrinter(actors.admin, { ...real, bedSize }));
  }
});

test('a file for a larger bed than any printer has is refused with each bed, until one is large enough', async t => {
  const { application, actors, addFile, addPrinter, submit } = await createTestApp();
  const { id: file } = await addFile('student', { metadata: { ...emptyMetadata, bedSize: XL } });
  await addPrinter('Printer1', { bedSize: MINI });
  const error = await refused(t, 'NoCompatiblePrinter', () => submit('student', { file }));
  const reason = 'The file wants a bed of 360 x 360 mm, Printer1 has 180 x 180 mm.';
  t.deepEqual(error.details, [{ of: 'Printer1', reason }]);
  await application.changePrinter(actors.admin, 'Printer1', { bedSize: null });
  await t.notThrowsAsync(submit('student', { file }), 'nobody knows');
  await application.changePrinter(actors.admin, 'Printer1', { bedSize: XL });
  await t.notThrowsAsync(submit('student', { file }));
});
