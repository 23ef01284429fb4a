import test from 'ava';
import type { AddPrinterCommand } from '../../../src/app/application.ts';
import { createTestApp } from '../../support/app.ts';
import { awayReport, probeReport, silentProbe } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const prusa: AddPrinterCommand = {
  name: 'Printer1',
  api: 'PrusaLink',
  url: 'http://prusa.lab',
  apiKey: 'secret',
  group: '',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
};

test('binary g-code is refused at submission once a look at the printer has told that it takes none', async t => {
  let report = awayReport;
  const probe = { probe: async () => report };
  const { application, actors, addFile, submit } = await createTestApp({ probe });
  const { id: file } = await addFile('student', { kind: 'bgcode' });
  await application.addPrinter(actors.admin, prusa);
  await t.notThrowsAsync(submit('student', { file }), 'nobody knows yet');
  report = probeReport({ takesBgcode: false });
  await application.probeAgain(actors.admin, 'Printer1');
  const error = await refused(t, 'NoCompatiblePrinter', () => submit('student', { file }));
  t.regex(error.message, /Printer1 \(PrusaLink\) cannot print binary g-code/);
  await application.changePrinter(actors.admin, 'Printer1', { url: 'http://other.lab' });
  await t.notThrowsAsync(submit('student', { file }), 'another machine, of which nobody knows');
});

test('what a printer told of binary g-code when it was added counts', async t => {
  const probe = silentProbe({ takesBgcode: false });
  const { application, actors, addFile, submit } = await createTestApp({ probe });
  const { id: file } = await addFile('student', { kind: 'bgcode' });
  await application.addPrinter(actors.admin, prusa);
  await refused(t, 'NoCompatiblePrinter', () => submit('student', { file }));
});

test('a material that the printer tells when it is looked at never stands as what staff entered', async t => {
  const { application, actors } = await createTestApp({
    probe: silentProbe({ material: 'PLA' }),
  });
  const { printer } = await application.addPrinter(actors.admin, prusa);
  t.is(printer.material, '');
  await application.probeAgain(actors.admin, 'Printer1');
  t.is((await application.getPrinter('Printer1')).printer.material, '');
});
