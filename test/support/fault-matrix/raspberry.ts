import { createPrusaLinkDriver } from '../../../src/printers/drivers/prusalink/prusalink.ts';
import { END_TIME, startRaspberryPi, USERNAME } from '../prusalink/raspberry/raspberry-pi.ts';
import { createHttpConnection } from './http-connection.ts';
import { PRINT_TIME, type StandIn } from './stand-in.ts';

/** The Raspberry Pi feeds the print: with a restart it ends. Job ids prove something once one of them is known. */
export const startRaspberry = async (): Promise<StandIn> => {
  const printer = await startRaspberryPi({ printTime: PRINT_TIME });
  const connection = await createHttpConnection(printer.url);
  const address = { apiKey: printer.apiKey, username: USERNAME };

  return {
    api: 'PrusaLink',
    address: { url: connection.url, ...address },
    connection,
    createDriver: (url, clock) => createPrusaLinkDriver({ url, ...address }, { clock }),
    advance: milliseconds => printer.advance(milliseconds),
    started: () => printer.started,
    finished: () => printer.finished,
    isActive: () => ['PRINTING', 'PAUSED', 'ATTENTION'].includes(printer.state()),
    files: () => [...printer.files.keys()],
    restart: () => printer.restart(),
    survivesRestart: false,
    tellsOfNoStart: 'afterAPrint',
    endShows: END_TIME / 1000,
    revokeKey: () => printer.revokeKey(),
    acceptKey: () => printer.acceptKey(),
    async stop() {
      await connection.stop();
      await printer.stop();
    },
  };
};
