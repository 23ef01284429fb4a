import test from 'ava';
import { type JobControl, outcomeOf, parametersOf, startJobControl, statesOf } from './fixture.ts';

let lab: JobControl;
test.before(async () => {
  lab = await startJobControl();
});
test.after.always(() => lab?.close());

interface Listed {
  readonly jobOrder: Record<string, unknown>;
  readonly state: unknown;
}

const listed = async (): Promise<Map<unknown, Listed>> => {
  const { value } = await lab.list('plc');
  return new Map((value.value as readonly Listed[]).map(one => [one.jobOrder.jobOrderID, one]));
};

test.serial('a stored job order is listed, started, and known to GetJob and its response', async t => {
  const { id: file } = await lab.app.addFile('plc');
  t.is(outcomeOf(await lab.store('plc', 'Store', { jobOrderID: 'JO-1', file })), 'Good 1');
  t.is(
    statesOf((await listed()).get('JO-1')?.state),
    '1 NotAllowedToStart / NotAllowedToStartSubstates 1 Waiting',
  );
  t.is(outcomeOf(await lab.command('plc', 'Start', 'JO-1')), 'Good 1');
  t.is(statesOf((await listed()).get('JO-1')?.state), '2 AllowedToStart / AllowedToStartSubstates 1 Waiting');
  const answer = await lab.response('plc', 'JO-1');
  t.is(outcomeOf(answer), 'Good 1');
  const response = answer.outputArguments?.[0]?.value as Record<string, unknown>;
  t.is(response.jobOrderID, 'JO-1');
  t.is(parametersOf(response.jobResponseData).JobResult, 0);
});
