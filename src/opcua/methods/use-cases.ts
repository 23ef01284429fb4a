import type { ModelMethodName } from '../model-ids.ts';
import { jobMethods } from './job-methods.ts';
import { orderMethods } from './order-methods.ts';
import { printerMethods } from './printer-methods.ts';
import type { UseCases } from './use-case.ts';

/** Every method of the model; the compiler finds one that is missing or whose arguments differ. */
export const useCases: UseCases<ModelMethodName> = { ...jobMethods, ...orderMethods, ...printerMethods };
