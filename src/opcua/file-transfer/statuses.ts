import { type StatusCode, StatusCodes } from 'node-opcua';
import { DeadlinePassed } from '../../app/deadline.ts';
import { DataUnreadable, FileTooLarge, OutcomeUnknown } from '../../app/ports.ts';
import { Refusal, type RefusalName } from '../../domain/refusal.ts';
import { UploadEnded } from './upload.ts';

const ofRefusals: Partial<Record<RefusalName, StatusCode>> = {
  InvalidArgument: StatusCodes.BadDecodingError,
  QuotaExceeded: StatusCodes.BadTooManyOperations,
  Busy: StatusCodes.BadTooManyOperations,
  StorageFailed: StatusCodes.BadResourceUnavailable,
  NotPermitted: StatusCodes.BadUserAccessDenied,
};

/**
 * The methods are the specification's and have no Message: the status alone says why (docs/opcua.md).
 * @returns undefined for what nobody expects
 */
export const statusOf = (error: unknown): StatusCode | undefined => {
  if (error instanceof Refusal) return ofRefusals[error.code] ?? StatusCodes.BadInvalidState;
  if (error instanceof FileTooLarge) return StatusCodes.BadRequestTooLarge;
  if (error instanceof UploadEnded) return StatusCodes.BadInvalidState;
  if (error instanceof DataUnreadable) return StatusCodes.BadResourceUnavailable;
  if (error instanceof OutcomeUnknown || error instanceof DeadlinePassed) return StatusCodes.BadTimeout;
  return undefined;
};
