import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Child, startChild, tailOf } from './child.ts';
import { octoprintPath } from './peers.ts';

/** One line that OctoPrint's own event hook wrote: a print that really began. */
export interface StartedPrint {
  readonly time: string;
  readonly file: string;
}

export interface OctoPrint {
  readonly url: string;
  readonly apiKey: string;
  pid(): number;
  /** Evidence that this project doesn't write itself: OctoPrint's PrintStarted events, over all its restarts. */
  startedPrints(): Promise<readonly StartedPrint[]>;
  /** How often each file began to print. */
  startsOf(file: string): Promise<number>;
  /** Its API, as a person or another program at the printer would use it. */
  request(method: string, path: string, body?: unknown): Promise<Response>;
  /** Uploads and prints a file without the server's knowledge. */
  printForeign(name: string, gcode: string): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** On the same port and folder, until it is operational. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

// Left out: what calls the network or slows the start. simulated_errors: the defaults stall a print for 30 s.
// The hook's placeholders come quoted. logPositionOnPause: the virtual printer lets a pause hang. sendWait stays at its default for the same reason.
const config = (hookFile: string, camera: string): string => `
server: {firstRun: false, onlineCheck: {enabled: false}, pluginBlacklist: {enabled: false}, pythonEolCheck: {enabled: false}}
serial: {port: VIRTUAL, autoconnect: true, logPositionOnPause: false}
webcam: {webcamEnabled: ${camera !== ''}, timelapseEnabled: false, stream: "${camera}/?action=stream", snapshot: "${camera}/?action=snapshot"}
events:
  enabled: true
  subscriptions:
    - {event: PrintStarted, type: system, enabled: true, command: "printf '%s %s\\\\n' {__now} {path} >> '${hookFile}'"}
plugins:
  _disabled: [pluginmanager, announcements, tracking, softwareupdate, discovery, errortracking, health_check, achievements, backup, gcodeviewer, ${camera === '' ? 'classicwebcam, ' : ''}firmware_check, file_check, pi_support]
  virtual_printer: {enabled: true, simulated_errors: []}
`;

// Nobody logs in with a password, so the hash is one that fits none.
const users = (apiKey: string): string => `
_version: 2
mes:
  active: true
  apikey: ${apiKey}
  groups: [admins, users]
  password: "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  permissions: []
  roles: [user, admin]
  settings: {}
`;

/**
 * Starts a real OctoPrint with its bundled virtual printer in a folder of its own.
 * @param camera the base of an mjpg-streamer, '' for none
 */
export const startOctoPrint = async (folder: string, camera = ''): Promise<OctoPrint> => {
  const program = octoprintPath();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const apiKey = randomBytes(16).toString('hex').toUpperCase();
  const hookFile = join(folder, 'print-started.txt');
  const logFile = join(folder, 'octoprint.out');
  await mkdir(folder, { recursive: true });
  await writeFile(hookFile, '');
  await writeFile(join(folder, 'config.yaml'), config(hookFile, camera));
  await writeFile(join(folder, 'users.yaml'), users(apiKey));

  let child: Child | undefined;

  const request = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        'X-Api-Key': apiKey,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5000),
    });

  const operational = async (): Promise<boolean> => {
    const answer = await request('GET', '/api/printer?exclude=sd');
    if (answer.status !== 200) return false;
    const { state } = (await answer.json()) as { state: { flags: { operational: boolean } } };
    return state.flags.operational;
  };

  const startedPrints = async (): Promise<readonly StartedPrint[]> => {
    const lines = (await readFile(hookFile, 'utf8')).split('\n').filter(line => line !== '');
    return lines.map(line => {
      const blank = line.indexOf(' ');
      return { time: line.slice(0, blank), file: line.slice(blank + 1) };
    });
  };

  const octoprint: OctoPrint = {
    url,
    apiKey,
    pid: () => child?.pid ?? 0,
    startedPrints,
    startsOf: async file => (await startedPrints()).filter(print => print.file === file).length,
    request,

    async printForeign(name, gcode) {
      const form = new FormData();
      form.set('file', new Blob([gcode]), name);
      form.set('print', 'true');
      const answer = await fetch(`${url}/api/files/local`, {
        method: 'POST',
        headers: { 'X-Api-Key': apiKey },
        body: form,
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.status !== 201) throw new Error(`OctoPrint answered ${answer.status} to an upload`);
    },

    async kill() {
      await child?.kill('SIGKILL');
    },

    async start() {
      const started = startChild(
        program,
        ['serve', '--basedir', folder, '--host', '127.0.0.1', '--port', String(port), '--iknowwhatimdoing'],
        { logFile },
      );
      child = started;
      await until(
        'OctoPrint to be operational',
        async () => {
          if (!started.isRunning()) return 'ended';
          return operational();
        },
        { timeout: 90_000 },
      );
      if (!started.isRunning()) throw new Error(`OctoPrint ended at once:\n${tailOf(logFile)}`);
    },

    async stop() {
      if (child?.isRunning()) await child.kill('SIGKILL');
    },
  };
  await octoprint.start();
  return octoprint;
};
