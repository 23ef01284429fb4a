import type { DriverCall } from '../lab/connection.ts';
import type { UnderWay } from '../lab/virtual-time.ts';
import type { Mishap } from '../mishaps.ts';

/** What a request meets on its way. */
export interface Meeting {
  /** Undefined: it passes. */
  readonly mishap?: Mishap | undefined;
  /** Before anything of the request has arrived. */
  readonly before?: () => void;
  /** Once it is carried out; the answer is lost then. */
  readonly after?: () => void;
}

/** Asked for each request that is made during a driver's call. */
export type Meet = (call: DriverCall, changes: boolean) => Meeting;

/** The way between a driver and its stand-in. */
export interface Connection {
  /** Where the driver goes to. */
  readonly url: string;
  /** Until it is called again: no connection is taken. */
  refuse(refused: boolean): Promise<void>;
  /** Carries one call of a driver out, and lets its requests meet what they have to. */
  around(
    meet: Meet,
    call: DriverCall,
    carryOut: () => Promise<unknown>,
    underWay: UnderWay,
  ): Promise<unknown>;
  stop(): Promise<void>;
}
