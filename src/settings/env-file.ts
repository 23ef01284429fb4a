export interface EnvFileFault {
  readonly message: string;
  /** Whose value cannot be told. */
  readonly unclosed?: string;
}

const quotes = ['"', "'", '`'];

/**
 * What is wrong with the lines of a `.env`, by their numbers: what would have no effect, or another than it seems.
 * Values are not in it, since they may be secret.
 */
export const envFileFaults = (text: string): readonly EnvFileFault[] => {
  const faults: EnvFileFault[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const line = raw.trim().replace(/^export\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || name === '') {
      faults.push({ message: `.env, line ${number}: write NAME=value, or # before a comment.` });
      continue;
    }
    const quote = quotes.find(one => value.startsWith(one));
    if (quote !== undefined && !value.includes(quote, 1)) {
      const message = `.env, line ${number}: the quote that ${name} begins with is not closed.`;
      faults.push({ message, unclosed: name });
    }
    const first = lineOf.get(name);
    if (first !== undefined) {
      const message = `.env, line ${number}: ${name} stands in line ${first} already: keep one of them.`;
      faults.push({ message });
    }
    lineOf.set(name, first ?? number);
  }
  return faults;
};
