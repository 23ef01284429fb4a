import type { Application } from '../../app/application.ts';
import type { Actor } from '../../domain/account.ts';
import type { ModelMethodName } from '../model-ids.ts';
import type { Inputs, Outputs } from './arguments.ts';
import { jobMethods } from './job-methods.ts';
import { printerMethods } from './printer-methods.ts';

/** One use case for one method: no rule of the lab stands here. */
export type UseCases<M extends ModelMethodName> = {
  readonly [Name in M]: (
    application: Application,
    actor: Actor,
    input: Inputs<Name>,
  ) => Promise<Outputs<Name>>;
};

/** Every method of the model; the compiler finds one that is missing or whose arguments differ. */
export const useCases: UseCases<ModelMethodName> = { ...jobMethods, ...printerMethods };
