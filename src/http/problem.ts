import { z } from 'zod';
import { TooManyAttempts } from '../app/accounts/log-in-throttle.ts';
import { DataUnreadable, FileTooLarge, OutcomeUnknown } from '../app/ports.ts';
import type { Problem } from '../contract/problem.ts';
import type { RefusalName } from '../domain/refusal.ts';
import { Refusal } from '../domain/refusal.ts';
import { faultsOf } from './faults.ts';

type OwnCode =
  | 'BadRequest'
  | 'Unauthenticated'
  | 'CrossSite'
  | 'SetUpNeeded'
  | 'TooLarge'
  | 'UnsupportedMediaType'
  | 'MethodNotAllowed'
  | 'TimedOut'
  | 'TooManyAttempts'
  | 'OutcomeUnknown'
  | 'DataUnreadable'
  | 'InternalError';
type Code = RefusalName | OwnCode;

/** An answer that is a problem, with the headers that belong to it. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: Code;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: Problem['errors'];

  constructor(
    status: number,
    code: Code,
    detail: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly errors?: Problem['errors'] } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }
}

const refusalStatus: Readonly<Record<RefusalName, number>> = {
  NotFound: 404,
  InvalidState: 409,
  NotPermitted: 403,
  InvalidArgument: 400,
  NoCompatiblePrinter: 422,
  QuotaExceeded: 429,
  RequestIdConflict: 409,
  PrinterUnavailable: 503,
  StorageFailed: 507,
  Busy: 503,
  HeldByOther: 409,
};

const titles: Readonly<Record<Code, string>> = {
  NotFound: 'Not found',
  InvalidState: 'Not possible in this state',
  NotPermitted: 'Not permitted',
  InvalidArgument: 'Invalid argument',
  NoCompatiblePrinter: 'No compatible printer',
  QuotaExceeded: 'Quota exceeded',
  RequestIdConflict: 'Request id was used before with other arguments',
  PrinterUnavailable: 'Printer unavailable',
  StorageFailed: 'Storage failed, nothing was done',
  Busy: 'Busy, repeat the same request',
  HeldByOther: 'Held by another',
  BadRequest: 'Bad request',
  Unauthenticated: 'Log in first',
  CrossSite: 'Request from another site',
  SetUpNeeded: 'Set-up needed',
  TooLarge: 'Too large',
  UnsupportedMediaType: 'Unsupported media type',
  MethodNotAllowed: 'Method not allowed',
  TimedOut: 'Timed out',
  TooManyAttempts: 'Too many attempts',
  OutcomeUnknown: 'Outcome unknown, repeat the identical request',
  DataUnreadable: 'Stored data cannot be read',
  InternalError: 'Internal error',
};

const codeOfStatus: Readonly<Record<number, OwnCode | RefusalName>> = {
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'TimedOut',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
};

const ofRefusal = ({ code, message, details }: Refusal): HttpProblem =>
  new HttpProblem(refusalStatus[code], code, message, {
    ...((code === 'Busy' || code === 'QuotaExceeded') && { headers: { 'Retry-After': '5' } }),
    ...(details.length > 0 && {
      errors: details.map(({ of, reason }) => ({ field: of, message: reason })),
    }),
  });

const ofOutcomeUnknown = ({ message }: OutcomeUnknown): HttpProblem =>
  new HttpProblem(
    503,
    'OutcomeUnknown',
    `${message} Repeat the identical call, with the same request id in its body if it takes one.`,
    { headers: { 'Retry-After': '5' } },
  );

const ofTooManyAttempts = ({ message, seconds }: TooManyAttempts): HttpProblem =>
  new HttpProblem(429, 'TooManyAttempts', message, { headers: { 'Retry-After': String(seconds) } });

const ofValidation = (error: z.ZodError): HttpProblem => {
  const errors = error.issues.flatMap(faultsOf).slice(0, 20);
  const [first] = errors;
  const detail = first ? `${first.field}: ${first.message}.` : 'The request does not fit.';
  return new HttpProblem(422, 'InvalidArgument', detail.replace(/\.\.$/, '.'), { errors });
};

/** Errors that Koa's and co-body's packages throw: they carry a status, and a message for the client. */
const ofClientError = (error: object): HttpProblem | undefined => {
  const status = 'status' in error ? error.status : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const message = error instanceof Error ? error.message : 'The request could not be read.';
  return new HttpProblem(status, codeOfStatus[status] ?? 'BadRequest', message);
};

/** What the client is told of an error; undefined for one that is our own fault. */
export const problemOf = (error: unknown): HttpProblem | undefined => {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof OutcomeUnknown) return ofOutcomeUnknown(error);
  if (error instanceof DataUnreadable) return new HttpProblem(503, 'DataUnreadable', error.message);
  if (error instanceof z.ZodError) return ofValidation(error);
  if (error instanceof TooManyAttempts) return ofTooManyAttempts(error);
  if (error instanceof FileTooLarge) return new HttpProblem(413, 'TooLarge', error.message);
  return typeof error === 'object' && error !== null ? ofClientError(error) : undefined;
};

export const problemJson = (problem: HttpProblem, requestId: string): Problem => ({
  type: `urn:mes-printing:problem:${problem.code}`,
  title: titles[problem.code],
  status: problem.status,
  detail: problem.message,
  code: problem.code,
  request_id: requestId,
  ...(problem.errors && { errors: problem.errors }),
});
