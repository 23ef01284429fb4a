/** Prints the fault matrix: `npm run fault-matrix`, or `npm run fault-matrix -- octoprint` for some. */
import { isPossible } from './faults.ts';
import { runCell } from './run-cell.ts';
import { type Subject, subjects } from './stand-ins.ts';
import { type ToldCell, tableOf } from './table.ts';

const all: ReadonlyMap<string, Subject> = new Map(Object.entries(subjects));
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !all.has(name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: choose from ${[...all.keys()].join(', ')}.`);
  process.exit(1);
}

const cells: ToldCell[] = [];
for (const [key, { name, start, phases, faults }] of all) {
  if (wanted.length > 0 && !wanted.includes(key)) continue;
  const mine: ToldCell[] = [];
  for (const fault of faults) {
    for (const phase of phases.filter(one => isPossible({ fault, phase: one }))) {
      mine.push({ standIn: name, fault, phase, result: await runCell(start, { fault, phase }) });
    }
  }
  console.log(tableOf(mine));
  cells.push(...mine);
}
const wrong = cells.filter(({ result }) => result.faults.length > 0).length;
console.log(`\n${cells.length} cells, ${wrong} of them wrong.`);
process.exit(wrong === 0 ? 0 : 1);
