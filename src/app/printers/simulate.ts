import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { staffRoles } from '../../domain/rights.ts';
import { checkedSimulation } from '../../domain/simulation.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { MockSimulation } from '../ports.ts';
import { findPrinter } from './find-printer.ts';

type Deps = Pick<ApplicationDeps, 'store' | 'simulations'>;

/** @throws Refusal InvalidArgument for a real printer */
const simulationOf = ({ simulations }: Deps, printer: Printer): MockSimulation => {
  if (printer.api !== 'Mock' || simulations === undefined) {
    throw new Refusal(
      'InvalidArgument',
      `${printer.name} is ${printer.api}: only Mock printers are simulated, add one with "api": "Mock".`,
    );
  }
  return simulations(printer);
};

/** A person who plays printer: nothing of it is stored with the jobs, which only see what the printer shows. */
export const createSimulate =
  (deps: Deps): Application['simulate'] =>
  async (actor, name, simulation) => {
    checkRole(actor, staffRoles, 'simulate faults');
    const machine = simulationOf(deps, await findPrinter(deps.store, name));
    await machine.simulate(checkedSimulation(simulation));
  };

export const createGetSimulation =
  (deps: Deps): Application['getSimulation'] =>
  async (actor, name) => {
    checkRole(actor, staffRoles, 'simulate faults');
    return simulationOf(deps, await findPrinter(deps.store, name)).simulation();
  };
