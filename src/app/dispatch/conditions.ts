import type { Conditions } from '../../domain/dispatch.ts';
import { createSuitability } from '../../domain/suitability.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Lab } from '../printers/lab.ts';

type Deps = Pick<ApplicationDeps, 'clock' | 'rules'>;

/** What decides about waiting jobs now, apart from whose turn it is. */
export const placingConditions = (
  { clock, rules }: Deps,
  { places }: Lab,
): Pick<Conditions, 'now' | 'suitability' | 'autoSchedule' | 'starts' | 'ageing'> => {
  const { autoSchedule, ageing, timeZone, maxHeating } = rules;
  const now = clock.now();
  const heating = places.filter(place => place.isHeating).length;
  return {
    now,
    suitability: createSuitability({ now, timeZone, printers: places.map(({ printer }) => printer) }),
    autoSchedule,
    starts: maxHeating === 0 ? Number.POSITIVE_INFINITY : maxHeating - heating,
    ageing,
  };
};
