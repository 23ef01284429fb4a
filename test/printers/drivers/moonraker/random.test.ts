import { createMoonrakerDriver } from '../../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from '../../../support/fake-moonraker.ts';
import { testRandomTroubles, timeouts } from '../../../support/random-troubles.ts';

testRandomTroubles('Moonraker', ['moonrakerRestarted', 'klipperRestarted'], async clock => {
  const printer = await startFakeMoonraker({ now: clock.now });
  const { url, apiKey } = printer;
  return {
    ...printer,
    newDriver: () => createMoonrakerDriver({ url, apiKey }, { clock, timeouts }),
    happen: {
      moonrakerRestarted: () => printer.restart(),
      klipperRestarted() {
        printer.loseKlipper();
        printer.findKlipper();
      },
    },
    ending: ['klipperRestarted'],
  };
});
