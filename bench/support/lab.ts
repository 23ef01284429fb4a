/** The lab that both servers show: the same printers, the same values that change. */
export const PRINTERS = Number(process.env.BENCH_PRINTERS ?? 50);
export const FILE_ID = 'f-bench';
export const PASSWORD = 'benchmark password';
export const USERNAME = 'plc';

export const printerNames: readonly string[] = Array.from(
  { length: PRINTERS },
  (_, index) => `Printer${index + 1}`,
);

/** Variables that change with each reading of a printer. */
export const livePaths = ['Nozzle/Actual', 'Bed/Actual', 'Head/X', 'Head/Y', 'Head/Z'] as const;
export type LivePath = (typeof livePaths)[number];

/** Public ones, for reads. */
const readPaths = [
  'State',
  'StateCode',
  'Ready',
  'Online',
  'Fault',
  'Attention',
  'Maintenance',
  'UpdateTime',
  'Nozzle/Target',
  'Nozzle/Actual',
  'Bed/Target',
  'Bed/Actual',
  'Bed/Clear',
  'Job/Progress',
  'Name',
  'Model',
] as const;

const idsOf = (paths: readonly string[]): readonly string[] =>
  printerNames.flatMap(name => paths.map(path => `ns=3;s=Printers/${name}/${path}`));

/** 800 of 50 printers. */
export const readIds = idsOf(readPaths);
/** 250 of 50 printers. */
export const liveIds = idsOf(livePaths);

/** The n-th reading of a printer: every value differs from the one before. */
export const readingOf = (printer: number, n: number): Readonly<Record<LivePath, number>> => ({
  'Nozzle/Actual': 200 + ((n * 7 + printer) % 50) / 10,
  'Bed/Actual': 60 + ((n * 3 + printer) % 40) / 10,
  'Head/X': (n * 11 + printer) % 250,
  'Head/Y': (n * 13 + printer) % 210,
  'Head/Z': (n + printer) % 200,
});
