import { idSchema } from '../contract/common.ts';
import { Refusal } from '../domain/refusal.ts';
import type { RouteContext } from './context.ts';

/** The path's `id`. @throws Refusal NotFound when it is no number: there is nothing under that name */
export const pathNumber = (ctx: RouteContext, what: string): number => {
  const id = /^\d+$/.test(ctx.params.id ?? '') ? idSchema.safeParse(ctx.params.id) : undefined;
  if (id?.success) return id.data;
  throw new Refusal('NotFound', `There is no ${what} ${(ctx.params.id ?? '').slice(0, 40)}.`);
};
