/**
 * Every setting of the server: one table that validates, documents and reports. Values come from the
 * environment, then from `.env`, then from the defaults here. Names of the earlier server keep their meaning.
 */
import { hostname } from 'node:os';
import { z } from 'zod';

interface Definition<Value> {
  /** From the setting's text; issues name what is wrong and what to write. */
  readonly schema: z.ZodType<Value, string>;
  readonly default: string;
  readonly meaning: string;
  /** Never shown. */
  readonly secret?: boolean;
  /** Another name for the same setting. */
  readonly alias?: string;
}

const text = z.string();
const folder = z.string().min(1, 'give the path of a folder');
const flag = z
  .string()
  .toLowerCase()
  .refine(value => ['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'].includes(value), 'say true or false')
  .transform(value => ['true', '1', 'yes', 'on'].includes(value));

const number = (minimum: number, maximum: number, whole: boolean) =>
  z
    .string()
    .refine(value => /^-?\d+(\.\d+)?$/.test(value.trim()), 'give a number')
    .transform(Number)
    .refine(
      value => value >= minimum && value <= maximum && (!whole || Number.isInteger(value)),
      `give a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`,
    );
const seconds = number(0.05, 86_400, false);
const whole = (minimum: number, maximum: number) => number(minimum, maximum, true);
const port = whole(0, 65_535);
const hostnames = z.string().transform((value, context): readonly [string, ...string[]] => {
  const [first, ...others] = value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
  if (first !== undefined) return [first, ...others];
  context.addIssue({ code: 'custom', message: 'give at least one name or address' });
  return z.NEVER;
});

/** The zone's own name, which TZ wants exactly; undefined when it has none that TZ understands. */
const timeZoneOf = (text: string): string | undefined => {
  try {
    const zone = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    return /^[+-]/.test(zone) ? undefined : zone;
  } catch {
    return undefined;
  }
};

/** Some machines have an offset without a name, or nothing. */
const machineTimeZone = timeZoneOf(Intl.DateTimeFormat().resolvedOptions().timeZone ?? '') ?? 'UTC';

/** `memory:` or a folder. SQLAlchemy's in-memory URLs are the earlier server's own examples. */
const database = z.string().transform((value, context) => {
  if (/^sqlite\+aiosqlite:\/\/\/?$/.test(value) || value === 'memory:') return { kind: 'memory' } as const;
  const path = value.replace(/^file:(\/\/)?/, '');
  if (path === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    context.addIssue({
      code: 'custom',
      message: 'give the path of a folder (the embedded store), or sqlite+aiosqlite:// for a store in memory',
    });
    return z.NEVER;
  }
  return { kind: 'folder', path } as const;
});

const opcuaUrl = z
  .string()
  .refine(
    value => value === '' || /^opc\.tcp:\/\/[^\s/]+/.test(value),
    'give a URL such as opc.tcp://host:4840',
  );
