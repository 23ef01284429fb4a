import test from 'ava';
import { checkedApiKey, checkedUsername } from '../../../src/app/printers/printer-fields.ts';
import { printerApis } from '../../../src/domain/printer.ts';
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
