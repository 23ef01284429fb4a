import { createInterface } from 'node:readline';
import { until } from '../../support/until.ts';
import { type CertificateFiles, makeCertificate } from './certificates.ts';
import { startChild, tailOf } from './child.ts';
import { commandOf, type UaProgram } from './ua-programs.ts';

/** What the application certificates of all programs say. */
const APPLICATION_URI = 'urn:interop:ua-client';

/** A status other than the expected one: what the server or the connection answered. */
export class UaFailure extends Error {
  readonly status: string;

  constructor(message: string, status: string) {
    super(message);
    this.name = 'UaFailure';
    this.status = status;
  }
}

export interface UaValue {
  readonly value: unknown;
  /** Name of the status code, such as Good or BadUserAccessDenied. */
  readonly status: string;
  readonly time: string | null;
}

export interface UaCallResult {
  readonly status: string;
  readonly outputs: Readonly<Record<string, unknown>> | null;
}

export interface UaConnectOptions {
  readonly user?: string;
  readonly password?: string;
  /** Instead of a user name. */
  readonly userCertificate?: CertificateFiles;
  /** Such as Basic256Sha256; None without it. */
  readonly policy?: string;
  readonly mode?: 'Sign' | 'SignAndEncrypt';
}

/**
 * A client of another maker, in a process of its own. Nodes are named without their namespace (`Jobs/1`), or as
 * `ns=7;i=7004`. Values are what JSON can say: times in ISO 8601, ByteStrings in base64, LocalizedTexts as their text,
 * structures as objects with the fields' names of their definition. A request is one line `{"id", "do", …}`, its answer
 * `{"id", "result"}` or `{"id", "error", "status"}`; `{"data"}` and `{"event"}` come between.
 */
