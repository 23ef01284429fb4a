import { createOctoPrintDriver } from '../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../fake-octoprint.ts';
import type { VirtualTime } from '../lab/virtual-time.ts';
import { createEnds } from './ends.ts';
import { createHttpConnection } from './http-connection.ts';
import { PRINT_TIME, type StandIn } from './stand-in.ts';

/** OctoPrint's prints move on when they are told to: they take their time here. */
export const startOctoPrint = async (time: VirtualTime): Promise<StandIn> => {
  const printer = await startFakeOctoPrint(time.now);
  const connection = await createHttpConnection(printer.url);
  const ends = createEnds(printer.started);
  /** Of the latest print, in ms. */
  let printed = 0;
  let prints = 0;

  return {
    api: 'OctoPrint',
    address: { url: connection.url, apiKey: API_KEY },
    connection,
    createDriver: (url, clock) => createOctoPrintDriver({ url, apiKey: API_KEY }, { clock }),
    advance(milliseconds) {
      if (printer.started.length > prints) printed = 0;
      prints = printer.started.length;
      if (printer.state() !== 'Printing') return;
      printed += milliseconds;
      printer.progress(Math.min(99, printed / PRINT_TIME / 10));
      if (printed < PRINT_TIME * 1000) return;
      printer.finish();
      ends.note();
    },
    started: () => printer.started,
    finished: () => ends.finished,
    isActive: () => !['Operational', 'Closed', 'Error'].includes(printer.state()),
    files: () => [...printer.files.keys()],
    restart: () => printer.restart(),
    survivesRestart: false,
    tellsOfNoStart: 'always',
    revokeKey: () => printer.revokeKey(),
    acceptKey: () => printer.acceptKey(),
    async stop() {
      await connection.stop();
      await printer.stop();
    },
  };
};
