import type { RouteIndexJson } from '../../contract/route-index.ts';
import { type Role, roles } from '../../domain/account.ts';
import { type ActionName, adminRoles, rightOf, seesAllJobs, staffRoles } from '../../domain/rights.ts';

export type RouteInfo = RouteIndexJson['routes'][number];

/** Of whoever has no log-in. */
const ANYONE: readonly string[] = ['anyone'];

const PREFIX = '/api/v1';

/** The roles with that method's right, as OPC UA has it. */
const callersOf = (method: ActionName): readonly string[] =>
  roles.flatMap(role => {
    const right = rightOf(method, role);
    if (right === 'none') return [];
    return [right === 'own' ? own(role) : role];
  });

const own = (role: Role): string => `${role} (own)`;
/** Everybody their own, these roles those of all. */
const ownOr = (all: readonly Role[]): readonly string[] =>
  roles.map(role => (all.includes(role) ? role : own(role)));

type Row = readonly [method: string, path: string, does: string, who: readonly string[]];

const open: readonly Row[] = [
  ['GET', '/', 'This list', ANYONE],
  ['GET', '/healthz', 'Whether the process answers', ANYONE],
  ['GET', '/readyz', 'Whether work is taken, and what is wrong', ANYONE],
];

const underPrefix: readonly Row[] = [
  ['GET', '', 'This list', ANYONE],
  ['POST', '/setup', 'Make the first account, once, with the token of the set-up file', ANYONE],
  ['POST', '/auth/login', 'Log in: username and password for a bearer token', ANYONE],
  ['POST', '/auth/logout', 'End this log-in', roles],
  ['GET', '/auth/me', 'Who is logged in', roles],
  ['PUT', '/auth/password', 'Change the own password', roles],

  ['POST', '/files', 'Upload g-code: multipart part `file`, or the bytes and ?name=', roles],
  ['GET', '/files', 'List files: ?user_id, after, limit', ownOr(staffRoles)],
  ['GET', '/files/{id}', 'A file with what the slicer wrote', ownOr(seesAllJobs)],
  ['PATCH', '/files/{id}', 'Publish a file under a part name, or take it back', staffRoles],

  ['POST', '/jobs', 'Submit: JSON with file_id, or multipart with the file', callersOf('SubmitJob')],
  ['GET', '/jobs', 'List jobs: ?status, owner, printer, order_id, after, limit', callersOf('FindJobs')],
  ['GET', '/jobs/{id}', 'A job and its history', callersOf('GetJob')],
  ['PUT', '/jobs/{id}:approve', 'Let it be printed', callersOf('ApproveJob')],
  ['PUT', '/jobs/{id}:reject', 'Refuse it, with a reason', callersOf('RejectJob')],
  ['PUT', '/jobs/{id}:cancel', 'Cancel it, also while it prints', callersOf('CancelJob')],
  ['PUT', '/jobs/{id}:pause', 'Pause the print', callersOf('PauseJob')],
  ['PUT', '/jobs/{id}:resume', 'Go on with the print', callersOf('ResumeJob')],
  ['PUT', '/jobs/{id}:hold', 'Keep it from being printed until it is released', callersOf('HoldJob')],
  ['PUT', '/jobs/{id}:release', 'Let a held job be printed', callersOf('ReleaseJob')],
  ['PUT', '/jobs/{id}:collect', 'Hand the part out of storage', callersOf('CollectJob')],
  ['PUT', '/jobs/{id}:assign', 'Want another printer', callersOf('AssignJob')],
  ['PUT', '/jobs/{id}:resolve', 'Say how a job of unknown outcome ended', callersOf('ResolveJob')],
  ['POST', '/jobs/{id}:retry', 'Print it again: a new job', callersOf('RetryJob')],

  ['POST', '/orders', 'Order several prints of a file: all of its jobs or none', callersOf('SubmitOrder')],
  ['GET', '/orders', 'List orders: ?status, owner, after, limit', callersOf('GetOrder')],
  ['GET', '/orders/{order_id}', 'An order and the numbers of its jobs', callersOf('GetOrder')],
  ['PUT', '/orders/{order_id}:cancel', 'Cancel what is not printed yet, for good', callersOf('CancelOrder')],

  ['GET', '/printers', 'List printers with their state: ?group', roles],
  ['POST', '/printers', 'Add a printer and say what was found there: ?require=reached or ok', adminRoles],
  ['POST', '/printers/probe', 'Look at a printer as it would be added, and add nothing', adminRoles],
  ['POST', '/printers/key-requests', 'Ask OctoPrint for a key, and add the printer once granted', adminRoles],
  ['GET', '/printers/key-requests', 'The keys that were asked for within the last day', adminRoles],
  ['GET', '/printers/key-requests/{id}', 'Whether the key was granted', adminRoles],
  ['PATCH', '/printers', 'Say what is loaded: names (or group:NAME), material, colour, …', staffRoles],
  ['GET', '/pickups', 'Plates that wait or are being taken', seesAllJobs],
  ['POST', '/pickups', 'Begin a pick-up: printer (empty: longest waiting), robot', callersOf('BeginPickup')],
  ['PUT', '/pickups/{id}:confirm', 'The plate is out, the bed is clear', callersOf('ConfirmPickup')],
  ['PUT', '/pickups/{id}:fail', 'It did not work: a person is needed', callersOf('ReportPickupFailed')],
  ['PUT', '/pickups/{id}:release', 'Somebody else may try', callersOf('ReleasePickup')],

  ['GET', '/users', 'List accounts', adminRoles],
  ['POST', '/users', 'Make an account', adminRoles],
  ['PATCH', '/users/{id}', 'Change role, password, approves_own or disabled', adminRoles],
  ['GET', '/users/{id}/certificates', 'The certificates by which it logs in over OPC UA', adminRoles],
  ['PUT', '/users/{id}/certificates', 'Set them: PEM, or the thumbprint of one that stays', adminRoles],
];

