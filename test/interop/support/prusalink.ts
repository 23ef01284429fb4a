import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Child, startChild, tailOf } from './child.ts';
import { prusalinkPythonPath } from './peers.ts';

export interface PrusaLink {
  readonly url: string;
  readonly apiKey: string;
  /** For digest. */
  readonly login: { readonly username: string; readonly password: string };
  /**
   * How often a g-code with that M117 text began: what arrived at the (simulated) printer, over all restarts of
   * PrusaLink. Evidence that this project doesn't write itself.
   */
  startsOf(marker: string): Promise<number>;
  /** Its API, as a person or another program at the printer would use it. */
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** As PrusaLink calls it: IDLE, PRINTING … */
  state(): Promise<string>;
  /** Uploads and prints a file without the server's knowledge. */
  printForeign(name: string, gcode: string): Promise<void>;
  /** The cable is pulled: the printer's terminal is gone. */
  pullCable(): Promise<void>;
  plugCable(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** On the same port and folder, until it answers as IDLE. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const scriptPath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const USERNAME = 'maker';
const REALM = 'Administrator';

/** Starts a real PrusaLink for the Raspberry Pi over a simulated MK3S, in a folder of its own. */
export const startPrusaLink = async (folder: string): Promise<PrusaLink> => {
  const python = prusalinkPythonPath();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const apiKey = randomBytes(8).toString('hex');
  const password = `Pw1${randomBytes(8).toString('hex')}`;
  const cable = join(folder, 'tty');
  const journal = join(folder, 'begun.txt');
  const settings = join(folder, 'prusalink.ini');
  const logFile = join(folder, 'prusalink.out');
  const storage = join(folder, 'gcodes');
  const digest = createHash('md5').update(`${USERNAME}:${REALM}:${password}`).digest('hex');
  await mkdir(storage, { recursive: true });
  await writeFile(journal, '');
  await writeFile(
    settings,
    `[daemon]\ndata_dir = ${folder}\n[http]\naddress = 127.0.0.1\nport = ${port}\n` +
      `[printer]\nport = ${cable}\ndirectory = ${storage}\n[cameras]\nauto_detect = False\n`,
  );
  await writeFile(
    join(folder, 'prusa_printer_settings.ini'),
    '[printer]\ntype = MK3S\nname = lab\nlocation = here\n' +
      `[service::local]\nenable = 1\nusername = ${USERNAME}\ndigest = ${digest}\napi_key = ${apiKey}\n`,
  );

  const script = scriptPath('mk3_printer.py');
  const printer = startChild(python, [script, cable, journal], {
    logFile: join(folder, 'mk3.out'),
    talk: true,
  });
  const isPlugged = (): Promise<boolean> =>
    lstat(cable).then(
      () => true,
      () => false,
    );
  let child: Child | undefined;

  const request: PrusaLink['request'] = (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        'X-Api-Key': apiKey,
        ...(body === undefined ? {} : { 'Content-Type': 'text/x.gcode' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(5000),
    });

  const state = async (): Promise<string> => {
    const answer = await request('GET', '/api/v1/status');
    if (answer.status !== 200) return `${answer.status}`;
    return ((await answer.json()) as { printer: { state: string } }).printer.state;
  };

  const prusalink: PrusaLink = {
    url,
    apiKey,
    login: { username: USERNAME, password },
    request,
    state,

    async startsOf(marker) {
      return (await readFile(journal, 'utf8')).split('\n').filter(line => line.trim() === marker).length;
    },

    async printForeign(name, gcode) {
      const answer = await request('PUT', `/api/v1/files/local/${name}`, gcode, {
        'Print-After-Upload': '?1',
      });
      if (answer.status !== 201) throw new Error(`PrusaLink answered ${answer.status} to an upload`);
    },

    async pullCable() {
      printer.process.stdin?.write('pull\n');
      await until('the terminal to be gone', async () => !(await isPlugged()));
    },

    async plugCable() {
      printer.process.stdin?.write('plug\n');
      await until('the terminal to be there', isPlugged);
    },

    async kill() {
      await child?.kill('SIGKILL');
      // It is rewritten with every line: killed in the middle, PrusaLink 0.8.1 would not start over it again.
      const note = join(folder, 'power_panic');
      if ((await readFile(note).catch(() => undefined))?.length === 0) await rm(note);
    },

    async start() {
      const arguments_ = [scriptPath('prusalink_runner.py'), '-f', '-i', '-c', settings];
      const started = startChild(python, arguments_, { logFile });
      child = started;
      await until('PrusaLink to be idle', async () => !started.isRunning() || (await state()) === 'IDLE', {
        timeout: 60_000,
      });
      if (!started.isRunning()) throw new Error(`PrusaLink ended at once:\n${tailOf(logFile)}`);
    },

    async stop() {
      if (child?.isRunning()) await child.kill('SIGKILL');
      if (printer.isRunning()) await printer.kill('SIGKILL');
    },
  };
  await until('the terminal to be there', isPlugged);
  await prusalink.start();
  return prusalink;
};
