import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { printerStates } from '../domain/printer.ts';
import { simulatedFaults } from '../domain/simulation.ts';
import { type MockWorld, noScript } from './script-player.ts';

const machineSchema = z.object({
  state: z.enum(['idle', 'printing', 'paused', 'finished', 'stopped', 'error']),
  message: z.string(),
  nozzle: z.number(),
  bed: z.number(),
  stepsDone: z.number(),
  steppedAt: z.number(),
  files: z.array(z.string()),
  prints: z.array(
    z.object({
      print: z.number(),
      file: z.string(),
      outcome: z.enum(['active', 'finished', 'cancelled', 'failed']),
      message: z.string(),
    }),
  ),
  printsCounted: z.number(),
  remembersSince: z.string().default(''),
});

const stepSchema = z.object({
  what: z.enum([...printerStates, ...simulatedFaults]),
  atProgress: z.number().nullable(),
  after: z.number().nullable(),
  lasts: z.number().nullable(),
  message: z.string(),
  file: z.string(),
  delay: z.number().nullable(),
});

const scriptSchema = z.object({
  current: z
    .object({ step: stepSchema, until: z.number().nullable(), print: z.number(), stood: z.boolean() })
    .nullable(),
  waiting: z.array(stepSchema),
  since: z.number(),
});

/** The machine's own fields with the script among them: files of a machine without scripts stay readable. */
const memorySchema = machineSchema.extend({ script: scriptSchema.default({ ...noScript, waiting: [] }) });

/** @throws Error naming the file when it holds no machine's state */
export const loadWorld = async (path: string): Promise<MockWorld | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { script, ...machine } = memorySchema.parse(JSON.parse(text));
    return { machine, script };
  } catch (error) {
    throw new Error(`${path} is not the state of a mock printer: remove it to begin with a new one.`, {
      cause: error,
    });
  }
};

/** Whole or not at all: a temporary file, synced, takes the place of the old one. */
export const saveWorld = async (path: string, { machine, script }: MockWorld): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(JSON.stringify({ ...machine, script }));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
};
