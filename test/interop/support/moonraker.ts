import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Child, startChild, tailOf } from './child.ts';
import { kalicoPath, moonrakerPath, moonrakerPythonPath } from './peers.ts';

export interface Moonraker {
  readonly url: string;
  readonly apiKey: string;
  /** How often g-code with that MARK began, as Klipper itself counts it: evidence that this project doesn't write. */
  startsOf(mark: string): Promise<number>;
  /** Its API, as a person or another program at the printer would use it. @returns `result`, or what there is */
  request(method: string, path: string, body?: unknown): Promise<{ status: number; result: unknown }>;
  /** Uploads and prints a file without the server's knowledge. */
  printForeign(name: string, gcode: string): Promise<void>;
  /** The micro-controller halts of its own accord, or its cable is pulled. */
  haltController(): void;
  pullCable(): Promise<void>;
  plugCable(): void;
  /** Moonraker's SIGKILL, in the middle of whatever it does; Klipper goes on. */
  kill(): Promise<void>;
  /** On the same port and folder, until it answers; Klipper may still have to be found. */
  start(): Promise<void>;
  killKlipper(): Promise<void>;
  startKlipper(): void;
  /** Restarts micro-controller and Klipper, until it is ready. */
  recover(): Promise<void>;
  waitForKlippy(state: string): Promise<void>;
  stop(): Promise<void>;
}

const scriptPath = fileURLToPath(new URL('klipper_mcu.py', import.meta.url));

// MARK counts in a file of Klipper's own: prints may be missing in Moonraker's history.
const printerConfig = (folder: string): string => `
[mcu]
serial: ${folder}/mcu
restart_method: command
[printer]
kinematics: none
max_velocity: 300
max_accel: 3000
[adc_temperature simulated]
temperature1: 0
voltage1: 0
temperature2: 500
voltage2: 5
[extruder]
nozzle_diameter: 0.6
filament_diameter: 1.75
heater_pin: HE0
sensor_type: simulated
sensor_pin: TE0
control: watermark
min_temp: 0
max_temp: 300
min_extrude_temp: 0
[heater_bed]
heater_pin: HBED
sensor_type: simulated
sensor_pin: TBED
control: watermark
min_temp: 0
max_temp: 130
[virtual_sdcard]
path: ${folder}/gcodes
[pause_resume]
[display_status]
[respond]
[save_variables]
filename: ${folder}/marks.cfg
[gcode_macro MARK]
gcode:
    {% set name = params.NAME|lower %}
    {% set before = printer.save_variables.variables[name]|default(0)|int %}
    SAVE_VARIABLE VARIABLE={name} VALUE={before + 1}
`;

const moonrakerConfig = (folder: string, port: number): string => `
[server]
host: 127.0.0.1
port: ${port}
klippy_uds_address: ${folder}/klippy.sock
[machine]
provider: none
validate_service: False
validate_config: False
[file_manager]
queue_gcode_uploads: False
[announcements]
subscriptions:
[webcam bed]
stream_url: /webcam/?action=stream
snapshot_url: http://127.0.0.1/webcam/?action=snapshot
`;

/** Moonraker makes its key itself, and tells it nobody who has none. */
const keyIn = (folder: string): string | undefined => {
  const database = new DatabaseSync(join(folder, 'database', 'moonraker-sql.db'), { readOnly: true });
  try {
    const row = database
      .prepare("SELECT password FROM authorized_users WHERE username = '_API_KEY_USER_'")
      .get();
    return typeof row?.password === 'string' ? row.password : undefined;
  } finally {
    database.close();
  }
};

/** Starts a real Moonraker over a real Klipper host over a simulated micro-controller, in a folder of its own. */
export const startMoonraker = async (folder: string): Promise<Moonraker> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  for (const name of ['config', 'gcodes', 'logs', 'database']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const marks = join(folder, 'marks.cfg');
  const config = join(folder, 'config', 'printer.cfg');
  await writeFile(config, printerConfig(folder));
  await writeFile(join(folder, 'config', 'moonraker.conf'), moonrakerConfig(folder, port));
  let apiKey = '';
  let controller: Child;
  let klipper: Child;
  let moonraker: Child | undefined;

  const plugCable = (): void => {
    controller = startChild(moonrakerPythonPath(), [scriptPath, join(folder, 'mcu')], {
      logFile: join(folder, 'mcu.out'),
      talk: true,
    });
    controller.exited.catch(() => undefined);
  };
  const startKlipper = (): void => {
    const arguments_ = [config, '-a', join(folder, 'klippy.sock'), '-I', join(folder, 'tty')];
    klipper = startChild(kalicoPath(), [...arguments_, '-l', join(folder, 'logs', 'klippy.log')], {
      logFile: join(folder, 'klippy.out'),
    });
  };

  const request: Moonraker['request'] = async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        'X-Api-Key': apiKey,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const json = (await answer.json()) as { result?: unknown };
    return { status: answer.status, result: json.result ?? json };
  };

  const waitForKlippy = async (state: string): Promise<void> => {
    await until(
      `Klippy to be ${state}`,
      async () => {
        const { result } = await request('GET', '/server/info');
        return (result as { klippy_state?: string }).klippy_state === state;
      },
      { timeout: 60_000 },
    ).catch(error => {
      throw new Error(tailOf(join(folder, 'logs', 'klippy.log')), { cause: error });
    });
  };

  const peer: Moonraker = {
    url,
    get apiKey() {
      return apiKey;
    },
    request,
    waitForKlippy,

    async startsOf(mark) {
      const text = await readFile(marks, 'utf8').catch(() => '');
      return Number(new RegExp(`^${mark} = (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    },

    async printForeign(name, gcode) {
      const form = new FormData();
      form.set('file', new Blob([gcode]), name);
      form.set('print', 'true');
      const answer = await fetch(`${url}/server/files/upload`, {
        method: 'POST',
        headers: { 'X-Api-Key': apiKey },
        body: form,
        signal: AbortSignal.timeout(10_000),
      });
      const { print_started: started } = (await answer.json()) as { print_started?: boolean };
      if (started !== true) throw new Error(`Moonraker answered ${answer.status} and started nothing`);
    },

    haltController: () => void controller.process.stdin?.write('shutdown\n'),
    async pullCable() {
      controller.process.stdin?.write('quit\n');
      await controller.exited;
    },
    plugCable,

    async kill() {
      await moonraker?.kill('SIGKILL');
    },
    async start() {
      const logFile = join(folder, 'moonraker.out');
      const started = startChild(moonrakerPath(), ['-d', folder], { logFile });
      moonraker = started;
      await until(
        'Moonraker to answer',
        async () => {
          if (!started.isRunning()) return true;
          apiKey = keyIn(folder) ?? '';
          return (await request('GET', '/server/info')).status === 200;
        },
        { timeout: 60_000 },
      );
      if (!started.isRunning()) throw new Error(`Moonraker ended at once:\n${tailOf(logFile)}`);
    },
    async killKlipper() {
      await klipper.kill('SIGKILL');
    },
    startKlipper,
    async recover() {
      await request('POST', '/printer/firmware_restart');
      await waitForKlippy('ready');
    },
    async stop() {
      for (const child of [moonraker, klipper, controller]) {
        if (child?.isRunning()) await child.kill('SIGKILL');
      }
    },
  };
  plugCable();
  startKlipper();
  await peer.start();
  await waitForKlippy('ready');
  return peer;
};
