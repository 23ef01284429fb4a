import test from 'ava';
import type { GcodeMetadata } from '../../src/domain/gcode-file.ts';
import type { LoadedFilament, Printer } from '../../src/domain/printer.ts';
import { createSuitability } from '../../src/domain/suitability.ts';
import { someFile, someJob, somePrinter, TIME } from '../support/domain.ts';
import { emptyMetadata } from '../support/fakes.ts';

const suitability = createSuitability({ now: new Date(TIME), timeZone: 'UTC', printers: [] });

const cases: readonly {
  readonly title: string;
  readonly file?: Partial<GcodeMetadata>;
  readonly printer?: Partial<Printer>;
  readonly filament?: Partial<LoadedFilament>;
  readonly reason: RegExp;
}[] = [
  { title: 'a file without a material goes anywhere', printer: { material: 'PLA' }, reason: /^$/ },
  {
    title: 'the loaded material',
    file: { material: 'Pla' },
    printer: { material: 'PLA' },
    reason: /^$/,
  },
  {
    title: 'another material',
    file: { material: 'PETG' },
    printer: { material: 'PLA' },
    reason: /wants PETG, Printer1 has PLA loaded/,
  },
  {
    title: 'all materials of a file for several tools',
    file: { material: 'PLA;PVA' },
    printer: { material: 'PVA, PETG, PLA' },
    reason: /^$/,
  },
  {
    title: 'one of them missing',
    file: { material: 'PLA;PVA' },
    printer: { material: 'PLA' },
    reason: /wants PLA;PVA/,
  },
  {
    title: 'a material that nobody has confirmed',
    file: { material: 'PLA' },
    printer: { api: 'PrusaLink' },
    reason: /not known: staff confirm its material/,
  },
  {
    title: 'a printer that staff let print any material',
    file: { material: 'PLA' },
    printer: { api: 'PrusaLink', material: 'any' },
    reason: /^$/,
  },
  { title: 'a simulated printer, of which nobody said', file: { material: 'PLA' }, reason: /^$/ },
  {
    title: 'what staff entered, over what the printer itself tells of one tool',
    file: { material: 'PETG' },
    printer: { material: 'PLA, PETG' },
    filament: { material: 'PLA' },
    reason: /^$/,
  },
  {
    title: 'what staff entered, also when the printer itself tells what the file wants',
    file: { material: 'PLA' },
    printer: { material: 'ASA' },
    filament: { material: 'PLA' },
    reason: /wants PLA, Printer1 has ASA loaded, as staff entered/,
  },
  {
    title: 'what the printer itself tells, where nobody entered anything',
    file: { material: 'PLA' },
    filament: { material: 'ASA' },
    reason: /wants PLA, Printer1 tells that it has ASA loaded/,
  },
  { title: 'filament that has run out', filament: { present: false }, reason: /has no filament/ },
  {
    title: 'too little filament',
    file: { filamentWeight: 120.2 },
    filament: { remaining: 100.9 },
    reason: /needs 121 g, Printer1 has 100 g left/,
  },
  {
    title: 'enough filament',
    file: { filamentWeight: 120 },
    filament: { remaining: 120 },
    reason: /^$/,
  },
  {
    title: 'hours of the printer',
    file: { printTime: 7200 },
    printer: { hours: { limits: 'start', weekly: [], closedDays: [], longestPrint: 3600 } },
    reason: /^Printer1: the print takes 2 h 0 min/,
  },
];

for (const { title, file, printer, filament, reason } of cases) {
  test(`suitability: ${title}`, t => {
    const candidate = { job: someJob(), file: someFile({ metadata: { ...emptyMetadata, ...file } }) };
    const seat = {
      printer: somePrinter(printer),
      notReady: '',
      filament: filament === undefined ? null : { present: null, material: '', remaining: null, ...filament },
    };
    t.regex(suitability(candidate, seat), reason);
  });
}
