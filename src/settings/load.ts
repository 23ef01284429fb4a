import { definitionOf, type SettingName, type Settings, settingNames } from './definitions.ts';
import {
  type Environment,
  type LoadedSettings,
  type SettingSource,
  SettingsError,
  type SettingsReading,
  withFaults,
} from './loaded-settings.ts';
import { notesOn } from './notes.ts';
import { portFaults, sharedFolderFaults } from './start-faults.ts';

const given = (from: Environment, name: SettingName): readonly (readonly [string, string])[] =>
  [name, definitionOf(name).alias].flatMap(key => {
    const value = key === undefined ? undefined : from[key];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });

/** Stands for a value of which nobody can tell where it ends: more may be in it, and secret. */
const UNCLOSED = '(its quote is not closed)';

/**
 * Every setting as far as it is valid, and every fault.
 * @param dotenv the parsed `.env`, {} without one
 * @param unclosed names in it whose values cannot be told: whoever says so has said what is wrong
 */
export const readSettings = (
  environment: Environment,
  dotenv: Environment = {},
  unclosed: readonly string[] = [],
): SettingsReading => {
  const faults: string[] = [];
  const faulty = new Set<SettingName>();
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
      faulty.add(name);
      faults.push(`${first[0]} and ${second[0]} mean the same and differ: give one of them.`);
    }
    sources[name] = fromEnvironment.length > 0 ? 'environment' : fromFile.length > 0 ? '.env' : 'default';
    const [key, value] = first ?? [name, definition.default];
    texts[name] = value;
    if (sources[name] === '.env' && unclosed.includes(key)) {
      faulty.add(name);
      texts[name] = UNCLOSED;
      continue;
    }
    const parsed = definition.schema.safeParse(value);
    if (parsed.success) {
      settings[name] = parsed.data;
    } else {
      faulty.add(name);
      const shown = definition.secret ? '(secret)' : JSON.stringify(value);
      faults.push(`${key}=${shown}: ${parsed.error.issues.map(issue => issue.message).join('; ')}.`);
    }
  }
  const read = { valid: settings, sources, texts } as Pick<SettingsReading, 'valid' | 'sources' | 'texts'>;
  const reading = { ...read, dotenv, faulty, faults };
  return withFaults(reading, [...portFaults(read.valid), ...sharedFolderFaults(read.valid)]);
};

/** @throws SettingsError with every fault */
export const settingsOf = ({ valid, sources, texts, dotenv, faults }: SettingsReading): LoadedSettings => {
  if (faults.length > 0) throw new SettingsError(faults);
  const settings = valid as Settings;
  return { settings, sources, texts, notes: notesOn({ valid, sources, dotenv }) };
};

/**
 * @param dotenv the parsed `.env`, {} without one
 * @throws SettingsError with every fault
 */
export const loadSettings = (environment: Environment, dotenv: Environment = {}): LoadedSettings =>
  settingsOf(readSettings(environment, dotenv));
