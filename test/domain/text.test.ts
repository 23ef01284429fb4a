import test from 'ava';
import fc from 'fast-check';
import { Refusal } from '../../src/domain/refusal.ts';
import { asciiText, checkedText, requiredText } from '../../src/domain/text.ts';

test('any text becomes printable ASCII within its limit', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      const plain = asciiText(text);
      t.regex(plain, /^[\x20-\x7e]{0,200}$/);
    }),
    { numRuns: 50 },
  );
  t.is(asciiText('Düse\nverstopft'), 'Duse verstopft');
  t.is(asciiText('x'.repeat(300)).length, 200);
});

test('texts of callers are trimmed, and refused when too long or with control characters', t => {
  t.is(checkedText('Reason', '  because  ', 10), 'because');
  for (const text of ['x'.repeat(11), 'a\u0000b', 'a\nb', '\u001b[2J']) {
    const error = t.throws(() => checkedText('Reason', text, 10), { instanceOf: Refusal });
    t.is(error.code, 'InvalidArgument');
    t.regex(error.message, /Reason/);
  }
  t.throws(() => requiredText('Robot', '  ', 10), { instanceOf: Refusal, message: /Robot/ });
});
