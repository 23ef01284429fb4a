/** An OctoPrint driver in front of its stand-in. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from './fake-octoprint.ts';
import { steppingClock } from './one-printer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Long enough for a busy machine. */
export const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };

const gcode = 'G90\nG1 X10\n';
const path = join(temporaryFolder(), 'part.gcode');
writeFileSync(path, gcode);
export const source = { path, size: gcode.length, sha256: 'ab'.repeat(32), kind: 'gcode' } as const;

export const attempt = {
  file: 'mes-1-1.gcode',
  native: null,
  intentTime: '2026-01-05T08:00:00.000Z',
  unique: true,
};

export const setUpOctoPrint = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const clock = steppingClock();
  const printer = await startFakeOctoPrint(clock.now);
  t.teardown(() => printer.stop());
  const access = { url: printer.url, apiKey: API_KEY };
  return { clock, printer, driver: createOctoPrintDriver(access, { clock, timeouts }) };
};
