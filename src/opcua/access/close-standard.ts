import {
  type AddressSpace,
  type BaseNode,
  makeRoles,
  type NodeId,
  PermissionType,
  resolveNodeId,
  sameNodeId,
  WellKnownRoles,
} from 'node-opcua';

const admins = makeRoles([WellKnownRoles.ConfigureAdmin, WellKnownRoles.SecurityAdmin]);
const isAdmin = (role: NodeId): boolean => admins.some(one => sameNodeId(one, role));

/** What those who are no admins keep: browsing, reading, receiving events. */
const KEPT =
  PermissionType.Browse |
  PermissionType.Read |
  PermissionType.ReadHistory |
  PermissionType.ReadRolePermissions |
  PermissionType.ReceiveEvents;

const close = (node: BaseNode): void => {
  const { rolePermissions } = node;
  if (!rolePermissions) return;
  const grants = rolePermissions.map(({ roleId, permissions = 0 }) => ({
    roleId: resolveNodeId(roleId ?? ''),
    permissions,
  }));
  if (grants.every(({ roleId, permissions }) => isAdmin(roleId) || (permissions & ~KEPT) === 0)) return;
  node.setRolePermissions(
    grants.map(({ roleId, permissions }) => ({
      roleId,
      permissions: isAdmin(roleId) ? permissions : permissions & KEPT,
    })),
  );
};

/**
 * Nodes of the standard that say themselves who may what: node-opcua lets Supervisor, the role of our operators, write
 * who holds which role, and the standard lets everybody call some methods. Neither is for others than admins.
 */
export const closeStandard = (addressSpace: AddressSpace): void => {
  for (const node of addressSpace.getNamespace(0).nodeIterator()) close(node);
};
