import { createMoonrakerDriver } from '../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from '../fake-moonraker.ts';
import type { VirtualTime } from '../lab/virtual-time.ts';
import { createEnds } from './ends.ts';
import { createHttpConnection } from './http-connection.ts';
import { PRINT_TIME, type StandIn } from './stand-in.ts';

/** What is restarted: Moonraker alone, while Klipper prints on; or the computer that both run on. */
const start = async (time: VirtualTime, restarted: 'moonraker' | 'computer'): Promise<StandIn> => {
  const printer = await startFakeMoonraker({ now: time.now, printTime: PRINT_TIME });
  const connection = await createHttpConnection(printer.url);
  const ends = createEnds(printer.started);

  return {
    api: 'Moonraker',
    address: { url: connection.url, apiKey: printer.apiKey },
    connection,
    createDriver: (url, clock) => createMoonrakerDriver({ url, apiKey: printer.apiKey }, { clock }),
    advance(milliseconds) {
      printer.advance(milliseconds);
      if (printer.printState() === 'complete') ends.note();
    },
    started: () => printer.started,
    finished: () => ends.finished,
    isActive: () => printer.printState() === 'printing' || printer.printState() === 'paused',
    files: () => [...printer.files.keys()],
    restart() {
      printer.restart();
      if (restarted === 'moonraker') return;
      printer.loseKlipper();
      printer.findKlipper();
    },
    survivesRestart: restarted === 'moonraker',
    tellsOfNoStart: 'always',
    revokeKey: () => printer.revokeKey(),
    acceptKey: () => printer.acceptKey(),
    async stop() {
      await connection.stop();
      await printer.stop();
    },
  };
};

export const startMoonraker = (time: VirtualTime): Promise<StandIn> => start(time, 'moonraker');
export const startKlipperHost = (time: VirtualTime): Promise<StandIn> => start(time, 'computer');
