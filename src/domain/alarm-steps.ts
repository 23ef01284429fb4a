import { type Alarm, type AlarmComment, changeAlarm, type Shelving, unshelved } from './alarm.ts';

/** What people do with an alarm (OPC 10000-9). */

/** ms: the longest time for which an alarm can be shelved (MaxTimeShelved). */
export const MAX_SHELVED = 24 * 3_600_000;
/** Characters of a comment that are kept. */
export const MAX_COMMENT = 500;
const MAX_LOCALE = 20;

/** Why a change is not possible; each has a status code of its own in OPC 10000-9. */
export type AlarmRefusal =
  | 'disabled'
  | 'alreadyEnabled'
  | 'alreadyDisabled'
  | 'alreadyAcked'
  | 'alreadyConfirmed'
  | 'alreadyShelved'
  | 'notShelved'
  | 'shelvingTimeOutOfRange';

export type AlarmStep = (alarm: Alarm, time: Date) => Alarm | AlarmRefusal;

export type Remark = Pick<AlarmComment, 'text' | 'locale' | 'by'>;

/** Nothing said leaves the comment as it is; an empty text with a locale takes it away (OPC 10000-9, 5.5.6, 5.7.3). */
const commented = ({ comment }: Alarm, { text, locale, by }: Remark, time: string) => ({
  comment:
    text === '' && locale === ''
      ? comment
      : { text: text.slice(0, MAX_COMMENT), locale: locale.slice(0, MAX_LOCALE), by, time },
});

export const acknowledgeAlarm =
  (remark: Remark): AlarmStep =>
  (alarm, now) => {
    if (!alarm.enabled) return 'disabled';
    if (alarm.acked) return 'alreadyAcked';
    const time = now.toISOString();
    return changeAlarm(alarm, { acked: true, confirmed: false, ...commented(alarm, remark, time) }, time);
  };

export const confirmAlarm =
  (remark: Remark): AlarmStep =>
  (alarm, now) => {
    if (!alarm.enabled) return 'disabled';
    if (alarm.confirmed) return 'alreadyConfirmed';
    const time = now.toISOString();
    return changeAlarm(alarm, { confirmed: true, ...commented(alarm, remark, time) }, time);
  };

export const commentAlarm =
  (remark: Remark): AlarmStep =>
  (alarm, now) => {
    if (!alarm.enabled) return 'disabled';
    const time = now.toISOString();
    return changeAlarm(alarm, commented(alarm, remark, time), time);
  };

export const enableAlarm =
  (enabled: boolean): AlarmStep =>
  (alarm, now) => {
    if (alarm.enabled === enabled) return enabled ? 'alreadyEnabled' : 'alreadyDisabled';
    return changeAlarm(alarm, { enabled }, now.toISOString());
  };

/** @param duration ms; absent: until it is over, for MAX_SHELVED at most */
export const shelveAlarm =
  (duration?: number): AlarmStep =>
  (alarm, now) => {
    if (!alarm.enabled) return 'disabled';
    const shelving: Shelving = duration === undefined ? 'oneShot' : 'timed';
    if (alarm.shelving === shelving) return 'alreadyShelved';
    const length = duration ?? MAX_SHELVED;
    if (!(length > 0 && length <= MAX_SHELVED)) return 'shelvingTimeOutOfRange';
    const unshelveTime = new Date(now.getTime() + length).toISOString();
    return changeAlarm(alarm, { shelving, unshelveTime }, now.toISOString());
  };

export const unshelveAlarm: AlarmStep = (alarm, now) =>
  alarm.shelving === 'unshelved' ? 'notShelved' : changeAlarm(alarm, unshelved, now.toISOString());

export const isShelvingOver = ({ unshelveTime }: Alarm, now: Date): boolean =>
  unshelveTime !== null && now.getTime() >= Date.parse(unshelveTime);
