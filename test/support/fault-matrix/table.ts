import { type Fault, faults, type Phase, phases } from './faults.ts';
import type { CellResult } from './run-cell.ts';

export interface ToldCell {
  readonly standIn: string;
  readonly fault: Fault;
  readonly phase: Phase;
  readonly result: CellResult;
}

const pad = (text: string, width: number): string => text.padEnd(width);

/** `printed 1x`: what the first job came to, and how often it physically started. */
const wordOf = ({ result }: ToldCell): string => {
  const { outcome, starts, met, faults: wrong } = result;
  return `${wrong.length > 0 ? '!! ' : ''}${outcome} ${starts}x${met ? '' : ' (not met)'}`;
};

/** One table for each stand-in: faults down, phases across; below it why jobs did not end as they were meant to. */
export const tableOf = (cells: readonly ToldCell[]): string => {
  const lines: string[] = [];
  for (const name of new Set(cells.map(({ standIn }) => standIn))) {
    const mine = cells.filter(({ standIn }) => standIn === name);
    const rows = [
      ['', ...phases],
      ...faults
        .filter(fault => mine.some(one => one.fault === fault))
        .map(fault => [
          fault,
          ...phases.map(phase => {
            const cell = mine.find(one => one.fault === fault && one.phase === phase);
            return cell === undefined ? '-' : wordOf(cell);
          }),
        ]),
    ];
    const widths = ['', ...phases].map((_, column) =>
      Math.max(...rows.map(row => (row[column] ?? '').length)),
    );
    lines.push('', `## ${name}`, '');
    for (const row of rows) {
      lines.push(
        row
          .map((text, column) => pad(text, widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
    }
    lines.push('');
    for (const { fault, result } of mine) {
      if (result.probe !== '') lines.push(`probe, ${fault}: ${result.probe}`);
    }
    for (const { fault, phase, result } of mine) {
      const expected = phase === 'cancel' ? 'cancelled' : 'printed';
      if (result.outcome !== expected) lines.push(`${phase}, ${fault}: ${result.outcome}. ${result.reason}`);
      for (const one of result.faults) lines.push(`!! ${phase}, ${fault}: ${one}`);
    }
  }
  return lines.join('\n');
};
