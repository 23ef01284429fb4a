import type { TaskName, TaskOptions, Until } from '../client/tasks.ts';

/** Servers that a case compares, by name; the first is what the others are divided by. */
export type ServerName = 'bare' | 'ours' | 'archived' | 'open';

export interface Case {
  readonly name: string;
  readonly task: TaskName;
  readonly options: TaskOptions;
  readonly until: Until;
  readonly servers: readonly ServerName[];
  /** ms between two changes of all live values during the case; 0 for none. */
  readonly changeEvery?: number;
}

const SECOND: Until = { milliseconds: 1000, operations: Number.MAX_SAFE_INTEGER };
const one: TaskOptions = { sessions: 1, inFlight: 1, anonymous: false };
const eight: TaskOptions = { sessions: 8, inFlight: 1, anonymous: false };
const pair = ['bare', 'ours'] as const;
/** So many submissions each round that neither server gets far from the state that it began with. */
const submissions = (operations: number): Until => ({ milliseconds: 10_000, operations });

export const cases: readonly Case[] = [
  {
    name: 'idle, 1 s',
    task: 'idle',
    options: one,
    until: SECOND,
    servers: pair,
  },
  { name: 'read 1 value, 1 session', task: 'readOne', options: one, until: SECOND, servers: pair },
  {
    name: 'read 1 value, 8 sessions x 4',
    task: 'readOne',
    options: { ...eight, inFlight: 4 },
    until: SECOND,
    servers: pair,
  },
  { name: 'read 800 values', task: 'readMany', options: one, until: SECOND, servers: pair },
  {
    name: 'notification, 4 sessions x 250',
    task: 'notifications',
    options: { ...one, sessions: 4 },
    until: SECOND,
    servers: pair,
    changeEvery: 200,
  },
  {
    name: 'connect, anonymous',
    task: 'connect',
    options: { ...one, anonymous: true },
    until: SECOND,
    servers: pair,
  },
  { name: 'connect, user name', task: 'connect', options: one, until: SECOND, servers: pair },
  { name: 'SubmitJob, 1 client', task: 'submit', options: one, until: submissions(1000), servers: pair },
  { name: 'SubmitJob, 8 clients', task: 'submit', options: eight, until: submissions(1500), servers: pair },
  {
    name: 'SubmitJob, 8 clients, 100 000 archived',
    task: 'submit',
    options: eight,
    until: submissions(1500),
    servers: ['ours', 'archived'],
  },
  {
    name: 'SubmitJob, 8 clients, 10 000 open',
    task: 'submit',
    options: eight,
    until: submissions(1500),
    servers: ['ours', 'open'],
  },
];
