/** The pages of PrusaLink on Buddy but for uploads (`prusa_link_api_v1.cpp`, `basic_gets.cpp`). */
import { json, page, type Reply } from '../reply.ts';
import type { Drive, DriveFile } from './drive.ts';
import type { Machine } from './machine.ts';

/** Known faults of the firmware, each switched on by the test. */
export interface Bugs {
  /** /api/v1/job ends with a comma (#4193; 4.7.5 to 6.1.4). */
  trailingComma: boolean;
  /** Starts are refused while the end screen shows (Prusa-Link-Web #398). */
  conflictAtEndScreen: boolean;
  /** So many starts are answered with 409 although they are taken (#2686). */
  spuriousStartConflicts: number;
  /** So many uploads are answered with 409 although the file is stored. */
  spuriousUploadConflicts: number;
  /** So many deletions are refused with "File is busy" (#4574). */
  busyDeletions: number;
}

export interface Transfer {
  readonly name: string;
  readonly size: number;
  transferred: number;
}

export interface RouteDeps {
  readonly drive: Drive;
  readonly machine: Machine;
  readonly bugs: Bugs;
  readonly transfer: () => Transfer | undefined;
  readonly nozzle: number;
  /** `---` for none. */
  readonly material: () => string;
}

export const createRoutes = (deps: RouteDeps) => {
  const { drive, machine, bugs } = deps;

  const status = (): Reply => {
    const job = machine.job();
    const transfer = deps.transfer();
    const hot = job !== undefined;
    const fixed = (value: number, digits: number): number => Number(value.toFixed(digits));
    return json({
      ...(job && {
        job: {
          id: job.id,
          progress: fixed(job.progress, 2),
          time_remaining: job.timeRemaining,
          time_printing: job.timePrinting,
        },
      }),
      storage: { path: '/usb/', name: 'usb', read_only: false },
      ...(transfer && {
        transfer: { id: 7, time_transferring: 1, progress: 0, transferred: transfer.transferred },
      }),
      printer: {
        state: machine.shown(),
        temp_bed: hot ? 60.1 : 24.5,
        target_bed: hot ? 60 : 0,
        temp_nozzle: hot ? 214.8 : 25.2,
        target_nozzle: hot ? 215 : 0,
        axis_z: 12.4,
        ...(hot ? {} : { axis_x: 180, axis_y: 10 }),
        flow: 100,
        speed: 100,
        fan_hotend: 0,
        fan_print: 0,
      },
    });
  };

  const job = (): Reply => {
    const shown = machine.job();
    if (shown === undefined) return page(204);
    const states: Readonly<Record<string, string>> = {
      PRINTING: 'PRINTING',
      PAUSED: 'PAUSED',
      ATTENTION: 'PAUSED',
    };
    const body = JSON.stringify({
      id: shown.id,
      state: states[machine.shown()] ?? 'ERROR',
      progress: Number(shown.progress.toFixed(2)),
      time_remaining: shown.timeRemaining,
      time_printing: shown.timePrinting,
      file: {
        refs: {
          icon: `/thumb/s/usb/${shown.file.shortName}`,
          thumbnail: `/thumb/l/usb/${shown.file.shortName}`,
          download: `/usb/${shown.file.shortName}`,
        },
        name: shown.file.shortName,
        display_name: shown.file.name,
        path: '/usb',
        ...(bugs.trailingComma ? {} : { size: shown.file.size, m_timestamp: shown.file.time }),
      },
    });
    return { status: 200, body: bugs.trailingComma ? body.replace(/}}$/, ',}}') : body };
  };

  const jobCommand = (method: string, id: string, command: string | undefined): Reply => {
    if (Number(id) !== machine.jobId) return page(404);
    if (method === 'DELETE') return page(machine.stop() ? 204 : 409);
    if (method !== 'PUT') return page(405);
    if (command === 'pause') return page(machine.pause() ? 204 : 409);
    if (command === 'resume') return page(machine.resume() ? 204 : 409);
    return page(400);
  };

  const start = (file: DriveFile): Reply => {
    const atEnd = machine.shown() === 'FINISHED' || machine.shown() === 'STOPPED';
    if (atEnd && bugs.conflictAtEndScreen) return page(409);
    const spurious = bugs.spuriousStartConflicts > 0;
    if (!machine.start(file, spurious)) return page(409);
    if (spurious) bugs.spuriousStartConflicts -= 1;
    return page(spurious ? 409 : 204);
  };

  /** @param name as it stands in the URL: only the 8.3 name is compared with that of the print */
  const remove = (file: DriveFile, name: string): Reply => {
    if (bugs.busyDeletions > 0) {
      bugs.busyDeletions -= 1;
      return page(409, 'File is busy');
    }
    if (machine.uses(file)) return page(409, 'File is busy');
    if (machine.isPrintOf(file) && name.toUpperCase() === file.shortName) {
      if (machine.shown() === 'FINISHED' || machine.shown() === 'STOPPED') machine.dismiss();
    }
    drive.remove(file);
    return page(204);
  };

  const files = (method: string, path: string): Reply => {
    if (path !== 'usb' && !path.startsWith('usb/')) return page(403);
    const name = path.slice('usb/'.length);
    if (name === '') {
      const children = [...drive.files.values()].map(describe);
      return method === 'GET' ? json({ type: 'FOLDER', name: 'usb', ro: false, children }) : page(405);
    }
    const transfer = deps.transfer();
    if (transfer?.name === name && method === 'DELETE') return page(409, 'File is being transferred');
    const file = drive.inserted ? drive.find(name) : undefined;
    if (file === undefined) return page(404);
    if (method === 'GET') return json({ ...describe(file), m_timestamp: file.time, size: file.size });
    if (method === 'POST') return start(file);
    return method === 'DELETE' ? remove(file, name) : page(405);
  };

  return (method: string, path: string): Reply => {
    const command = /^\/api\/v1\/job\/(\d+)(?:\/(.*))?$/.exec(path);
    if (command !== null) return jobCommand(method, command[1] ?? '', command[2]);
    const file = /^\/api\/v1\/files\/?(.*)$/.exec(path);
    if (file !== null) return files(method, (file[1] ?? '').replace(/\/+/g, '/'));
    const found = pages(deps, { status, job })[path];
    if (found === undefined) return page(404);
    return method === 'GET' ? found() : page(405);
  };
};

