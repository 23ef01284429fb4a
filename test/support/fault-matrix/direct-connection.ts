import { DriverError } from '../../../src/app/ports.ts';
import type { DriverCall } from '../lab/connection.ts';
import type { VirtualTime } from '../lab/virtual-time.ts';
import type { Connection } from './connection.ts';

const asking: readonly DriverCall[] = ['identify', 'read', 'baseline', 'outcomeOf'];
/** How long a driver waits for an answer, in ms. */
const TIMEOUT = 5_000;

/** To a simulated machine there is no network: its driver fails as one over a network would. */
export const createDirectConnection = (time: VirtualTime, acceptsKey: () => boolean): Connection => {
  const clock = time.driverClock(new AbortController().signal);
  let refused = false;

  const noAnswer = (why: string): DriverError => new DriverError('unreachable', `No answer: ${why}`);
  const timedOut = async (): Promise<never> => {
    await clock.sleep(TIMEOUT);
    throw noAnswer(`none within ${TIMEOUT / 1000} s.`);
  };

  return {
    url: '',
    async refuse(is) {
      refused = is;
    },
    async around(meet, call, carryOut) {
      if (refused) throw noAnswer('ECONNREFUSED');
      const { mishap, before, after } = meet(call, !asking.includes(call));
      before?.();
      if (!acceptsKey()) throw new DriverError('unauthorized', 'It does not accept the key.');
      if (mishap === 'blackHole') return timedOut();
      if (mishap === 'halfRequest') throw noAnswer('ECONNRESET');
      if (mishap === 'error500') throw noAnswer('it answered 500.');
      if (mishap === 'garbage') throw new DriverError('garbled', 'Its answer makes no sense.');
      const result = await carryOut();
      after?.();
      if (mishap === 'slowLoris') return timedOut();
      if (mishap === 'lostAnswer') throw noAnswer('ECONNRESET');
      return result;
    },
    stop: async () => undefined,
  };
};
