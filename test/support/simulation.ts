import type { Provoked, Simulation, SimulationStep } from '../../src/domain/simulation.ts';

export const stepOf = (
  what: Provoked,
  changes: Partial<Omit<SimulationStep, 'what'>> = {},
): SimulationStep => ({
  what,
  atProgress: null,
  after: null,
  lasts: null,
  message: '',
  file: '',
  delay: null,
  ...changes,
});

export const scriptOf = (...steps: SimulationStep[]): Simulation => ({ now: null, steps });
export const atOnce = (...[now, ...steps]: [SimulationStep, ...SimulationStep[]]): Simulation => ({
  now,
  steps,
});
