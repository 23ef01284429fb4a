/**
 * Who reads what in the address space: one table. Who calls what stands in `domain/rights.ts`.
 * Both become RolePermissions (OPC 10000-3, 5.2.9); a node that none of them names is closed.
 */
import {
  AccessRestrictionsFlag,
  type BaseNode,
  makeRoles,
  type NodeId,
  PermissionType,
  type RolePermissionTypeOptions,
  WellKnownRoles,
} from 'node-opcua';
import { type Role, roles } from '../../domain/account.ts';
import { type ActionName, adminRoles, rightOf, seesAllJobs, staffRoles } from '../../domain/rights.ts';

/**
 * The well-known UA roles (OPC 10000-18, 4.3) of each kind of account. Every log-in holds AuthenticatedUser, and
 * every session Anonymous; the one beside it tells the kinds of account apart.
 */
const uaRoles = {
  user: [WellKnownRoles.AuthenticatedUser],
  machine: [WellKnownRoles.AuthenticatedUser, WellKnownRoles.Operator],
  operator: [WellKnownRoles.AuthenticatedUser, WellKnownRoles.Supervisor],
  admin: [WellKnownRoles.AuthenticatedUser, WellKnownRoles.ConfigureAdmin, WellKnownRoles.SecurityAdmin],
} as const satisfies Record<Role, readonly WellKnownRoles[]>;

/** The role that only accounts of this kind hold; for `user` the one that every log-in holds. */
const ownRole = {
  user: WellKnownRoles.AuthenticatedUser,
  machine: WellKnownRoles.Operator,
  operator: WellKnownRoles.Supervisor,
  admin: WellKnownRoles.ConfigureAdmin,
} as const satisfies Record<Role, WellKnownRoles>;

const nodeIdsOf: ReadonlyMap<Role, readonly NodeId[]> = new Map(
  roles.map(role => [role, uaRoles[role].flatMap(one => makeRoles(one))]),
);

/** A new array for each call. */
export const rolesOf = (role: Role): NodeId[] => [...(nodeIdsOf.get(role) ?? [])];

type Reader = Role | 'anonymous';
interface Access {
  readonly browse: readonly Reader[];
  readonly read: readonly Reader[];
}

const everyone: readonly Reader[] = ['anonymous'];
const accounts: readonly Reader[] = roles;

const accesses = {
  /** Folders, types, methods with their arguments, the state of server and printers. */
  public: { browse: everyone, read: everyone },
  /** What an account may know of a printer beyond that. */
  accounts: { browse: everyone, read: accounts },
  /** Files, orders and owners of everybody, on nodes that all may know of. */
  jobFacts: { browse: everyone, read: seesAllJobs },
  /** Job and order objects, and whatever no rule names. */
  jobs: { browse: seesAllJobs, read: seesAllJobs },
  staff: { browse: everyone, read: staffRoles },
  admin: { browse: adminRoles, read: adminRoles },
} as const satisfies Record<string, Access>;
export type AccessKind = keyof typeof accesses;

/** Variables of a printer by their path below it; what is not named here is of kind `jobFacts`. */
export const printerVariables: Readonly<Record<string, AccessKind>> = {
  Name: 'public',
  Model: 'public',
  Group: 'public',
  State: 'public',
  StateCode: 'public',
  Ready: 'public',
  Online: 'public',
  Fault: 'public',
  Attention: 'public',
  Maintenance: 'public',
  WorkerRunning: 'public',
  UpdateTime: 'public',
  'Nozzle/Target': 'public',
  'Nozzle/Actual': 'public',
  'Bed/Target': 'public',
  'Bed/Actual': 'public',
  'Bed/Clear': 'public',
  'Job/Progress': 'public',
  Api: 'accounts',
  NotReadyReason: 'accounts',
  'Head/X': 'accounts',
  'Head/Y': 'accounts',
  'Head/Z': 'accounts',
  'Bed/JobId': 'accounts',
  'Bed/Content': 'accounts',
  'Job/JobId': 'accounts',
  'Job/StatusCode': 'accounts',
  'Job/TimeUsed': 'accounts',
  'Job/TimeLeft': 'accounts',
  'Job/TimeLeftApprox': 'accounts',
  'Pickup/State': 'accounts',
  'Pickup/PickupId': 'accounts',
  'Pickup/JobId': 'accounts',
  'Pickup/Robot': 'accounts',
  'Pickup/Since': 'accounts',
  'Job/OrderId': 'jobFacts',
  'Job/File': 'jobFacts',
  Url: 'staff',
  CameraUrl: 'staff',
};

