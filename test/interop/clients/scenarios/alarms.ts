import test from 'ava';
import { until } from '../../../support/until.ts';
import { asObject } from '../../support/http-client.ts';
import type { UaClient } from '../../support/ua-client.ts';
import type { ClientLab } from '../client-lab.ts';

const CONDITION_TYPE = 'i=2782';
/** ConditionId, then what an operator's station shows. */
const fields = [
  '',
  ...[
    'EventId',
    'ConditionName',
    'SourceName',
    'SourceNode',
    'Message',
    'Severity',
    'Retain',
    'ActiveState/0:Id',
    'AckedState/0:Id',
    'ConfirmedState/0:Id',
  ].map(path => `0:${path}`),
];
const methods = { Acknowledge: 'i=9111', Confirm: 'i=9113' } as const;
const CONDITION = 'ns=3;s=Printers/Printer2/Alarms/Fault';

type Event = Readonly<Record<string, unknown>>;

const answer = (client: UaClient, method: keyof typeof methods, { EventId }: Event, comment: string) =>
  client.callOn(CONDITION, methods[method], [EventId, comment], ['ByteString', 'LocalizedText']);

/** Alarms and conditions of OPC 10000-9. */
export const alarms = (ofLab: () => ClientLab): void => {
  test.serial('an alarm is heard at Server, acknowledged and confirmed, and goes', async t => {
    const { lab } = ofLab();
    const [plc, student, admin] = [await lab.ua('plc'), await lab.ua('student'), await lab.http('admin')];
    await plc.events('i=2253', CONDITION_TYPE, fields);
    const printers = (await admin.get('printers')).body as readonly unknown[];
    const printer = printers.map(asObject).find(({ opcua_name }) => opcua_name === 'Printer2');
    const simulate = (what: object) => admin.put(`printers/${printer?.id}/simulation`, what);
    const heard = (what: string, is: (event: Event) => boolean) =>
      until(what, () => plc.seen.findLast(event => event.ConditionId === CONDITION && is(event)), {
        timeout: 30_000,
      });

    const provoked = await simulate({ now: { state: 'error', message: 'MINTEMP' } });
    t.is(provoked.status, 200, JSON.stringify(provoked.body));
    const active = await heard('the alarm', event => event['ActiveState/Id'] === true);
    t.like(active, {
      SourceNode: 'ns=3;s=Printers/Printer2',
      ConditionName: 'Fault',
      Retain: true,
      'AckedState/Id': false,
    });
    t.true(Number(active.Severity) > 0 && String(active.Message).length > 0);

    t.true((await answer(student, 'Acknowledge', active, 'not mine')).status.startsWith('Bad'));
    t.is((await answer(plc, 'Acknowledge', active, 'seen')).status, 'Good');
    const acknowledged = await heard('the acknowledgement', event => event['AckedState/Id'] === true);
    t.is((await answer(plc, 'Acknowledge', active, 'again')).status, 'BadConditionBranchAlreadyAcked');

    t.is((await simulate({ now: { state: 'idle' } })).status, 200);
    const inactive = await heard('the end of it', event => event['ActiveState/Id'] === false);
    t.is((await answer(plc, 'Confirm', inactive, 'mended')).status, 'Good');
    const gone = await heard('its last event', event => event.Retain === false);
    t.like(gone, { 'AckedState/Id': true, 'ConfirmedState/Id': true });
    t.not(gone.EventId, acknowledged.EventId);
    await lab.waitForReady('Printer2');
  });
};
