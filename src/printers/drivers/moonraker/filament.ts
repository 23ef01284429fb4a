import { elapsed } from '../../../app/elapsed.ts';
import type { Clock } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import type { LoadedFilament } from '../../../domain/printer.ts';
import type { MoonrakerClient } from './client.ts';
import { type PrinterObjects, sensorSchema } from './schemas.ts';

const SENSOR = /^filament_(switch|motion)_sensor /;

export const isFilamentSensor = (name: string): boolean => SENSOR.test(name);

interface Sensor {
  readonly name: string;
  readonly present: boolean;
}

/** Those that are switched on. */
const sensorsOf = (objects: PrinterObjects): readonly Sensor[] =>
  Object.entries(objects).flatMap(([key, value]) => {
    if (!isFilamentSensor(key)) return [];
    const sensor = sensorSchema.safeParse(value);
    if (!sensor.success || !sensor.data.enabled) return [];
    return [{ name: key.replace(SENSOR, ''), present: sensor.data.filament_detected }];
  });

/** Names of the sensors that miss filament. */
export const runOutSensors = (objects: PrinterObjects): readonly string[] =>
  sensorsOf(objects)
    .filter(({ present }) => !present)
    .map(({ name }) => name);

/** How old what Spoolman told may be, and how long it is left alone when there is none. In ms. */
const SPOOL_AGE = 60_000;
const NO_SPOOL_AGE = 600_000;

type Spool = { readonly material: string; readonly remaining: number | null };

/** What is loaded: by the printer's sensors, and by Spoolman where Moonraker is connected to one. */
export interface FilamentReader {
  /** Whether the printer tells anything of its filament, as far as is known by now. */
  readonly known: boolean;
  of(objects: PrinterObjects, signal: AbortSignal): Promise<LoadedFilament | null>;
}

export const createFilamentReader = (client: MoonrakerClient, clock: Clock): FilamentReader => {
  let spool: Spool | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let known = false;

  const readSpool = async (signal: AbortSignal): Promise<Spool | undefined> => {
    const id = await client.spoolId(signal);
    return id === undefined ? undefined : client.spool(id, signal);
  };

  const refresh = async (signal: AbortSignal): Promise<void> => {
    const now = elapsed(clock);
    if (now - readAt < (spool === undefined ? NO_SPOOL_AGE : SPOOL_AGE)) return;
    readAt = now;
    try {
      spool = await readSpool(signal);
    } catch (error) {
      // A Spoolman that is away is no fault of the printer.
      if (!(error instanceof DriverError)) throw error;
      spool = undefined;
    }
  };

  return {
    get known() {
      return known;
    },
    async of(objects, signal) {
      await refresh(signal);
      const sensors = sensorsOf(objects);
      known = sensors.length > 0 || spool !== undefined;
      if (!known) return null;
      return {
        present: sensors.length === 0 ? null : sensors.every(({ present }) => present),
        material: spool?.material ?? '',
        remaining: spool?.remaining ?? null,
      };
    },
  };
};
