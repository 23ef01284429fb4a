/**
 * Everything that the application needs of the world outside: compose/ injects the implementations,
 * tests the fakes. Siblings (store, printers, opcua, http …) know each other through these alone.
 */
export * from './ports/cameras.ts';
export * from './ports/central-status.ts';
export * from './ports/clock.ts';
export * from './ports/disk-space.ts';
export * from './ports/file-storage.ts';
export * from './ports/live-values.ts';
export * from './ports/log.ts';
export * from './ports/mock-machine.ts';
export * from './ports/password-hasher.ts';
export * from './ports/printer-driver.ts';
export * from './ports/printer-keys.ts';
export * from './ports/printer-probe.ts';
export * from './ports/store.ts';