export interface UaClient {
  connect(
    url: string,
    options?: UaConnectOptions,
  ): Promise<{ readonly instances: number; readonly types: number }>;
  disconnect(): Promise<void>;
  endpoints(url: string): Promise<readonly { policy: string; mode: string; tokens: readonly string[] }[]>;
  /** @param types of the arguments; without them those that the server declares */
  call(method: string, args: readonly unknown[], types?: readonly string[]): Promise<UaCallResult>;
  /** The same on an object that the method's name does not tell. */
  callOn(
    object: string,
    method: string,
    args: readonly unknown[],
    types?: readonly string[],
  ): Promise<UaCallResult>;
  /** The outputs of a call that must be Good with ReturnCode 0. */
  ok(method: string, ...args: readonly unknown[]): Promise<Readonly<Record<string, unknown>>>;
  /** The ReturnCode of a call that must be Good. */
  code(method: string, ...args: readonly unknown[]): Promise<number>;
  read(...nodes: readonly string[]): Promise<readonly UaValue[]>;
  /** The value alone of a variable that must be Good. */
  value(node: string): Promise<unknown>;
  write(node: string, value: unknown, type: string): Promise<void>;
  browse(node: string): Promise<readonly { name: string; node: string }[]>;
  subscribe(...nodes: readonly string[]): Promise<void>;
  /**
   * @param type by its name among our types, or by its node id
   * @param fields browse paths such as `0:Message`; `` is the ConditionId. asyncua alone asks for those of the type
   * itself when there are none.
   */
  events(source: string, type?: string, fields?: readonly string[]): Promise<void>;
  /** Raw values of a variable, oldest first, continuation points followed. */
  history(node: string, start: Date, end: Date, max: number): Promise<readonly UaValue[]>;
  /** What came by subscription so far, oldest first. */
  readonly data: readonly (UaValue & { readonly node: string })[];
  readonly seen: readonly Readonly<Record<string, unknown>>[];
  /** SIGKILL: the session is left behind as by a PLC that lost its power. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export const startUaClient = (
  folder: string,
  name = 'ua-client',
  program: UaProgram = 'asyncua',
): UaClient => {
  const logFile = `${folder}/${name}.log`;
  const [command, ...commandArgs] = commandOf(program);
  const child = startChild(command, commandArgs, { logFile, talk: true });
  const { stdin, stdout } = child.process;
  if (stdin === null || stdout === null) throw new Error('The UA client has no pipes');
  const waiting = new Map<number, Waiting>();
  const data: (UaValue & { node: string })[] = [];
  const seen: Readonly<Record<string, unknown>>[] = [];
  let last = 0;

  createInterface({ input: stdout }).on('line', line => {
    const message = JSON.parse(line) as {
      id?: number;
      result?: unknown;
      error?: string;
      status?: string;
      data?: UaValue & { node: string };
      event?: Readonly<Record<string, unknown>>;
    };
    if (message.data !== undefined) data.push(message.data);
    if (message.event !== undefined) seen.push(message.event);
    const one = message.id === undefined ? undefined : waiting.get(message.id);
    if (message.id === undefined || one === undefined) return;
    waiting.delete(message.id);
    if (message.error === undefined) one.resolve(message.result);
    else one.reject(new UaFailure(message.error, message.status ?? ''));
  });
  stdin.on('error', () => {});
  const abandon = (): void => {
    for (const one of waiting.values()) one.reject(new Error(`The UA client ended:\n${tailOf(logFile)}`));
    waiting.clear();
  };
  child.exited.then(abandon, abandon);

  const ask = async <T>(what: string, request: object = {}): Promise<T> => {
    if (!child.isRunning()) throw new Error(`The UA client has ended:\n${tailOf(logFile)}`);
    last += 1;
    const id = last;
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    const timer = setTimeout(() => {
      waiting.get(id)?.reject(new UaFailure(`No answer to ${what} within 60 s`, 'NoAnswer'));
      waiting.delete(id);
    }, 60_000);
    stdin.write(`${JSON.stringify({ id, do: what, ...request })}\n`);
    try {
      return (await answer) as T;
    } finally {
      clearTimeout(timer);
    }
  };

  const client: UaClient = {
    data,
    seen,
    async connect(url, { userCertificate, ...options } = {}) {
      const application =
        // open62541 needs one of its own for the encryption of a password, on a channel without security too.
        options.policy === undefined && program !== 'open62541'
          ? undefined
          : await makeCertificate(folder, name, { applicationUri: APPLICATION_URI });
      return ask('connect', {
        url,
        ...options,
        ...(application && {
          certificate: application.certificate,
          key: application.key,
          applicationUri: APPLICATION_URI,
        }),
        ...(userCertificate && {
          userCertificate: userCertificate.certificate,
          userKey: userCertificate.key,
        }),
      });
    },
    disconnect: () => ask('disconnect'),
    endpoints: url => ask('endpoints', { url }),
    call: (method, args, types) => ask('call', { method, args, ...(types === undefined ? {} : { types }) }),
    callOn: (object, method, args, types) =>
      ask('call', { object, method, args, ...(types === undefined ? {} : { types }) }),
    async ok(method, ...args) {
      const { status, outputs } = await client.call(method, args);
      if (status !== 'Good' || outputs === null || outputs.ReturnCode !== 0) {
        throw new UaFailure(
          `${method}(${args.join(', ').slice(0, 200)}): ${status} ${JSON.stringify(outputs)}`,
          status,
        );
      }
      return outputs;
    },
    async code(method, ...args) {
      const { status, outputs } = await client.call(method, args);
      if (status !== 'Good' || outputs === null) throw new UaFailure(`${method}: ${status}`, status);
      return Number(outputs.ReturnCode);
    },
    read: (...nodes) => ask('read', { nodes }),
    async value(node) {
      const [answer] = await client.read(node);
      if (answer?.status !== 'Good') throw new UaFailure(`${node}: ${answer?.status}`, answer?.status ?? '');
      return answer.value;
    },
    write: (node, value, type) => ask('write', { node, value, type }),
    browse: node => ask('browse', { node }),
    subscribe: (...nodes) => ask('subscribe', { nodes }),
    events: (source, type, fields) =>
      ask('events', {
        source,
        ...(type === undefined ? {} : { type }),
        ...(fields === undefined ? {} : { fields }),
      }),
    history: (node, start, end, max) =>
      ask('history', { node, start: start.toISOString(), end: end.toISOString(), max }),
    async kill() {
      await child.kill('SIGKILL');
    },
    async stop() {
      if (!child.isRunning()) return;
      stdin.end();
      await until('the UA client to end', () => !child.isRunning(), { timeout: 5000 }).catch(() =>
        child.kill('SIGKILL'),
      );
    },
  };
  return client;
};
