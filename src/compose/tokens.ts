import type { InjectionToken } from 'tsyringe';
import type { LogInThrottle } from '../app/accounts/log-in-throttle.ts';
import type { Application } from '../app/application.ts';
import type { Background } from '../app/background.ts';
import type { Commit } from '../app/commit.ts';
import type { Rules } from '../app/deps.ts';
import type { Dispatcher } from '../app/dispatch/dispatcher.ts';
import type { StoreHealth } from '../app/health.ts';
import type {
  Cameras,
  Clock,
  DriverFactories,
  FileStorage,
  KeyAskers,
  LiveValues,
  Log,
  MockSimulations,
  PasswordHasher,
  PrinterProbe,
  Store,
} from '../app/ports.ts';
import type { CentralClient } from '../central/central-client.ts';
import type { Fleet } from '../printers/fleet.ts';
import type { Settings } from '../settings/definitions.ts';
import type { CentralServer } from '../simulation/central-server.ts';
import type { MockPrinter } from '../simulation/mock-printer.ts';
import type { Disk } from '../store/disk.ts';
import type { Component } from './component.ts';

/** The simulated machines: one for each name. */
export type MockPrinters = (...of: Parameters<MockSimulations>) => MockPrinter;

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

/** What can be injected, by name; tests put their own in the place of any. */
export const tokens = {
  settings: token<Settings>('settings'),
  log: token<Log>('log'),
  clock: token<Clock>('clock'),
  disk: token<Disk>('disk'),
  store: token<Store & { close(): Promise<void> }>('store'),
  files: token<FileStorage & Component>('files'),
  hasher: token<PasswordHasher>('hasher'),
  throttle: token<LogInThrottle>('throttle'),
  rules: token<Rules>('rules'),
  setUpToken: token<string | undefined>('setUpToken'),
  storeHealth: token<StoreHealth>('storeHealth'),
  commit: token<Commit>('commit'),
  live: token<LiveValues>('live'),
  jobLog: token<Component>('jobLog'),
  background: token<Background>('background'),
  application: token<Application>('application'),
  mockPrinters: token<MockPrinters>('mockPrinters'),
  drivers: token<DriverFactories>('drivers'),
  keys: token<KeyAskers>('keys'),
  cameras: token<Cameras & Component>('cameras'),
  probe: token<PrinterProbe>('probe'),
  simulatedCentral: token<CentralServer | undefined>('simulatedCentral'),
  dispatcher: token<Dispatcher>('dispatcher'),
  pickupWatch: token<Component>('pickupWatch'),
  identityWatch: token<Component>('identityWatch'),
  pruning: token<Component>('pruning'),
  fleet: token<Fleet>('fleet'),
  central: token<CentralClient | undefined>('central'),
  opcua: token<Component & { certificateFault?(): string }>('opcua'),
  http: token<Component>('http'),
} as const;
