import type { Middleware } from 'koa';
import type { Application } from '../../app/application.ts';
import type { State } from '../context.ts';
import { HttpProblem } from '../problem.ts';

/** Until the first account exists, nothing but the set-up is served. */
export const setUpGate = (application: Application): Middleware<State> => {
  let open = false;
  return async (_ctx, next) => {
    open ||= !(await application.needsSetUp());
    if (open) return next();
    throw new HttpProblem(
      503,
      'SetUpNeeded',
      'There is no account yet: the server wrote a file at its first start that says how to make one.',
    );
  };
};
