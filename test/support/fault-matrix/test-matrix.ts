import test from 'ava';
import { isPossible } from './faults.ts';
import { runCell } from './run-cell.ts';
import type { Subject } from './stand-ins.ts';

/** A test for each cell, one after the other. */
export const testMatrix = ({ name, start, phases, faults }: Subject): void => {
  for (const phase of phases) {
    for (const fault of faults.filter(one => isPossible({ fault: one, phase }))) {
      test.serial(`${name}, ${phase}, ${fault}: the truth is stored, and the printer goes on`, async t => {
        const result = await runCell(start, { fault, phase });
        t.deepEqual(result.faults, [], result.faults.join('\n'));
      });
    }
  }
};
