import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { MockMachine } from './mock-printer.ts';

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
});

/** @throws Error naming the file when it holds no machine's state */
export const loadMachine = async (path: string): Promise<MockMachine | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return machineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not the state of a mock printer: remove it to begin with a new one.`, {
      cause: error,
    });
  }
};

/** Whole or not at all: a temporary file, synced, takes the place of the old one. */
export const saveMachine = async (path: string, machine: MockMachine): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(JSON.stringify(machine));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
};
