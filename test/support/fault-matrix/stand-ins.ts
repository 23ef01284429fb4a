import { startBuddy, startNewBuddy } from './buddy.ts';
import { type Phase, phases } from './faults.ts';
import { startMock } from './mock.ts';
import { startMoonraker } from './moonraker.ts';
import { startOctoPrint } from './octoprint.ts';
import type { StartStandIn } from './run-cell.ts';

export interface Subject {
  readonly name: string;
  readonly start: StartStandIn;
  readonly phases: readonly Phase[];
}

/** Every kind of printer that the matrix is run against. */
export const subjects = {
  mock: { name: 'Mock', start: startMock, phases },
  octoprint: { name: 'OctoPrint', start: startOctoPrint, phases },
  moonraker: { name: 'Moonraker', start: startMoonraker, phases },
  buddy: { name: 'PrusaLink (Buddy)', start: startBuddy, phases },
  newBuddy: { name: 'PrusaLink (Buddy), its first print here', start: startNewBuddy, phases: ['start'] },
} as const satisfies Readonly<Record<string, Subject>>;
