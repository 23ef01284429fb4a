import test from 'ava';
import { createWish, incompatibleReason, isWanted } from '../../src/domain/compatibility.ts';
import { someFile, somePrinter } from '../support/domain.ts';
import { emptyMetadata } from '../support/fakes.ts';

test('a file for another model or nozzle is incompatible, and the reason names both', t => {
  const file = someFile({ metadata: { ...emptyMetadata, printerModel: 'MK4S', nozzleDiameter: 0.4 } });
  t.regex(incompatibleReason(file, somePrinter({ model: 'Prusa XL' })), /MK4S.*Prusa XL/);
  t.regex(incompatibleReason(file, somePrinter({ model: 'MK4S', nozzleDiameter: 0.6 })), /0.4 mm.*0.6 mm/);
  t.is(incompatibleReason(file, somePrinter({ model: 'MK4S', nozzleDiameter: 0.4 })), '');
});

test('a file for a larger bed is incompatible, within a millimetre', t => {
  const file = someFile({ metadata: { ...emptyMetadata, bedSize: { width: 250, depth: 211 } } });
  t.regex(
    incompatibleReason(file, somePrinter({ bedSize: { width: 180, depth: 180 } })),
    /bed of 250 x 211 mm, Printer1 has 180 x 180 mm/,
  );
  t.is(incompatibleReason(file, somePrinter({ bedSize: { width: 250, depth: 210 } })), '');
  t.not(incompatibleReason(file, somePrinter({ bedSize: { width: 300, depth: 200 } })), '');
});

test('what nobody said excludes nothing', t => {
  const file = someFile({ metadata: { ...emptyMetadata, printerModel: 'MK4S', nozzleDiameter: 0.4 } });
  t.is(incompatibleReason(file, somePrinter()), '');
  t.is(incompatibleReason(someFile(), somePrinter({ model: 'Prusa XL', nozzleDiameter: 0.4 })), '');
});

test('binary g-code goes only to printers that read it', t => {
  const file = someFile({ kind: 'bgcode' });
  t.is(incompatibleReason(file, somePrinter({ api: 'PrusaLink' })), '');
  t.regex(incompatibleReason(file, somePrinter({ api: 'OctoPrint' })), /binary g-code/);
  t.regex(incompatibleReason(file, somePrinter({ api: 'Moonraker' })), /binary g-code/);
  const raspberry = somePrinter({ api: 'PrusaLink', takesBgcode: false });
  t.regex(incompatibleReason(file, raspberry), /binary g-code/, 'as it told itself');
  t.is(incompatibleReason(file, somePrinter({ api: 'OctoPrint', takesBgcode: true })), '');
});

test('a wish is any printer, one by its name, or one of a group, ignoring case', t => {
  const printer = somePrinter({ name: 'Printer1', group: 'Lab' });
  for (const wish of ['', 'printer1', 'PRINTER1', 'group:lab']) t.true(isWanted(wish, printer), wish);
  for (const wish of ['Printer', 'Printer11', 'lab', 'group:other']) t.false(isWanted(wish, printer), wish);
});

test('a simulated printer prints only what wants no real one', t => {
  const mock = somePrinter({ name: 'Mock1', group: 'Lab' });
  const other = somePrinter({ name: 'Mock2', group: 'demo' });
  const real = somePrinter({ name: 'XL1', api: 'PrusaLink', group: 'lab' });
  const alone = createWish([mock, other]);
  for (const wish of ['', 'mock1', 'group:lab']) t.true(alone(wish, mock), `${wish} in a lab of mocks alone`);
  const mixed = createWish([mock, other, real]);
  t.false(mixed('', mock), 'any printer');
  t.false(mixed('', other), 'any printer, from another group');
  t.false(mixed('group:LAB', mock), 'a group with a real one');
  t.true(mixed('group:demo', other), 'a group of mocks alone');
  t.true(mixed('Mock1', mock), 'by its name');
  for (const wish of ['', 'group:lab', 'XL1']) t.true(mixed(wish, real), `${wish}: the real one`);
  t.true(createWish([mock, { ...real, removed: true }])('', mock), 'a removed printer is none of the lab');
});

test('a model is named as it is read aloud', t => {
  const file = someFile({ metadata: { ...emptyMetadata, printerModel: 'X1C' } });
  const told = (model: string) => incompatibleReason(file, somePrinter({ model }));
  t.regex(told('Original Prusa MK4'), /Printer1 is an Original Prusa MK4\.$/);
  t.regex(told('MK4'), /is an MK4\.$/);
  t.regex(told('XL'), /is an XL\.$/);
  t.regex(told('MINI+'), /is a MINI\+\.$/);
  t.regex(told('Voron 2.4'), /is a Voron 2\.4\.$/);
  t.regex(told('Prusa XL'), /is a Prusa XL\.$/);
  t.regex(told('Rat Rig'), /is a Rat Rig\.$/);
});
