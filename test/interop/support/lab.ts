import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { asObject, type HttpClient, logIn } from './http-client.ts';
import { type OctoPrint, startOctoPrint } from './octoprint.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import {
  ADMIN_PASSWORD,
  createServerProcess,
  type ServerProcess,
  type ServerSettings,
} from './server-process.ts';
import { startUaClient, type UaClient } from './ua-client.ts';
import type { UaProgram } from './ua-programs.ts';

/** One account of each role, and a second robot. */
export const accounts = {
  student: 'user',
  plc: 'machine',
  robot2: 'machine',
  staff: 'operator',
} as const;
export type AccountName = keyof typeof accounts;

export const passwordOf = (account: string): string =>
  account === 'admin' ? ADMIN_PASSWORD : `interop-password-${account}`;

/** StatusCodes of the contract. */
export const status = {
  created: 1,
  approved: 2,
  scheduled: 3,
  starting: 4,
  printing: 5,
  paused: 6,
  printed: 7,
  pickupIssued: 8,
  picked: 9,
  collected: 10,
  cancelIssued: 11,
  cancelled: 12,
  rejected: 13,
  failed: 14,
  unknown: 15,
} as const;
export type StatusName = keyof typeof status;

export interface JobState {
  readonly code: number;
  readonly name: string;
  readonly printer: string;
  readonly waitingReason: string;
  readonly storageLocation: string;
}

export interface LabPrinter {
  readonly name: string;
  readonly octoprint: OctoPrint;
  /** What the server knows as the printer's address. */
  readonly proxy: RecordingProxy;
}

export interface Lab {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly printers: readonly LabPrinter[];
  /** The first printer; throws in a lab without one. */
  readonly printer: LabPrinter;
  /** A program over HTTP. Tokens outlive restarts of the server. */
  http(account: AccountName | 'admin'): Promise<HttpClient>;
  /** A foreign client, connected, kept for the account; connected anew after the server was restarted. */
  ua(account: AccountName | 'admin' | ''): Promise<UaClient>;
  /** The id of a file that is uploaded over HTTP as the student. */
  upload(name: string, gcode: string): Promise<string>;
  submit(
    file: string,
    options?: { requestId?: string; printer?: string; approve?: boolean },
  ): Promise<number>;
  job(id: number): Promise<JobState>;
  /** Every status that the job has had, oldest first. */
  history(id: number): Promise<readonly string[]>;
  waitForJob(id: number, wanted: StatusName | readonly StatusName[], timeout?: number): Promise<JobState>;
  waitForReady(printer?: string, timeout?: number): Promise<void>;
  bedIsClear(printer?: string): Promise<boolean>;
  /** A robot takes the plate away: BeginPickup and ConfirmPickup. Returns the job. */
  pickUp(printer?: string, place?: string): Promise<number>;
  confirmBedClear(printer?: string): Promise<void>;
  /** How often a job was started, by the event hooks of all OctoPrints. */
  startsOfJob(id: number): Promise<number>;
  /**
   * A client that repeats the identical call when the server died in the middle of it: the server is started again
   * without a kill point. Counted in `deaths`.
   */
  surviving<T>(act: () => Promise<T>): Promise<T>;
  readonly deaths: number;
  /** After a kill: the clients' sessions are gone. */
  restart(): Promise<void>;
  forgetSessions(): Promise<void>;
  stop(): Promise<void>;
}

export interface LabOptions {
  readonly printers?: number;
  readonly settings?: ServerSettings;
  /** Leave the beds as a new printer has them: occupied until someone confirms. */
  readonly bedsAsFound?: boolean;
  /** Which client the accounts use. */
  readonly program?: UaProgram;
}

