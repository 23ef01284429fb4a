import type { Application } from '../../app/application.ts';
import type { Actor } from '../../domain/account.ts';
import type { ModelMethodName } from '../model-ids.ts';
import type { Inputs, Outputs } from './arguments.ts';

/** One use case for one method: no rule of the lab stands here. */
export type UseCases<M extends ModelMethodName> = {
  readonly [Name in M]: (
    application: Application,
    actor: Actor,
    input: Inputs<Name>,
  ) => Promise<Outputs<Name>>;
};
