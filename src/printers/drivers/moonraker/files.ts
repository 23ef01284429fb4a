import type { PrinterDriver } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { voidName } from '../shared/void-name.ts';
import type { MoonrakerClient } from './client.ts';
import { provenName } from './outcome.ts';
import { baseObjects, fileOf, isHalted, isPrinting, runsGcode } from './snapshot.ts';

/** Sending and removing a job's file. */
export const createFiles = (client: MoonrakerClient): Pick<PrinterDriver, 'upload' | 'remove'> => {
  /** The file that this process was last to send, and whose arrival may be unknown. */
  let sent = '';

  /**
   * Klipper loads the file without starting it. Done before the intent: while it stays loaded and in standby, it was
   * never started. It would end a print that is paused, so Klipper is looked at right before.
   */
  const load = async (path: string, signal: AbortSignal): Promise<void> => {
    const objects = await client.query(baseObjects, signal);
    if (objects === undefined || isHalted(objects)) {
      throw new DriverError('refused', 'Klipper is not ready to take a file.');
    }
    if (isPrinting(objects)) throw new DriverError('refused', `${fileOf(objects)} is being printed.`);
    await client.script(`M23 ${path}`, signal);
  };

  /**
   * A file that is loaded and was removed could still be started at the printer, and an error would stay until
   * somebody clears it. Loading it again fails now, which leaves nothing loaded; unlike SDCARD_RESET_FILE this can
   * never end a print that was started meanwhile.
   */
  const unload = async (file: string, signal: AbortSignal): Promise<void> => {
    const objects = await client.query(baseObjects, signal);
    if (objects === undefined || fileOf(objects) !== file || isPrinting(objects) || isHalted(objects)) return;
    const state = objects.print_stats?.state;
    if ((state !== 'standby' && state !== 'error') || runsGcode(objects)) return;
    await client.script(`M23 ${file}`, signal).catch(error => {
      if (!(error instanceof DriverError) || error.kind !== 'refused') throw error;
    });
  };

  return {
    async upload(source, remoteName, signal) {
      const key = `${remoteName} ${source.sha256}`;
      // What lies there since our own try was checked by Moonraker; anything else may be another file of that name.
      const there = sent === key ? await client.file(remoteName, signal) : undefined;
      const arrived = there?.size === source.size && there.job_id == null && there.print_start_time == null;
      let path = remoteName;
      if (!arrived) {
        sent = '';
        for (const old of [remoteName, voidName(remoteName), provenName(remoteName)]) {
          await client.remove(old, signal);
        }
        sent = key;
        path = await client.upload(source, remoteName, signal);
      }
      await load(path, signal);
      return path;
    },

    async remove(file, signal) {
      if (!(await client.remove(file, signal))) {
        await client.remove(voidName(file), signal);
        await client.remove(provenName(file), signal);
      }
      await unload(file, signal);
    },
  };
};
