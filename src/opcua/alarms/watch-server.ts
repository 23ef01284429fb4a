import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AlarmBook } from '../../app/alarms/alarm-book.ts';
import type { CentralStatus, Clock, DiskSpace, Log } from '../../app/ports.ts';
import { createRepeating, type Repeating } from '../../app/repeating.ts';
import type { AlarmFact } from '../../domain/alarm.ts';

export interface OwnCertificate {
  /** DER */
  readonly certificate: Buffer;
  readonly expires: Date;
}

/** As the server shows it until its next start. @param file PEM */
export const readOwnCertificate = async (file: string): Promise<OwnCertificate> => {
  const { raw, validTo } = new X509Certificate(await readFile(file));
  return { certificate: raw, expires: new Date(validTo) };
};

export interface WatchServerDeps {
  readonly alarms: Pick<AlarmBook, 'observe'>;
  readonly central: () => CentralStatus;
  /** The disks that data and files are on; absent: none is watched. */
  readonly diskSpace?: DiskSpace;
  /** The certificate in use. */
  readonly certificate: OwnCertificate;
  readonly clock: Clock;
  readonly log: Log;
}

const DAY = 24 * 3_600_000;
/** ms before a certificate ends (ExpirationLimit). */
export const EXPIRATION_LIMIT = 30 * DAY;
/** ms before its end from which it is urgent. */
const URGENT = 7 * DAY;
const LOOK_EVERY = 10_000;
/** A disk is nearly full until this many times as much is free: what is written and removed raises no alarms. */
const ROOMY = 1.1;

const CENTRAL = 400;
const DISK = 700;
const DISK_FULL = 900;
const CERTIFICATE = 500;
const CERTIFICATE_URGENT = 800;

const nothing: AlarmFact = { active: false, message: '', severity: 1 };

const centralFact = ({ enabled, connected }: CentralStatus): AlarmFact =>
  enabled && !connected
    ? {
        active: true,
        message: 'The central server is not reached: it is tried again. Nobody is kept from printing.',
        severity: CENTRAL,
      }
    : nothing;

export const certificateFact = ({ expires }: OwnCertificate, now: Date): AlarmFact => {
  const left = expires.getTime() - now.getTime();
  if (left > EXPIRATION_LIMIT) return nothing;
  const day = expires.toISOString().slice(0, 10);
  const renew = 'run npm run certificates renew, then start the server again';
  const message = `The server's certificate ${left > 0 ? 'expires' : 'expired'} on ${day}: ${renew}.`;
  return { active: true, message, severity: left > URGENT ? CERTIFICATE : CERTIFICATE_URGENT };
};

/** Facts about the server itself, looked at again and again. */
export const watchServer = (deps: WatchServerDeps): Repeating & { look(): Promise<void> } => {
  const { alarms, central, diskSpace, certificate, clock, log } = deps;
  let nearlyFull = false;

  const diskFact = async (): Promise<AlarmFact> => {
    if (diskSpace === undefined) return nothing;
    const { alarmFree } = diskSpace;
    const disks = await diskSpace.look();
    const fullest = disks.reduce((least, disk) => (disk.free < least.free ? disk : least));
    nearlyFull = fullest.free < alarmFree * (nearlyFull ? ROOMY : 1);
    if (!nearlyFull) return nothing;
    return {
      active: true,
      message: `The disk of ${fullest.name} is nearly full: remove files or make it larger.`,
      severity: fullest.free < alarmFree / 4 ? DISK_FULL : DISK,
    };
  };

  const look = async (): Promise<void> => {
    alarms.observe('', 'CentralServer', centralFact(central()));
    alarms.observe('', 'Certificate', certificateFact(certificate, clock.now()));
    alarms.observe('', 'DiskSpace', await diskFact());
  };

  return {
    look,
    ...createRepeating({
      clock,
      log,
      every: LOOK_EVERY,
      what: 'The look at the server for alarms',
      round: look,
    }),
  };
};
