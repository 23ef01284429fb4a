/** The pages of PrusaLink 0.8.1 but for uploads. */
import { json, page, type Reply } from '../reply.ts';
import type { Folder, FolderFile } from './folder.ts';
import type { Machine } from './machine.ts';

export interface RouteDeps {
  readonly folder: Folder;
  readonly machine: Machine;
  /** What PrusaLink calls the printer: `I3MK3S`. */
  readonly model: string;
  readonly nozzle: number;
  readonly cameras: () => readonly object[];
}

export const refusals = {
  noFile: page(404, 'File you want was not found.', 'File Not Found'),
  noLocation: page(404, 'Location not found, use local.', 'Location Not Found'),
  readOnly: page(409, 'SD Card storage is read only.', 'SD Card Read Only'),
  notNow: page(409, 'Printer is not in state to print.', 'Not in state to print'),
  otherJob: page(404, 'Given job id does not belong to current job', 'Not Current Job'),
  unavailable: page(
    503,
    'PrusaLink not finished initializing or Printer not connected.',
    'Printer Unavailable.',
  ),
  broken: page(500, "We're sorry, but there is a error in service.", 'Internal Server Error'),
} as const;

/** Prints it unless the printer's state forbids that: then the answer is 409, whether it is there or not. */
export const startFile = ({ folder, machine }: RouteDeps, name: string): Reply => {
  if (!machine.mayPrint()) return refusals.notNow;
  const listed = folder.listed(name);
  if (listed === undefined) return refusals.noFile;
  const file = folder.files.get(name);
  if (file === undefined) {
    machine.getStuck(listed);
    return refusals.broken;
  }
  machine.start(file);
  return page(204);
};

export const createRoutes = (deps: RouteDeps) => {
  const { folder, machine } = deps;

  const jobCommand = (method: string, id: string, command: string | undefined): Reply => {
    if (method === 'GET') return page(404, 'Resource you want not found.', 'Not Found');
    if (Number(id) !== machine.jobId) return refusals.otherJob;
    const wants = (done: boolean, what: string): Reply =>
      done ? page(204) : page(409, `Operation you want can only be done when printer is ${what}.`);
    if (method === 'DELETE') return wants(machine.stop(), 'printing');
    if (command === 'pause') return wants(machine.pause(), 'printing');
    if (command === 'resume') return wants(machine.resume(), 'paused');
    // What it does not know it passes over.
    return page(204);
  };

  const remove = (name: string): Reply => {
    const isListed = folder.listed(name) !== undefined;
    if (!isListed) return refusals.noFile;
    if (machine.uses(name)) {
      return page(409, 'You try to do an operation with the file, which is currently printed.');
    }
    if (!folder.files.has(name)) return refusals.broken;
    folder.remove(name);
    return page(204);
  };

  const files = (method: string, path: string): Reply => {
    const [, storage = '', name = ''] = /^([^/]*)\/?(.*)$/.exec(path) ?? [];
    if (storage !== 'local' && storage !== 'sdcard') return refusals.noLocation;
    if (storage === 'sdcard') return method === 'GET' ? refusals.noFile : refusals.readOnly;
    if (method === 'POST') return startFile(deps, name);
    if (method === 'DELETE') return remove(name);
    if (method !== 'GET') return page(405);
    if (name === '') {
      const children = folder.list().map(describe);
      return json({ type: 'FOLDER', name: 'gcodes', read_only: false, children, display_name: 'gcodes' });
    }
    const file = folder.listed(name);
    return file === undefined ? refusals.noFile : json(describe(file));
  };

  const pages: Readonly<Record<string, () => Reply>> = {
    '/api/version': () =>
      json({
        api: '2.0.0',
        server: '0.8.1',
        original: `PrusaLink ${deps.model}`,
        text: 'PrusaLink 0.8.1',
        firmware: '3.14.1-8237',
        sdk: '0.8.1',
        capabilities: { 'upload-by-put': true },
        hostname: 'prusa-pi',
      }),
    '/api/printer': () => json({ telemetry: { 'temp-bed': 21, 'temp-nozzle': 21, material: ' - ' } }),
    '/api/v1/info': () =>
      json({ name: 'lab', nozzle_diameter: deps.nozzle, serial: 'CZPX4720X004XK12345', port: 0 }),
    '/api/v1/storage': () =>
      json({
        storage_list: [
          { ...local, type: 'LOCAL', available: true, print_files: 0 },
          { type: 'SDCARD', path: '/sdcard', available: false },
        ],
      }),
    '/api/v1/cameras': () => json({ camera_list: deps.cameras() }),
    '/api/v1/transfer': () => page(204),
    '/api/v1/status': () => status(machine),
    '/api/v1/job': () => job(machine),
  };

  return (method: string, path: string): Reply => {
    const command = /^\/api\/v1\/job\/(\d+)(?:\/(.*))?$/.exec(path);
    if (command !== null) return jobCommand(method, command[1] ?? '', command[2]);
    const file = /^\/api\/v1\/files\/?(.*)$/.exec(path);
    if (file !== null) return files(method, file[1] ?? '');
    const found = pages[path];
    if (found === undefined) return page(404, 'Resource you want not found.', 'Not Found');
    return method === 'GET' ? found() : page(405);
  };
};

const local = { path: '/local', name: 'gcodes', read_only: false, free_space: 73_651_671_040 };

/** Only what it takes for g-code by its name is a PRINT_FILE. */
const describe = ({ name, size, time }: FolderFile) => ({
  type: name.endsWith('.gcode') ? 'PRINT_FILE' : 'FILE',
  name,
  read_only: false,
  m_timestamp: time,
  size,
  display_name: name,
});

const status = (machine: Machine): Reply => {
  const current = machine.job();
  const hot = current !== undefined;
  return json({
    storage: [local, { path: '/sdcard', read_only: true }],
    printer: {
      state: machine.shown(),
      temp_nozzle: hot ? 214.8 : 21,
      temp_bed: hot ? 60.1 : 21,
      target_nozzle: hot ? 215 : 0,
      target_bed: hot ? 60 : 0,
      axis_z: 0.15,
      ...(hot ? {} : { axis_x: 0, axis_y: 0 }),
      flow: 100,
      speed: 100,
      status_connect: { ok: true, message: "Connect isn't configured" },
      status_printer: { ok: machine.fault === '', message: machine.fault || 'OK' },
    },
    ...(current && { job: { id: current.id, progress: current.progress } }),
  });
};

/** Its own time says nothing of a file without estimates. */
const job = (machine: Machine): Reply => {
  const current = machine.job();
  if (current === undefined) return page(204);
  const { id, file, progress, timePrinting } = current;
  return json({
    file: {
      name: file.name,
      display_name: file.name,
      path: `/gcodes/${file.name}`,
      size: file.size,
      m_timestamp: file.time,
      meta: { estimated_print_time: null },
    },
    id,
    state: machine.shown(),
    progress,
    time_remaining: null,
    time_printing: timePrinting,
    inaccurate_estimates: true,
  });
};