const httpUrl = z
  .string()
  .refine(
    value => value === '' || (/^https?:\/\//.test(value) && URL.canParse(value)),
    'give a URL such as http://host:8080/orders',
  );
const logLevel = z
  .string()
  .toLowerCase()
  .transform(value => (value === 'warning' ? 'warn' : value))
  .pipe(z.enum(['debug', 'info', 'warn', 'error'], 'say debug, info, warn or error'));

const define = <Value>(definition: Definition<Value>): Definition<Value> => definition;

export const definitions = {
  DATABASE_URL: define({
    schema: database,
    default: './data',
    meaning: 'Folder of the embedded store; sqlite+aiosqlite:// keeps everything in memory (lost at exit).',
  }),
  UPLOAD_PATH: define({
    schema: folder,
    default: './upload',
    meaning: 'Folder of the uploaded g-code files.',
  }),
  CERTIFICATES_PATH: define({
    schema: folder,
    default: './certificates',
    meaning: 'Folder of the OPC UA certificates, made at the first start.',
  }),

  HTTP_HOST: define({ schema: text, default: '127.0.0.1', meaning: 'Address that HTTP listens on.' }),
  HTTP_PORT: define({ schema: port, default: '8000', meaning: 'Port of HTTP.' }),
  HTTP_TRUST_PROXY: define({
    schema: flag,
    default: 'false',
    meaning:
      'Whether one proxy stands in front of HTTP and its X-Forwarded headers are believed; nobody may get past it.',
  }),
  HTTP_COOKIE_SECURE: define({
    schema: flag,
    default: 'false',
    meaning: 'Whether browsers send the session over HTTPS alone: set it where a proxy in front ends TLS.',
  }),
  HTTP_MAX_CONNECTIONS_PER_ADDRESS: define({
    schema: whole(10, 1000),
    default: '250',
    meaning:
      'Open HTTP connections of one client address; more when a large class sits behind one. No limit with HTTP_TRUST_PROXY.',
  }),
  OPCUA_HOST: define({ schema: text, default: '0.0.0.0', meaning: 'Address that OPC UA listens on.' }),
  OPCUA_PORT: define({ schema: port, default: '4840', meaning: 'Port of OPC UA.' }),
  OPCUA_HOSTNAMES: define({
    schema: hostnames,
    default: hostname(),
    meaning:
      'Names and addresses, comma-separated, under which clients reach OPC UA: endpoints and certificate.',
  }),
  OPCUA_ANONYMOUS: define({
    schema: flag,
    default: 'true',
    meaning: 'Whether clients without an account may read the printers.',
  }),
  OPCUA_ACCEPT_UNKNOWN_CERTIFICATES: define({
    schema: flag,
    default: 'true',
    meaning: 'Whether client certificates are accepted at first sight; otherwise they wait in rejected/.',
  }),
  OPCUA_MAX_SESSIONS: define({
    schema: whole(10, 10_000),
    default: '200',
    meaning: 'OPC UA sessions at once.',
  }),
  OPCUA_MAX_SESSIONS_PER_ADDRESS: define({
    schema: whole(1, 10_000),
    default: '50',
    meaning:
      'OPC UA sessions of one client address at once; more when many clients come through one gateway.',
  }),
  OPCUA_SESSION_DIAGNOSTICS: define({
    schema: flag,
    default: 'false',
    meaning: 'Whether each session gets diagnostics nodes (makes a connect ten times as costly).',
  }),

  OPCUA_SERVER_URL: define({
    schema: opcuaUrl,
    default: '',
    alias: 'CENTRAL_OPCUA_URL',
    meaning: "The lab's central OPC UA server; `mock` in it: a simulated one; empty: none.",
  }),
  OPCUA_SERVER_NAMESPACE: define({
    schema: z.string().min(1, 'give a namespace URI'),
    default: 'http://monashautomation.com/opcua-server',
    meaning: 'Namespace URI of the printers in the central server.',
  }),
  CENTRAL_OPCUA_USERNAME: define({
    schema: text,
    default: '',
    meaning: 'Account at the central server; empty: anonymous.',
  }),
  CENTRAL_OPCUA_PASSWORD: define({
    schema: text,
    default: '',
    secret: true,
    meaning: 'Password of that account.',
  }),
  CENTRAL_REFRESH_INTERVAL: define({
    schema: seconds,
    default: '60',
    meaning: 'Every so many seconds all values go to the central server, changed or not.',
  }),

  AUTO_SCHEDULE: define({
    schema: flag,
    default: 'true',
    meaning: 'Whether approved jobs go to the first compatible free printer; otherwise staff assign them.',
  }),
  PRIORITY_AGEING_HOURS: define({
    schema: number(0, 8760, false),
    default: '24',
    meaning: 'Each so many hours of waiting count as one more of priority; 0: never.',
  }),
  MAX_HEATING_PRINTERS: define({
    schema: whole(0, 10_000),
    default: '0',
    meaning: 'Most printers that heat up at once, others start when one is hot; 0: any number.',
  }),
  AUTO_APPROVE: define({ schema: flag, default: 'false', meaning: 'Whether jobs are approved at once.' }),
  MAX_OPEN_JOBS: define({ schema: whole(1, 1_000_000), default: '20000', meaning: 'Open jobs in all.' }),
  MAX_UPLOAD_MB: define({
    schema: whole(1, 100_000),
    default: '1024',
    meaning: 'Largest g-code file in MB.',
  }),
  JOB_NODES: define({
    schema: whole(0, 10_000),
    default: '500',
    meaning: 'Most job objects in the address space.',
  }),
  TOKEN_LIFETIME: define({
    schema: number(1, 8760, false),
    default: '12',
    meaning: 'Hours after which a log-in over HTTP ends.',
  }),

  PRINTER_WORKER_INTERVAL: define({
    schema: seconds,
    default: '5',
    meaning: 'Every so many seconds a worker reads its printer.',
  }),
  PRINTER_LOST_AFTER: define({
    schema: seconds,
    default: '900',
    meaning: 'After so many seconds without a printer the outcome of its job is unknown.',
  }),
  MAX_PARALLEL_UPLOADS: define({
    schema: whole(1, 1000),
    default: '10',
    meaning: 'Printers that get their files at once; one that takes longer than 30 s no longer counts.',
  }),
  PICKUP_TIMEOUT: define({
    schema: seconds,
    default: '600',
    meaning: 'After so many seconds a robot that still holds a plate is reported; it keeps its hold.',
  }),
  ORDER_FETCHER_INTERVAL: define({
    schema: seconds,
    default: '5',
    meaning: 'Every so many seconds orders are fetched; no effect without ORDER_SOURCE_URL.',
  }),
  ORDER_SOURCE_URL: define({
    schema: httpUrl,
    default: '',
    meaning: 'Where orders are fetched; empty: nowhere.',
  }),

  MOCK_PRINTER_INTERVAL: define({
    schema: seconds,
    default: '2',
    meaning: 'Every so many seconds a mock printer makes a step.',
  }),
  MOCK_PRINTER_JOB_TIME: define({
    schema: whole(1, 1_000_000),
    default: '30',
    meaning: 'Steps that a print takes on a mock printer.',
  }),
  MOCK_PRINTER_TARGET_BED_TEMPERATURE: define({
    schema: number(0, 200, false),
    default: '100',
    meaning: 'Target of a mock bed in °C.',
  }),
  MOCK_PRINTER_TARGET_BED_NOZZLE: define({
    schema: number(0, 500, false),
    default: '120',
    meaning: 'Target of a mock nozzle in °C.',
  }),

  ADMIN_USERNAME: define({
    schema: z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'use 1 to 64 of A-Z a-z 0-9 . _ @ -'),
    default: 'admin',
    meaning: 'Name of the first account of an unattended installation.',
  }),
  ADMIN_PASSWORD_FILE: define({
    schema: text,
    default: '',
    meaning: 'File with the password of the first account; empty: a one-time set-up link is made.',
  }),
  TIME_ZONE: define({
    schema: z.string().transform((text, context) => {
      const zone = timeZoneOf(text);
      if (zone !== undefined) return zone;
      context.addIssue({ code: 'custom', message: 'give a zone such as Australia/Melbourne' });
      return z.NEVER;
    }),
    default: machineTimeZone,
    meaning: "The lab's time zone, for printing hours and what people read.",
  }),
  LOGGING_LEVEL: define({
    schema: logLevel,
    default: 'info',
    alias: 'LOG_LEVEL',
    meaning: 'Least important level that is logged.',
  }),
} as const;