/** By number and by OPC UA name. */
const ofPrinter: readonly Row[] = [
  ['GET', '', 'A printer with its state', roles],
  ['PATCH', '', 'Change its URL, key, model, material …', adminRoles],
  ['DELETE', '', 'Remove it; its name is never used again', adminRoles],
  ['POST', '/probe', 'Look at it, and fill in what nobody has said of it', staffRoles],
  ['POST', '/key-requests', 'Ask its OctoPrint for a new key: user', adminRoles],
  ['GET', '/status', 'Live values: temperatures, job, progress', roles],
  ['GET', '/camera/stream', 'MJPEG; own: while a job of yours prints there', ownOr(staffRoles)],
  ['GET', '/camera/snapshot', 'One picture', ownOr(staffRoles)],
  ['PUT', '/worker:start', 'Follow the printer', callersOf('StartWorker')],
  ['PUT', '/worker:stop', 'Leave it alone', callersOf('StopWorker')],
  ['PUT', '/maintenance', 'Take it out of service or back: on, reason', callersOf('SetMaintenance')],
  ['PUT', '/hours', 'When it may print: limits, weekly, closed_days, longest_print; {}: always', staffRoles],
  ['PUT', '/simulation', 'Provoke states and faults of a Mock printer: now, steps; {}: none', staffRoles],
  ['GET', '/simulation', 'What is provoked there', staffRoles],
  ['PUT', '/bed:clear', 'Somebody looked: the bed is clear', callersOf('ConfirmBedClear')],
];

const rowsAt = (prefix: string, rows: readonly Row[]): readonly RouteInfo[] =>
  rows.map(([method, path, does, who]) => ({ method, path: prefix + path, does, who: [...who] }));

/** Every route, for `GET /`; a test compares it with the routers and with what each role is answered. */
export const routeTable: readonly RouteInfo[] = [
  ...rowsAt('', open),
  ...rowsAt(PREFIX, underPrefix),
  ...rowsAt(`${PREFIX}/printers/{id}`, ofPrinter),
  ...rowsAt(`${PREFIX}/printers/opcua/{name}`, ofPrinter),
];
