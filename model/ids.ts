import { readFile } from 'node:fs/promises';

export type NodeClassName = 'Object' | 'ObjectType' | 'Variable' | 'Method' | 'DataType';

/** One line of ids.csv. A number is an id of the types' namespace, a text one of the instances'. */
export interface PinnedId {
  readonly symbol: string;
  readonly id: number | string;
  readonly nodeClass: string;
}

const HEADER = 'symbol,id,class';
const FIRST_ID = 1000;

export const parseIds = (text: string): readonly PinnedId[] =>
  text
    .split('\n')
    .slice(1)
    .filter(line => line !== '')
    .map((line, index) => {
      const [symbol, id, nodeClass, ...rest] = line.split(',');
      if (!symbol || !id || !nodeClass || rest.length > 0) {
        throw new Error(`ids.csv, line ${index + 2}: expected ${HEADER}, found "${line}".`);
      }
      return { symbol, id: /^\d+$/.test(id) ? Number(id) : id, nodeClass };
    });

export const formatIds = (ids: readonly PinnedId[]): string =>
  `${[HEADER, ...ids.map(({ symbol, id, nodeClass }) => `${symbol},${id},${nodeClass}`)].join('\n')}\n`;

export const readIds = async (file: string): Promise<readonly PinnedId[]> => {
  try {
    return parseIds(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Hands out the pinned ids, and new ones after the last for symbols that are new. */
export interface IdRegister {
  number(symbol: string, nodeClass: NodeClassName): number;
  text(symbol: string, id: string, nodeClass: NodeClassName): string;
  /** @throws Error when a pinned symbol was not asked for: ids are for good */
  finish(): readonly PinnedId[];
}

export const createIdRegister = (pinned: readonly PinnedId[]): IdRegister => {
  const all = new Map(pinned.map(entry => [entry.symbol, entry]));
  if (all.size !== pinned.length) throw new Error('ids.csv names a symbol twice.');
  if (new Set(pinned.map(entry => entry.id)).size !== pinned.length) {
    throw new Error('ids.csv gives an id twice.');
  }
  const used = new Set<string>();
  let next = Math.max(FIRST_ID, ...pinned.map(entry => (typeof entry.id === 'number' ? entry.id : 0))) + 1;

  const take = (symbol: string, nodeClass: NodeClassName, fresh: () => number | string): number | string => {
    if (used.has(symbol)) throw new Error(`Two nodes are called ${symbol}.`);
    used.add(symbol);
    const known = all.get(symbol);
    if (known === undefined) {
      const entry = { symbol, id: fresh(), nodeClass };
      all.set(symbol, entry);
      return entry.id;
    }
    if (known.nodeClass !== nodeClass) {
      throw new Error(`${symbol} was a ${known.nodeClass} and cannot become a ${nodeClass}.`);
    }
    return known.id;
  };

  return {
    number(symbol, nodeClass) {
      const id = take(symbol, nodeClass, () => next++);
      if (typeof id !== 'number') throw new Error(`${symbol} has the id ${id}, which is no number.`);
      return id;
    },
    text(symbol, wanted, nodeClass) {
      const id = take(symbol, nodeClass, () => wanted);
      if (id !== wanted) throw new Error(`${symbol} has the id ${id} for good and cannot get ${wanted}.`);
      return wanted;
    },
    finish() {
      const removed = [...all.keys()].filter(symbol => !used.has(symbol));
      if (removed.length > 0) {
        throw new Error(`Pinned ids are for good, but the model lost ${removed.join(', ')}.`);
      }
      return [...all.values()];
    },
  };
};
