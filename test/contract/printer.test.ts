import test from 'ava';
import { addPrinterSchema, changePrinterSchema } from '../../src/contract/printer.ts';

for (const [given, api] of [
  ['OctoPrint', 'OctoPrint'],
  ['OCTOPRINT', 'OctoPrint'],
  ['Prusa', 'PrusaLink'],
  ['prusalink', 'PrusaLink'],
  ['Moonraker', 'Moonraker'],
  [' mock ', 'Mock'],
] as const) {
  test(`the api ${JSON.stringify(given)} is ${api}`, t => {
    t.is(addPrinterSchema.parse({ api: given }).api, api);
  });
}

test('names of built-in properties are no api', t => {
  for (const api of ['constructor', '__proto__', 'toString', '']) {
    t.false(addPrinterSchema.safeParse({ api }).success, api);
  }
});

test('a new printer has a worker unless one says otherwise', t => {
  t.true(addPrinterSchema.parse({ api: 'Mock' }).worker);
  t.false(addPrinterSchema.parse({ api: 'Mock', worker: false }).worker);
});

test('a change names known fields alone, and never the name or api', t => {
  t.deepEqual(changePrinterSchema.parse({ nozzle_diameter: null }), { nozzle_diameter: null });
  for (const change of [{ opcua_name: 'P2' }, { api: 'Mock' }, { apikey: 'x' }]) {
    t.false(changePrinterSchema.safeParse(change).success);
  }
});
