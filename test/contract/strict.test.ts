import test from 'ava';
import { z } from 'zod';
import * as account from '../../src/contract/account.ts';
import * as common from '../../src/contract/common.ts';
import * as file from '../../src/contract/file.ts';
import * as job from '../../src/contract/job.ts';
import * as order from '../../src/contract/order.ts';
import * as pickup from '../../src/contract/pickup.ts';
import * as printer from '../../src/contract/printer.ts';
import * as probe from '../../src/contract/printer-probe.ts';
import * as user from '../../src/contract/user.ts';

/** What clients send: verbs and queries. What the server answers is named after the thing alone. */
const requestName =
  /^(setUp|logIn|changePassword|nothing|reason|uploadQuery|find\w+|publishFile|submit\w+|retryJob|assignJob|resolveJob|beginPickup|confirmPickup|addPrinter|requestKey|requestKeyToAdd|addPrinterQuery|setLoadedMaterial|changePrinter|maintenance|clearBed|createUser|changeUser)Schema$/;

const requests = [account, common, file, job, order, pickup, printer, probe, user]
  .flatMap(module => Object.entries(module))
  .filter(([name]) => requestName.test(name));

test('every request schema is looked at', t => {
  t.is(requests.length, 29);
});

for (const [name, schema] of requests) {
  test(`${name} refuses a field that it does not know`, t => {
    t.true(schema instanceof z.ZodType);
    if (!(schema instanceof z.ZodType)) return;
    const issues = schema.safeParse({ no_such_field: 1 }).error?.issues ?? [];
    const unknown = issues.find(({ code }) => code === 'unrecognized_keys');
    t.deepEqual(unknown && 'keys' in unknown && unknown.keys, ['no_such_field']);
    t.regex(unknown?.message ?? '', /^is unknown: (known are [a-z_]+|no fields are taken here)/);
  });
}
