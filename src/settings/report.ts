import { definitions, type SettingName, settingNames } from './definitions.ts';
import { faultsText, type SettingsReading } from './loaded-settings.ts';
import { notesOn } from './notes.ts';

interface Described {
  readonly default: string;
  readonly meaning: string;
  readonly secret?: boolean;
  readonly alias?: string;
}

const describe = (name: SettingName): Described => definitions[name];

const aliasNote = ({ alias }: Described): string => (alias === undefined ? '' : ` Also called ${alias}.`);

/** Passwords in URLs are as secret as any. */
const withoutPassword = (value: string): string => value.replace(/(:\/\/[^/@:\s]*):[^/@\s]*@/, '$1:***@');

/** Every setting with its value, source and meaning, secrets masked; then what to know of them, and the faults. */
export const reportSettings = (reading: SettingsReading): string => {
  const { texts, sources, faulty, faults } = reading;
  const lines = settingNames.flatMap(name => {
    const definition = describe(name);
    const value = definition.secret && texts[name] !== '' ? '***' : withoutPassword(texts[name]);
    const mark = faulty.has(name) ? '  <- wrong, see below' : '';
    return [
      `${name}=${value}  [${sources[name]}]${mark}`,
      `    ${definition.meaning}${aliasNote(definition)}`,
    ];
  });
  const notes = notesOn(reading).map(note => `Note: ${note}`);
  return [...lines, ...notes, ...(faults.length > 0 ? [faultsText(faults)] : [])].join('\n');
};

/** Defaults that differ from machine to machine are described instead of written. */
const machineDefaults: Partial<Record<SettingName, string>> = {
  OPCUA_HOSTNAMES: "this machine's host name",
  TIME_ZONE: "this machine's time zone",
};

/** The content of `.env.example`. */
export const exampleSettings = (): string =>
  [
    '# Settings of MES Printing Server: copy to .env and uncomment what you change.',
    "# Made by 'npm run settings -- --example'; the environment wins over .env.",
    ...settingNames.flatMap(name => {
      const definition = describe(name);
      const machine = machineDefaults[name];
      return [
        '',
        `# ${definition.meaning}${aliasNote(definition)}${machine === undefined ? '' : ` Default: ${machine}.`}`,
        `#${name}=${machine === undefined ? definition.default : ''}`,
      ];
    }),
    '',
  ].join('\n');
