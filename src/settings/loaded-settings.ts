import type { SettingName, Settings } from './definitions.ts';

export type SettingSource = 'environment' | '.env' | 'default';
export interface LoadedSettings {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
  /** The text of each value, as given. */
  readonly texts: Readonly<Record<SettingName, string>>;
  /** What an operator should know; nothing here stops the start. */
  readonly notes: readonly string[];
}

/** What is wrong, in a line, and with which settings. */
export interface SettingFault {
  readonly settings: readonly SettingName[];
  readonly message: string;
}

/** Settings as they were read: those that are valid, and all faults, a line each. */
export interface SettingsReading extends Pick<LoadedSettings, 'sources' | 'texts'> {
  readonly valid: Partial<Settings>;
  /** Those that a fault speaks of. */
  readonly faulty: ReadonlySet<SettingName>;
  readonly faults: readonly string[];
  readonly dotenv: Environment;
}

export const withFaults = (reading: SettingsReading, more: readonly SettingFault[]): SettingsReading => ({
  ...reading,
  faulty: new Set([...reading.faulty, ...more.flatMap(({ settings }) => settings)]),
  faults: [...reading.faults, ...more.map(({ message }) => message)],
});

/** All faults together, a line each. */
export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faultsText(faults));
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

export const faultsText = (faults: readonly string[]): string =>
  `${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:\n  ${faults.join('\n  ')}`;

/** Settings as given: texts by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
