import { createPrusaLinkDriver } from '../../../../src/printers/drivers/prusalink/prusalink.ts';
import { startBuddyPrinter } from '../../../support/prusalink/buddy/buddy-printer.ts';
import { startRaspberryPi } from '../../../support/prusalink/raspberry/raspberry-pi.ts';
import { testRandomTroubles, timeouts } from '../../../support/random-troubles.ts';

/** s: prints end when they are told to. */
const printTime = 86_400;

testRandomTroubles('Buddy firmware', ['restarted', 'spuriousUploadConflict'], async clock => {
  const printer = await startBuddyPrinter({ now: clock.now, printTime });
  const { url, apiKey } = printer;
  return {
    ...printer,
    newDriver: () => createPrusaLinkDriver({ url, apiKey }, { clock, timeouts }),
    startForeign: printer.screen.print,
    happen: {
      restarted: () => printer.restart(),
      spuriousUploadConflict() {
        printer.bugs.spuriousUploadConflicts = 1;
      },
    },
    ending: ['restarted'],
  };
});

testRandomTroubles('a Raspberry Pi', ['restarted', 'cablePulled'], async clock => {
  const printer = await startRaspberryPi({ now: clock.now, printTime });
  const { url, apiKey } = printer;
  return {
    ...printer,
    newDriver: () => createPrusaLinkDriver({ url, apiKey }, { clock, timeouts }),
    startForeign: printer.screen.print,
    happen: {
      restarted: () => printer.restart(),
      cablePulled() {
        printer.fail();
        printer.mend();
      },
    },
    ending: ['restarted', 'cablePulled'],
    endPasses: true,
  };
});