const describe = ({ name, shortName }: DriveFile) => ({
  name: shortName,
  ro: false,
  type: 'PRINT_FILE',
  refs: { download: `/usb/${shortName}` },
  display_name: name,
});

const pages = (
  { drive, transfer, nozzle, material }: RouteDeps,
  { status, job }: { status: () => Reply; job: () => Reply },
): Readonly<Record<string, () => Reply>> => ({
  '/api/version': () =>
    json({
      api: '2.0.0',
      server: '2.1.2',
      nozzle_diameter: nozzle,
      text: 'PrusaLink',
      hostname: 'prusa-xl',
      capabilities: { 'upload-by-put': true },
    }),
  '/api/printer': () =>
    json({ telemetry: { 'temp-bed': 24.5, 'temp-nozzle': 25.2, 'print-speed': 100, material: material() } }),
  '/api/v1/info': () =>
    json({
      nozzle_diameter: nozzle,
      mmu: false,
      serial: '10589-1',
      hostname: 'prusa-xl',
      min_extrusion_temp: 170,
    }),
  '/api/v1/storage': () =>
    json({
      storage_list: [
        { path: '/usb/', name: 'usb', type: 'USB', read_only: false, available: drive.inserted },
      ],
    }),
  '/api/v1/status': status,
  '/api/v1/job': job,
  '/api/v1/transfer': () => {
    const current = transfer();
    if (current === undefined) return page(204);
    return json({ type: 'FROM_CLIENT', display_name: current.name, transferred: current.transferred });
  },
});
