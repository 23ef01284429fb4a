import { createRing, type Ring } from './ring.ts';

/** Past values of variables, by node id, as long as the server runs. */
export interface History {
  /** Values that are kept of each variable; 0: none. */
  readonly capacity: number;
  /** A new, empty one in the place of any before. */
  add(nodeId: string): Ring;
  get(nodeId: string): Ring | undefined;
  delete(nodeId: string): void;
}

export const createHistory = (capacity: number): History => {
  const rings = new Map<string, Ring>();
  return {
    capacity,
    add(nodeId) {
      const ring = createRing(capacity);
      rings.set(nodeId, ring);
      return ring;
    },
    get: nodeId => rings.get(nodeId),
    delete: nodeId => {
      rings.delete(nodeId);
    },
  };
};
