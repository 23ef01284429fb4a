/** The process of all stand-ins of one server. */
import { serveCalls } from '../support/calls.ts';
import { startBlackHole } from './black-hole.ts';
import { closeRefusing, type DeadWay, deadWays, startDeadHost } from './dead.ts';
import type { Host, HostKind, Taken } from './host.ts';
import { startOctoPrintHost } from './octoprint.ts';
import { startPrusaLinkHost } from './prusalink.ts';

export interface HostsOptions {
  /** Of the sound ones, in this order again and again. */
  readonly kinds: readonly HostKind[];
  readonly sound: number;
  readonly dead: number;
  /** Bytes per ms that each takes of an upload; 0 for as fast as they come. */
  readonly pace: number;
}

export interface HostAddress {
  readonly kind: HostKind;
  readonly port: number;
  /** Undefined for a sound one. */
  readonly way: DeadWay | undefined;
}

export interface Looks {
  /** ms between two looks at the same host. */
  readonly intervals: readonly number[];
  /** Hosts that were looked at. */
  readonly hosts: number;
}

const options = JSON.parse(process.argv[2] ?? '') as HostsOptions;
const kindOf = (index: number): HostKind => options.kinds[index % options.kinds.length] ?? 'PrusaLink';
/** Both kinds die in every way. */
const deadKindOf = (index: number): HostKind => kindOf(Math.floor(index / deadWays.length));
const wayOf = (index: number): DeadWay => deadWays[index % deadWays.length] ?? 'refused';

const hosts: Host[] = [];
const addresses: HostAddress[] = [];
for (let index = 0; index < options.sound; index += 1) {
  const kind = kindOf(index);
  const host = await (kind === 'OctoPrint' ? startOctoPrintHost : startPrusaLinkHost)(options.pace);
  hosts.push(host);
  addresses.push({ kind, port: host.port, way: undefined });
}
const ways = Array.from({ length: options.dead }, (_, index) => wayOf(index));
const holes = ways.filter(way => way === 'blackHole').length;
const blackHole = holes === 0 ? undefined : await startBlackHole(holes);
const unused = [...(blackHole?.ports ?? [])];
for (const [index, way] of ways.entries()) {
  const kind = deadKindOf(index);
  const port = way === 'blackHole' ? (unused.pop() ?? 0) : await startDeadHost(way, kind, index);
  addresses.push({ kind, port, way });
}
closeRefusing();
process.on('exit', () => blackHole?.close());

serveCalls({
  addresses: () => addresses,
  /** Looks of that time, in ms since 1970. */
  looks({ from, to }: { from: number; to: number }): Looks {
    const seen = hosts.map(({ looks }) => looks.filter(time => time >= from && time <= to));
    return {
      intervals: seen.flatMap(times => times.slice(1).map((time, index) => time - (times[index] ?? 0))),
      hosts: seen.filter(times => times.length > 0).length,
    };
  },
  /** All uploads of a host since the last call. */
  uploads: (index: number): readonly Taken[] => hosts[index]?.uploads.splice(0) ?? [],
});
