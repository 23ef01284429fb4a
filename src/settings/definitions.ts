/**
 * Every setting of the server: one table that validates, documents and reports. Values come from the
 * environment, then from `.env`, then from the defaults here. Names of the earlier server keep their meaning.
 */
import { hostname } from 'node:os';
import type { z } from 'zod';
import {
  database,
  flag,
  folder,
  hostnames,
  httpUrl,
  logLevel,
  namespaceUri,
  number,
  opcuaUrl,
  port,
  seconds,
  text,
  timeZone,
  username,
  whole,
} from './schemas.ts';
import { machineTimeZone } from './time-zone.ts';

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
    meaning:
      'Whether client certificates that are not in trusted/certs/ are accepted too; either way they lie in rejected/, from where staff move those that they trust.',
  }),
  OPCUA_DISCOVERY_URL: define({
    schema: opcuaUrl,
    default: '',
    meaning:
      'Discovery server of the site to register with, such as opc.tcp://lds:4840; its certificate has to be trusted. Empty: none.',
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
  OPCUA_MAX_SESSIONS_PER_ACCOUNT: define({
    schema: whole(0, 10_000),
    default: '0',
    meaning: 'OPC UA sessions of one account at once, wherever it logs in; 0: half of all.',
  }),
  OPCUA_MAX_SUBSCRIPTIONS: define({
    schema: whole(1, 100),
    default: '10',
    meaning: 'OPC UA subscriptions of one session.',
  }),
  OPCUA_MAX_MONITORED_ITEMS: define({
    schema: whole(100, 100_000),
    default: '10000',
    meaning: 'Monitored items of one OPC UA session.',
  }),
  OPCUA_MAX_MONITORED_ITEMS_PER_ADDRESS: define({
    schema: whole(100, 100_000),
    default: '20000',
    meaning: 'Monitored items of all OPC UA sessions of one client address.',
  }),
  OPCUA_MAX_QUEUE_SIZE: define({
    schema: whole(1, 10_000),
    default: '100',
    meaning: 'Values that one monitored item keeps until they are fetched; of events ten times as many.',
  }),
  OPCUA_MAX_CONTINUATION_POINTS: define({
    schema: whole(1, 1000),
    default: '20',
    meaning: 'Browse answers of one OPC UA session of which the rest waits to be fetched.',
  }),
  OPCUA_MAX_MESSAGE_KB: define({
    schema: whole(64, 65_536),
    default: '4096',
    meaning: 'Largest OPC UA request and answer in KB.',
  }),
  OPCUA_MAX_STRING_KB: define({
    schema: whole(64, 65_536),
    default: '4096',
    meaning: 'Longest text or byte string in an OPC UA request in KB.',
  }),
  OPCUA_MAX_ARRAY_LENGTH: define({
    schema: whole(1000, 10_000_000),
    default: '100000',
    meaning: 'Longest array in an OPC UA request.',
  }),
  OPCUA_MAX_UNREAD_KB: define({
    schema: whole(64, 1_048_576),
    default: '8192',
    meaning: 'Answers in KB that an OPC UA client may leave unread before it is cut off.',
  }),
  OPCUA_MAX_CALLS_PER_SECOND: define({
    schema: whole(1, 1_000_000),
    default: '5000',
    meaning:
      'Method calls of one account in a second, or of one session without an account; more are answered BadServerTooBusy.',
  }),
  OPCUA_SESSION_DIAGNOSTICS: define({
    schema: flag,
    default: 'false',
    meaning: 'Whether each session gets diagnostics nodes (makes a connect ten times as costly).',
  }),
  OPCUA_HISTORY_VALUES: define({
    schema: whole(0, 100_000),
    default: '0',
    meaning:
      'Past values kept in memory for OPC UA of each temperature and progress, 100 bytes a printer for each; 0: none.',
  }),

  OPCUA_SERVER_URL: define({
    schema: opcuaUrl,
    default: '',
    alias: 'CENTRAL_OPCUA_URL',
    meaning: "The lab's central OPC UA server; `mock` in it: a simulated one; empty: none.",
  }),
  OPCUA_SERVER_NAMESPACE: define({
    schema: namespaceUri,
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
  MAX_OPEN_JOBS_PER_USER: define({
    schema: whole(1, 1_000_000),
    default: '200',
    meaning: 'Open jobs of one account of role user.',
  }),
  MAX_UPLOAD_MB: define({
    schema: whole(1, 100_000),
    default: '1024',
    meaning: 'Largest g-code file in MB.',
  }),
  DISK_ALARM_FREE_MB: define({
    schema: whole(0, 10_000_000),
    default: '2048',
    meaning: 'With fewer MB free a disk of the server is nearly full, which is an alarm; 0: never.',
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
    schema: username,
    default: 'admin',
    meaning: 'Name of the first account of an unattended installation.',
  }),
  ADMIN_PASSWORD_FILE: define({
    schema: text,
    default: '',
    meaning: 'File with the password of the first account; empty: a one-time set-up link is made.',
  }),
  TIME_ZONE: define({
    schema: timeZone,
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

export const settingNames = Object.keys(definitions) as readonly SettingName[];

export const definitionOf = (name: SettingName): Definition<unknown> =>
  definitions[name] as Definition<unknown>;
