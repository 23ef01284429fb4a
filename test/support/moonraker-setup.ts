/** A Moonraker driver in front of its stand-in. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMoonrakerDriver } from '../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from './fake-moonraker.ts';
import { steppingClock } from './one-printer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Long enough for a busy machine. */
export const timeouts = { status: 1500, command: 1500, uploadIdle: 1500, cancel: 1500 };

const gcode = 'G90\nG1 X10\n';
const path = join(temporaryFolder(), 'part.gcode');
writeFileSync(path, gcode);
export const source = {
  path,
  size: gcode.length,
  sha256: createHash('sha256').update(gcode).digest('hex'),
  kind: 'gcode',
} as const;

export const attempt = {
  file: 'mes-1-1.gcode',
  native: null,
  intentTime: '2026-01-05T08:00:00.000Z',
  unique: true,
};

export const setUpMoonraker = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const clock = steppingClock();
  const printer = await startFakeMoonraker({ now: clock.now });
  t.teardown(() => printer.stop());
  const access = { url: printer.url, apiKey: printer.apiKey };
  return { clock, printer, access, driver: createMoonrakerDriver(access, { clock, timeouts }) };
};
