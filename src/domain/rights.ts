import type { Actor, Role } from './account.ts';

/** `own`: only when the caller is owner or submitter of the object, or began the pick-up. */
export type Right = 'none' | 'own' | 'any';

type Rights = Readonly<Record<Role, Right>>;

const right = (user: Right, machine: Right, operator: Right = 'any', admin: Right = operator): Rights => ({
  user,
  machine,
  operator,
  admin,
});

/** Who may call what, for OPC UA methods and HTTP routes alike. */
export const methodRights = {
  SubmitJob: right('own', 'any'),
  RetryJob: right('own', 'own'),
  CancelJob: right('own', 'own'),
  RejectJob: right('none', 'none'),
  PauseJob: right('own', 'own'),
  ResumeJob: right('own', 'own'),
  ApproveJob: right('none', 'none'),
  CollectJob: right('own', 'any'),
  AssignJob: right('none', 'none'),
  ResolveJob: right('none', 'none'),
  GetJob: right('own', 'any'),
  FindJobs: right('own', 'any'),
  SubmitOrder: right('own', 'own'),
  CancelOrder: right('own', 'own'),
  GetOrder: right('own', 'any'),
  StartWorker: right('none', 'none'),
  StopWorker: right('none', 'none'),
  SetMaintenance: right('none', 'none'),
  BeginPickup: right('none', 'any'),
  ConfirmPickup: right('none', 'own'),
  ReportPickupFailed: right('none', 'own'),
  ReleasePickup: right('none', 'own'),
  ConfirmBedClear: right('none', 'any'),
} as const satisfies Record<string, Rights>;

export type MethodName = keyof typeof methodRights;

/** Who may do what has a route over HTTP or a method of ISA-95 Job Control, but none of the model. */
export const furtherRights = {
  HoldJob: right('own', 'own'),
  ReleaseJob: right('own', 'own'),
  ClearJob: right('own', 'own'),
} as const satisfies Record<string, Rights>;

export type ActionName = MethodName | keyof typeof furtherRights;

const allRights: Readonly<Record<ActionName, Rights>> = { ...methodRights, ...furtherRights };

export const rightOf = (action: ActionName, role: Role): Right => allRights[action][role];

/** What may be done over HTTP alone. */
export const adminRoles: readonly Role[] = ['admin'];
export const staffRoles: readonly Role[] = ['operator', 'admin'];

export const isStaff = (actor: Actor): boolean => staffRoles.includes(actor.role);

/** Roles that see files, orders and owners of everybody: jobs as nodes, job events, a printer's current job. */
export const seesAllJobs: readonly Role[] = ['machine', 'operator', 'admin'];

/** Account ids of whom it belongs to. */
export interface Owned {
  readonly owner: string;
  readonly submitter: string;
}

export const isOwn = (actor: Actor, { owner, submitter }: Owned): boolean =>
  owner === actor.accountId || submitter === actor.accountId;
