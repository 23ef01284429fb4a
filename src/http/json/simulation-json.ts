import type { RunningSimulationJson, SimulationStepJson } from '../../contract/simulation.ts';
import { printerStates } from '../../domain/printer.ts';
import type { Provoked, RunningSimulation, SimulatedFault, SimulationStep } from '../../domain/simulation.ts';

/** @throws Error without state and fault: the schema lets none such through */
export const simulationStepOf = (json: SimulationStepJson): SimulationStep => {
  const what = json.state ?? json.fault;
  if (what === undefined) throw new Error('A step has neither state nor fault.');
  return {
    what,
    atProgress: json.at_progress ?? null,
    after: json.after ?? null,
    lasts: json.for ?? null,
    message: json.message,
    file: json.file,
    delay: json.delay ?? null,
  };
};

const isState = (what: Provoked): what is Exclude<Provoked, SimulatedFault> =>
  printerStates.some(state => state === what);

const stepJson = ({ what, atProgress, after, lasts, message, file, delay }: SimulationStep) => ({
  ...(atProgress !== null && { at_progress: atProgress }),
  ...(after !== null && { after }),
  ...(isState(what) ? { state: what } : { fault: what }),
  ...(message !== '' && { message }),
  ...(lasts !== null && { for: lasts }),
  ...(file !== '' && { file }),
  ...(delay !== null && { delay }),
});

export const runningSimulationJson = ({ now, steps }: RunningSimulation): RunningSimulationJson => ({
  now: now === null ? null : { ...stepJson(now.step), ends: now.ends },
  steps: steps.map(stepJson),
});
