import { definitionOf, type SettingName, settingNames } from './definitions.ts';
import {
  type Environment,
  type LoadedSettings,
  type SettingSource,
  SettingsError,
} from './loaded-settings.ts';
import { notesOn } from './notes.ts';

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
