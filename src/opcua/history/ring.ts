/** The newest values of one variable, 20 bytes each; room for them is taken as they come. */
export interface Ring {
  /** Entries are counted from the first one ever; those before `start` were overwritten. */
  start(): number;
  /** One after the newest. */
  end(): number;
  /** @param time ms since 1970; one before the newest entry's counts as that one's */
  push(time: number, value: number, status: number): void;
  timeAt(index: number): number;
  valueAt(index: number): number;
  /** Of its StatusCode. */
  statusAt(index: number): number;
  /** The first entry of that time or later; `end` when there is none. */
  firstFrom(time: number): number;
}

const FIRST_ROOM = 64;

/** @param capacity of entries; the oldest gives way */
export const createRing = (capacity: number): Ring => {
  let room = Math.min(FIRST_ROOM, capacity);
  let times = new Float64Array(room);
  let values = new Float64Array(room);
  let statuses = new Uint32Array(room);
  let count = 0;

  const start = (): number => Math.max(0, count - capacity);
  const at = (index: number): number => index % room;

  /** Only while nothing was overwritten: every entry lies where its index says. */
  const grow = (): void => {
    room = Math.min(2 * room, capacity);
    const [oldTimes, oldValues, oldStatuses] = [times, values, statuses];
    times = new Float64Array(room);
    values = new Float64Array(room);
    statuses = new Uint32Array(room);
    times.set(oldTimes);
    values.set(oldValues);
    statuses.set(oldStatuses);
  };

  const timeAt = (index: number): number => times[at(index)] ?? 0;

  return {
    start,
    end: () => count,
    push(time, value, status) {
      if (count === room && room < capacity) grow();
      const newest = count > 0 ? timeAt(count - 1) : time;
      times[at(count)] = Math.max(time, newest);
      values[at(count)] = value;
      statuses[at(count)] = status;
      count += 1;
    },
    timeAt,
    valueAt: index => values[at(index)] ?? 0,
    statusAt: index => statuses[at(index)] ?? 0,
    firstFrom(time) {
      let [low, high] = [start(), count];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (timeAt(middle) < time) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
};
