import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { testRandomTroubles, timeouts } from '../../../support/random-troubles.ts';

testRandomTroubles('OctoPrint', ['restarted'], async clock => {
  const printer = await startFakeOctoPrint(clock.now);
  return {
    ...printer,
    newDriver: () => createOctoPrintDriver({ url: printer.url, apiKey: API_KEY }, { clock, timeouts }),
    happen: { restarted: () => printer.restart() },
    ending: ['restarted'],
  };
});
