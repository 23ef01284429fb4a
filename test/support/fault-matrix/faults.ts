import type { DriverCall } from '../lab/connection.ts';
import type { Mishap } from '../mishaps.ts';
import type { Meet } from './connection.ts';
import type { StandIn } from './stand-in.ts';

export const faults = [
  'refused',
  'black hole',
  'slow loris',
  'reset in the middle',
  'reset before the answer',
  '500s',
  'garbage',
  'key revoked',
  'host restarted before',
  'host restarted after',
  'we are killed before',
  'we are killed after',
  'no evidence',
] as const;
export type Fault = (typeof faults)[number];

export const phases = ['probe', 'upload', 'start', 'printing', 'pause', 'cancel', 'end', 'delete'] as const;
export type Phase = (typeof phases)[number];

/** In ms: how long those faults last that do not pass in a moment. */
export const FAULT_TIME = 90_000;
/** In ms: longer than a print counts as known without evidence. */
const NO_EVIDENCE_TIME = 1_000_000;
export const faultTimeOf = (fault: Fault): number =>
  fault === 'no evidence' ? NO_EVIDENCE_TIME : FAULT_TIME;

const phaseCalls: Readonly<Record<Phase, readonly DriverCall[]>> = {
  probe: ['identify'],
  upload: ['upload'],
  start: ['start'],
  printing: ['read'],
  pause: ['pause'],
  cancel: ['cancel'],
  end: ['read', 'outcomeOf'],
  delete: ['remove'],
};

/** Phases whose request changes something: that one is hit, not the questions before it. */
const changing: readonly Phase[] = ['upload', 'start', 'pause', 'cancel', 'delete'];

const lasting = {
  'black hole': 'blackHole',
  'slow loris': 'slowLoris',
  '500s': 'error500',
  garbage: 'garbage',
} as const satisfies Partial<Record<Fault, Mishap>>;

const isLasting = (fault: Fault): fault is keyof typeof lasting => fault in lasting;

export interface Cell {
  readonly fault: Fault;
  readonly phase: Phase;
}

/** What became of a print is asked only where one was begun, or may have been. */
export const isPossible = ({ fault, phase }: Cell): boolean =>
  fault !== 'no evidence' || phase === 'start' || phase === 'end';

export interface CellDeps {
  readonly standIn: StandIn;
  readonly now: () => Date;
  readonly kill: () => void;
}

/** One fault, at the first request of its phase once it is armed; some last for a while and hit everything then. */
export const createFault = ({ fault, phase }: Cell, { standIn, now, kill }: CellDeps) => {
  let armed = false;
  let begun: number | undefined;
  let ended = false;

  const hits = (call: DriverCall, changes: boolean): boolean =>
    armed &&
    begun === undefined &&
    phaseCalls[phase].includes(call) &&
    (changes || !changing.includes(phase));

  const begin = (): void => {
    begun = now().getTime();
  };

  const meet: Meet = (call, changes) => {
    const first = hits(call, changes);
    if (first) begin();
    if (isLasting(fault)) return { mishap: begun !== undefined && !ended ? lasting[fault] : undefined };
    if (fault === 'no evidence' && begun !== undefined && !ended && call === 'outcomeOf')
      return { mishap: 'error500' };
    if (!first) return {};
    switch (fault) {
      case 'key revoked':
        return { before: () => standIn.revokeKey() };
      case 'reset in the middle':
        return { mishap: 'halfRequest' };
      case 'reset before the answer':
        return { mishap: 'lostAnswer' };
      case 'host restarted before':
        return { mishap: 'halfRequest', before: () => standIn.restart() };
      case 'host restarted after':
        return { mishap: 'lostAnswer', after: () => standIn.restart() };
      case 'we are killed before':
        return { mishap: 'halfRequest', before: kill };
      case 'we are killed after':
        return { mishap: 'lostAnswer', after: kill };
      case 'no evidence':
        // It is read as ever; a start gets lost.
        return phase === 'start' ? { mishap: 'halfRequest' } : {};
      case 'refused':
        return {};
    }
  };

  return {
    meet,
    arm(): void {
      armed = true;
    },
    get hasBegun() {
      return begun !== undefined;
    },
    /** Before each call: a host that is gone takes no connection at all. */
    async enter(call: DriverCall): Promise<void> {
      if (fault === 'refused' && hits(call, true)) {
        begin();
        await standIn.connection.refuse(true);
      }
      if (begun === undefined || ended || now().getTime() - begun < faultTimeOf(fault)) return;
      ended = true;
      if (fault === 'refused') await standIn.connection.refuse(false);
      if (fault === 'key revoked') standIn.acceptKey();
    },
  };
};

export type RunningFault = ReturnType<typeof createFault>;