/** A lab of its own: real OctoPrints behind recording proxies, and the server as a process. */
export const startLab = async ({
  printers: count = 1,
  settings = {},
  bedsAsFound = false,
  program = 'asyncua',
}: LabOptions = {}): Promise<Lab> => {
  const folder = temporaryFolder();
  const server = await createServerProcess(join(folder, 'server'), settings);
  const [printers] = await Promise.all([
    Promise.all(
      Array.from({ length: count }, async (_, index): Promise<LabPrinter> => {
        const octoprint = await startOctoPrint(join(folder, `octoprint${index + 1}`));
        return { name: `Printer${index + 1}`, octoprint, proxy: await startRecordingProxy(octoprint.url) };
      }),
    ),
    server.start(),
  ]);
  const firstPrinter = (): LabPrinter => {
    const [first] = printers;
    if (first === undefined) throw new Error('This lab has no printer');
    return first;
  };

  let deaths = 0;
  const programs = new Map<string, HttpClient>();
  const sessions = new Map<string, Promise<UaClient>>();

  const http: Lab['http'] = async account => {
    const known = programs.get(account);
    if (known !== undefined) return known;
    const client = await logIn(server.httpUrl, account, passwordOf(account));
    programs.set(account, client);
    return client;
  };

  const ua: Lab['ua'] = account => {
    const known = sessions.get(account);
    if (known !== undefined) return known;
    const client = startUaClient(folder, `ua-${account || 'anonymous'}`, program);
    const identity = account === '' ? {} : { user: account, password: passwordOf(account) };
    const connected = client.connect(server.opcuaUrl, identity).then(
      () => client,
      async error => {
        if (sessions.get(account) === connected) sessions.delete(account);
        await client.kill();
        throw error;
      },
    );
    sessions.set(account, connected);
    return connected;
  };

  const admin = await http('admin');
  for (const [username, role] of Object.entries(accounts)) {
    const made = await admin.post('users', {
      username,
      password: passwordOf(username),
      role,
      approves_own: false,
    });
    if (made.status !== 201) throw new Error(`User ${username}: ${made.status} ${JSON.stringify(made.body)}`);
  }
  for (const { name, octoprint, proxy } of printers) {
    const made = await admin.post('printers', {
      opcua_name: name,
      api: 'OctoPrint',
      url: proxy.url,
      api_key: octoprint.apiKey,
      worker: true,
    });
    if (made.status !== 201) throw new Error(`${name}: ${made.status} ${JSON.stringify(made.body)}`);
  }

  const lab: Lab = {
    folder,
    server,
    printers,
    get printer() {
      return firstPrinter();
    },
    http,
    ua,

    async upload(name, gcode) {
      const answer = await (await http('student')).upload(name, gcode);
      if (answer.status !== 201) throw new Error(`Upload: ${answer.status} ${JSON.stringify(answer.body)}`);
      return String(asObject(answer.body).id);
    },

    async submit(file, { requestId = '', printer: wanted = '', approve = true } = {}) {
      const plc = await ua('plc');
      const { JobId } = await plc.ok('Jobs.SubmitJob', file, wanted, 'student', '', 0, requestId);
      if (approve) await (await ua('staff')).ok('Jobs.ApproveJob', JobId);
      return Number(JobId);
    },

    async job(id) {
      const outputs = await (await ua('plc')).ok('Jobs.GetJob', id);
      return {
        code: Number(outputs.StatusCode),
        name: String(outputs.Status),
        printer: String(outputs.Printer),
        waitingReason: String(outputs.WaitingReason),
        storageLocation: String(outputs.StorageLocation),
      };
    },

    async history(id) {
      const answer = await (await http('admin')).get(`jobs/${id}`);
      const { history } = asObject(answer.body) as { history?: readonly { status: string }[] };
      if (history === undefined)
        throw new Error(`Job ${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return history.map(entry => entry.status);
    },

    async waitForJob(id, wanted, timeout = 40_000) {
      const codes = (typeof wanted === 'string' ? [wanted] : wanted).map(name => status[name]);
      let last: JobState | undefined;
      try {
        return await until(
          `job ${id} to be ${wanted}`,
          async () => {
            last = await lab.job(id);
            return codes.some(code => code === last?.code) && last;
          },
          { timeout },
        );
      } catch (error) {
        throw new Error(`Job ${id} is ${JSON.stringify(last)} instead of ${wanted}.\n${server.log()}`, {
          cause: error,
        });
      }
    },

    async waitForReady(name = firstPrinter().name, timeout = 40_000) {
      const plc = await ua('plc');
      await until(`${name} to be ready`, async () => (await plc.value(`Printers/${name}/Ready`)) === true, {
        timeout,
      });
    },

    bedIsClear: async (name = firstPrinter().name) =>
      (await (await ua('plc')).value(`Printers/${name}/Bed/Clear`)) === true,

    async pickUp(name = firstPrinter().name, place = 'A1') {
      const plc = await ua('plc');
      const { PickupId } = await plc.ok('Printers.BeginPickup', name, 'robot1');
      const { JobId } = await plc.ok('Printers.ConfirmPickup', PickupId, place);
      return Number(JobId);
    },

    async confirmBedClear(name = firstPrinter().name) {
      await (await ua('staff')).ok('Printers.ConfirmBedClear', name);
    },

    async startsOfJob(id) {
      const all = await Promise.all(printers.map(one => one.octoprint.startedPrints()));
      return all.flat().filter(print => print.file.startsWith(`mes-${id}-`)).length;
    },

    get deaths() {
      return deaths;
    },

    async surviving(act) {
      const death = server.ended().then(({ signal }) => {
        throw new Error(`The server ended (${signal})`);
      });
      try {
        return await Promise.race([act(), death]);
      } catch (error) {
        death.catch(() => {});
        // A call may notice the broken connection before we notice the end.
        await Promise.race([server.ended(), sleep(1000)]);
        if (server.isRunning()) throw error;
        deaths += 1;
        await lab.forgetSessions();
        await server.start();
        return await act();
      }
    },

    async forgetSessions() {
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.allSettled(all.map(async session => (await session).kill()));
    },

    async restart() {
      await server.kill();
      await lab.forgetSessions();
      await server.start();
    },

    async stop() {
      await lab.forgetSessions();
      if (server.isRunning()) await server.kill();
      await Promise.all(printers.flatMap(one => [one.octoprint.stop(), one.proxy.stop()]));
    },
  };

  if (!bedsAsFound) {
    for (const { name } of printers) {
      await lab.confirmBedClear(name);
      await lab.waitForReady(name);
    }
  }
  return lab;
};