const read = PermissionType.Read;
const browse = PermissionType.Browse;

const grant = (permissions: ReadonlyMap<WellKnownRoles, number>): RolePermissionTypeOptions[] =>
  [...permissions].map(([role, flags]) => ({ roleId: makeRoles(role)[0], permissions: flags }));

const roleOfReader = (reader: Reader): WellKnownRoles =>
  reader === 'anonymous' ? WellKnownRoles.Anonymous : ownRole[reader];

const collect = (entries: Iterable<readonly [WellKnownRoles, number]>): RolePermissionTypeOptions[] => {
  const flags = new Map<WellKnownRoles, number>();
  for (const [role, permission] of entries) flags.set(role, (flags.get(role) ?? 0) | permission);
  return grant(flags);
};

/** Browse goes with reading the other attributes of the node; nobody writes. */
export const permissionsFor = (kind: AccessKind): RolePermissionTypeOptions[] => {
  const access: Access = accesses[kind];
  return collect([
    ...access.browse.map(reader => [roleOfReader(reader), browse] as const),
    ...access.read.map(reader => [roleOfReader(reader), browse | read] as const),
  ]);
};

/** Everybody sees the method; the roles of the rights table call it. */
export const permissionsForMethod = (method: ActionName): RolePermissionTypeOptions[] =>
  collect([
    [WellKnownRoles.Anonymous, browse | read],
    ...roles
      .filter(role => rightOf(method, role) !== 'none')
      .map(role => [ownRole[role], browse | read | PermissionType.Call] as const),
  ]);

/** An object that all may see and whose events tell of everybody's jobs: Jobs and the printers. */
export const permissionsForNotifier = (): RolePermissionTypeOptions[] =>
  collect([
    [WellKnownRoles.Anonymous, browse | read],
    ...seesAllJobs.map(
      reader => [roleOfReader(reader), browse | read | PermissionType.ReceiveEvents] as const,
    ),
  ]);

/** A condition: those who are told of everybody's jobs see it and receive its events. */
export const permissionsForCondition = (): RolePermissionTypeOptions[] =>
  collect(
    seesAllJobs.map(reader => [roleOfReader(reader), browse | read | PermissionType.ReceiveEvents] as const),
  );

/** A method of a standard type, which everybody sees. */
export const permissionsToCall = (callers: readonly Role[]): RolePermissionTypeOptions[] =>
  collect([
    [WellKnownRoles.Anonymous, browse | read],
    ...callers.map(role => [ownRole[role], browse | read | PermissionType.Call] as const),
  ]);

const sharedPermissions = new Map<AccessKind, RolePermissionTypeOptions[] | undefined>();

/** node-opcua copies what it is given for each node; those of one kind hold one array, which takes 60 KB less a printer. */
const sharePermissions = (node: BaseNode, kind: AccessKind): void => {
  if (sharedPermissions.has(kind)) {
    Object.assign(node, { _rolePermissions: sharedPermissions.get(kind) });
  } else {
    node.setRolePermissions(permissionsFor(kind));
    sharedPermissions.set(kind, node.rolePermissions);
  }
};

export const setAccess = (node: BaseNode, kind: AccessKind): void => {
  sharePermissions(node, kind);
  // Said on the node, else node-opcua looks for the namespace's metadata at every read.
  node.setAccessRestrictions(AccessRestrictionsFlag.None);
};
