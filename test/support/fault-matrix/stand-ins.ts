import { startBuddy, startNewBuddy } from './buddy.ts';
import { type Fault, faults, type Phase, phases } from './faults.ts';
import { startMock } from './mock.ts';
import { startKlipperHost, startMoonraker } from './moonraker.ts';
import { startOctoPrint } from './octoprint.ts';
import { startRaspberry } from './raspberry.ts';
import type { StartStandIn } from './run-cell.ts';

export interface Subject {
  readonly name: string;
  readonly start: StartStandIn;
  readonly phases: readonly Phase[];
  readonly faults: readonly Fault[];
}

const restarts: readonly Fault[] = ['host restarted before', 'host restarted after'];

/** Every kind of printer that the matrix is run against. */
export const subjects = {
  mock: { name: 'Mock', start: startMock, phases, faults },
  octoprint: { name: 'OctoPrint', start: startOctoPrint, phases, faults },
  moonraker: { name: 'Moonraker', start: startMoonraker, phases, faults },
  buddy: { name: 'PrusaLink (Buddy)', start: startBuddy, phases, faults },
  newBuddy: {
    name: 'PrusaLink (Buddy), its first print here',
    start: startNewBuddy,
    phases: ['start'],
    faults,
  },
  raspberry: { name: 'PrusaLink (Raspberry Pi)', start: startRaspberry, phases, faults },
  klipperHost: { name: 'Moonraker, its computer', start: startKlipperHost, phases, faults: restarts },
} as const satisfies Readonly<Record<string, Subject>>;
