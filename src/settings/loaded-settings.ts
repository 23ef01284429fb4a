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

/** Settings as given: texts by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
