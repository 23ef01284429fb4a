import { z } from 'zod';
import { printerStates } from '../domain/printer.ts';
import { simulatedFaults } from '../domain/simulation.ts';
import { requestObject, shortText, timeSchema } from './common.ts';

const seconds = z.number().nullish();

/** What happens: a state that the printer comes into, or a fault. */
const what = {
  state: z.enum(printerStates).optional(),
  fault: z.enum(simulatedFaults).optional(),
  /** The printer's words. */
  message: shortText(200).default(''),
  /** s */
  for: seconds,
  /** Of state printing: what somebody prints there. */
  file: shortText(64).default(''),
  /** Of fault slow: s until each answer. */
  delay: seconds,
};

const isOne = ({ state, fault }: { state?: string | undefined; fault?: string | undefined }): boolean =>
  (state === undefined) !== (fault === undefined);
const oneOf = { error: 'give either a state or a fault' };

const step = requestObject({
  /** %: it begins once a print has come so far. */
  at_progress: z.number().nullish(),
  /** s after the step before. */
  after: seconds,
  ...what,
}).refine(isOne, oneOf);
export type SimulationStepJson = z.infer<typeof step>;

/** PUT printers/{id}/simulation; `{}`: the printer works as usual again. */
export const simulationSchema = requestObject({
  now: requestObject(what).refine(isOne, oneOf).nullish(),
  steps: z.array(step).max(50).default([]),
});

/** GET printers/{id}/simulation: what goes on, and the steps that are still to come. */
export const runningSimulationSchema = z.object({
  now: step.safeExtend({ ends: timeSchema.nullable() }).nullable(),
  steps: z.array(step),
});
export type RunningSimulationJson = z.input<typeof runningSimulationSchema>;