export type SettingName = keyof typeof definitions;
export type Settings = {
  readonly [Name in SettingName]: (typeof definitions)[Name] extends Definition<infer Value> ? Value : never;
};

export type SettingSource = 'environment' | '.env' | 'default';
export interface LoadedSettings {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
  /** The text of each value, as given. */
  readonly texts: Readonly<Record<SettingName, string>>;
  /** What an operator should know; nothing here stops the start. */
  readonly notes: readonly string[];
}

export const settingNames = Object.keys(definitions) as readonly SettingName[];

/** All faults together, a line each. */
export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:\n  ${faults.join('\n  ')}`,
    );
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const definitionOf = (name: SettingName): Definition<unknown> => definitions[name] as Definition<unknown>;

const given = (from: Environment, name: SettingName): readonly (readonly [string, string])[] =>
  [name, definitionOf(name).alias].flatMap(key => {
    const value = key === undefined ? undefined : from[key];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });

/**
 * @param dotenv the parsed `.env`, {} without one
 * @throws SettingsError with every fault
 */
export const loadSettings = (environment: Environment, dotenv: Environment = {}): LoadedSettings => {
  const faults: string[] = [];
  const settings: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  const texts: Record<string, string> = {};

  for (const name of settingNames) {
    const definition = definitionOf(name);
    const fromEnvironment = given(environment, name);
    const fromFile = given(dotenv, name);
    const all = fromEnvironment.length > 0 ? fromEnvironment : fromFile;
    const [first, second] = all;
    if (first !== undefined && second !== undefined && first[1] !== second[1]) {
      faults.push(`${first[0]} and ${second[0]} mean the same and differ: give one of them.`);
    }
    const [key, value] = first ?? [name, definition.default];
    const parsed = definition.schema.safeParse(value);
    if (parsed.success) {
      settings[name] = parsed.data;
    } else {
      const shown = definition.secret ? '(secret)' : JSON.stringify(value);
      faults.push(`${key}=${shown}: ${parsed.error.issues.map(issue => issue.message).join('; ')}.`);
    }
    sources[name] = fromEnvironment.length > 0 ? 'environment' : fromFile.length > 0 ? '.env' : 'default';
    texts[name] = value;
  }
  if (faults.length > 0) throw new SettingsError(faults);
  const loaded = { settings, sources, texts } as Pick<LoadedSettings, 'settings' | 'sources' | 'texts'>;
  return { ...loaded, notes: notesOn(loaded, dotenv) };
};

const notesOn = (
  { settings, sources }: Pick<LoadedSettings, 'settings' | 'sources'>,
  dotenv: Environment,
): string[] => {
  const notes: string[] = [];
  const known = new Set<string>(settingNames.flatMap(name => [name, definitionOf(name).alias ?? name]));
  for (const key of Object.keys(dotenv)) {
    if (!known.has(key)) notes.push(`.env: ${key} is no setting of this server and has no effect.`);
  }
  if (settings.DATABASE_URL.kind === 'memory') {
    notes.push(
      'DATABASE_URL: the store is in memory; every job is lost at exit. Give a folder for real use.',
    );
  }
  if (sources.ORDER_FETCHER_INTERVAL !== 'default' && settings.ORDER_SOURCE_URL === '') {
    notes.push('ORDER_FETCHER_INTERVAL has no effect without ORDER_SOURCE_URL.');
  }
  if (settings.ORDER_SOURCE_URL !== '') {
    notes.push('ORDER_SOURCE_URL: fetching of orders is not part of this version; nothing is fetched.');
  }
  if (settings.OPCUA_SERVER_URL === '') {
    notes.push('OPCUA_SERVER_URL is empty: no central server is kept up to date.');
  }
  return notes;
};

export const maxUploadBytes = ({ MAX_UPLOAD_MB }: Settings): number => MAX_UPLOAD_MB * 1_000_000;
