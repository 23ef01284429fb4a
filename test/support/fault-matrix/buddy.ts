import { createPrusaLinkDriver } from '../../../src/printers/drivers/prusalink/prusalink.ts';
import { startBuddyPrinter, USERNAME } from '../prusalink/buddy/buddy-printer.ts';
import { createEnds } from './ends.ts';
import { createHttpConnection } from './http-connection.ts';
import { PRINT_TIME, type StandIn } from './stand-in.ts';

/** The printer is its own host: a restart ends its print. Its job ids prove something once one of them is known. */
const start = async (isNew: boolean): Promise<StandIn> => {
  const printer = await startBuddyPrinter({ printTime: PRINT_TIME });
  const connection = await createHttpConnection(printer.url);
  const ends = createEnds(printer.started);
  const address = { apiKey: printer.apiKey, username: USERNAME };

  return {
    api: 'PrusaLink',
    address: { url: connection.url, ...address },
    connection,
    createDriver: (url, clock) => createPrusaLinkDriver({ url, ...address }, { clock }),
    advance(milliseconds) {
      printer.advance(milliseconds);
      if (printer.state() === 'FINISHED') ends.note();
    },
    started: () => printer.started,
    finished: () => ends.finished,
    isActive: () => ['PRINTING', 'PAUSED', 'ATTENTION'].includes(printer.state()),
    files: () => [...printer.files.keys()],
    restart: () => printer.restart(),
    survivesRestart: false,
    tellsOfNoStart: isNew ? 'never' : 'afterAPrint',
    revokeKey: () => printer.revokeKey(),
    acceptKey: () => printer.acceptKey(),
    async stop() {
      await connection.stop();
      await printer.stop();
    },
  };
};

export const startBuddy = (): Promise<StandIn> => start(false);
/** This server has never seen a print on it. */
export const startNewBuddy = (): Promise<StandIn> => start(true);
