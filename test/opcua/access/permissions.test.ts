import test from 'ava';
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
import { createAddressSpace } from '../../support/address-space.ts';

let addressSpace: AddressSpace;
test.before(async () => {
  addressSpace = await createAddressSpace();
});
test.after.always(() => addressSpace?.dispose());

/** All but browsing, reading, calling and receiving events. */
const CHANGES =
  PermissionType.WriteAttribute |
  PermissionType.WriteRolePermissions |
  PermissionType.WriteHistorizing |
  PermissionType.Write |
  PermissionType.InsertHistory |
  PermissionType.ModifyHistory |
  PermissionType.DeleteHistory |
  PermissionType.RemoveReference |
  PermissionType.DeleteNode |
  PermissionType.AddReference |
  PermissionType.AddNode;

const admins = makeRoles([WellKnownRoles.ConfigureAdmin, WellKnownRoles.SecurityAdmin]);
const [anonymous] = makeRoles(WellKnownRoles.Anonymous);
const isOneOf = (roles: readonly NodeId[], role: NodeId): boolean => roles.some(one => sameNodeId(one, role));

function* everyNode(): Generator<BaseNode> {
  for (const namespace of addressSpace.getNamespaceArray()) {
    if (namespace.index !== 1) yield* namespace.nodeIterator();
  }
}

const grantsOf = (node: BaseNode) =>
  (node.rolePermissions ?? node.namespace.getDefaultRolePermissions() ?? []).map(
    ({ roleId, permissions = 0 }) => ({
      role: resolveNodeId(roleId ?? ''),
      permissions: Number(permissions),
    }),
  );

test('every node has permissions, its own or those of its namespace', t => {
  const seen = new Set<number>();
  const without: string[] = [];
  for (const node of everyNode()) {
    seen.add(node.nodeId.namespace);
    if (grantsOf(node).length === 0) without.push(node.nodeId.toString());
  }
  t.deepEqual([...seen].sort(), [0, 2, 3, 4, 5, 6, 7, 8]);
  t.deepEqual(without, []);
});

test('no role but those of admins may change anything in the address space', t => {
  const open: string[] = [];
  for (const node of everyNode()) {
    for (const { role, permissions } of grantsOf(node)) {
      if (!isOneOf(admins, role) && (permissions & CHANGES) !== 0) open.push(`${node.nodeId} ${role}`);
    }
  }
  t.deepEqual(open, []);
});

test('without an account one may call what tells a session of its own subscriptions, and nothing else', t => {
  const open = new Set<string>();
  for (const node of everyNode()) {
    for (const { role, permissions } of grantsOf(node)) {
      if (anonymous && sameNodeId(anonymous, role) && (permissions & PermissionType.Call) !== 0) {
        open.add(node.browseName.name ?? '');
      }
    }
  }
  t.deepEqual([...open].sort(), ['ConditionRefresh', 'ConditionRefresh2', 'GetMonitoredItems', 'ResendData']);
});
