import test from 'ava';
import { checkedApiKey, checkedUsername } from '../../../src/app/printers/printer-fields.ts';
import { type PrinterApi, printerApis } from '../../../src/domain/printer.ts';
import { printerKinds } from '../../../src/domain/printer-kinds.ts';
import { Refusal } from '../../../src/domain/refusal.ts';

test('a key that no header can carry is refused, of whatever kind of printer', t => {
  for (const api of printerApis) {
    t.is(checkedApiKey(api, ' A key, "with" ~signs '), 'A key, "with" ~signs');
    for (const key of ['…', 'ключ', 'müde', 'a\u0000b', 'a\r\nX-Evil: 1']) {
      t.throws(() => checkedApiKey(api, key), { instanceOf: Refusal }, `${api} ${key}`);
    }
  }
});

test('a password is only hashed, so it may be in any alphabet; the name that goes with it may not', t => {
  t.is(checkedApiKey('PrusaLink', 'ключ', 'maker'), 'ключ');
  t.is(checkedUsername('PrusaLink', 'maker'), 'maker');
  for (const name of ['jürgen', 'ник', 'a:b', 'a"b']) {
    t.throws(() => checkedUsername('PrusaLink', name), { instanceOf: Refusal }, name);
  }
});

test('a kind that answers nobody without a key is not added without one, and says where it is had', t => {
  for (const [api, kind] of Object.entries(printerKinds) as [
    PrinterApi,
    (typeof printerKinds)[PrinterApi],
  ][]) {
    if (kind.needsKey === '') {
      t.is(checkedApiKey(api, ''), '');
    } else {
      t.throws(() => checkedApiKey(api, ' '), { message: `${api} needs an api_key: ${kind.needsKey}.` });
    }
  }
});

test('a log-in by name is for the kinds that know one', t => {
  t.throws(() => checkedUsername('OctoPrint', 'maker'), {
    message: 'A username is for PrusaLink alone: OctoPrint takes an api_key.',
  });
  for (const api of printerApis) t.is(checkedUsername(api, ''), '');
});
