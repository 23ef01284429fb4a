import type { z } from 'zod';
import type { Problem } from '../contract/problem.ts';

export type Faults = NonNullable<Problem['errors']>;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object with the fields',
  array: 'a list',
};

const kindOf = (name: string): string => kinds[name] ?? name;

const limitText = (origin: string, bound: 'least' | 'most', limit: number | bigint): string =>
  origin === 'string' ? `must have at ${bound} ${limit} characters` : `must be at ${bound} ${limit}`;

/** What to send instead, in words that need no knowledge of the validator; ours are taken as they are. */
const textOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is missing';
      return `must be ${kindOf(issue.expected)}`;
    case 'invalid_union': {
      const expected = issue.errors
        .flat()
        .flatMap(each => (each.code === 'invalid_type' ? [each.expected] : []));
      return expected.length === 0 ? issue.message : `must be ${expected.map(kindOf).join(' or ')}`;
    }
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return limitText(issue.origin, 'most', issue.maximum);
    case 'too_small':
      return issue.inclusive === false
        ? `must be more than ${issue.minimum}`
        : limitText(issue.origin, 'least', issue.minimum);
    default:
      return issue.message;
  }
};

/** One for each field; a field that is unknown is named itself, not the object that it stands in. */
export const faultsOf = (issue: z.core.$ZodIssue): Faults => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      field: [...issue.path, key.slice(0, 40)].join('.'),
      message: issue.message,
    }));
  }
  return [{ field: issue.path.join('.') || '(body)', message: textOf(issue) }];
};
