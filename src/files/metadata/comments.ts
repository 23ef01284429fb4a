/** What slicers write as `key = value` or `key: value`; keys in lower case, the first value of a key wins. */
export type Comments = ReadonlyMap<string, string>;

/** The lines that begin with a semicolon; of text g-code. */
const commentLine = /^;[ \t]*(.+)$/gm;
const pair = /^([^=:]{1,80}?)[ \t]{0,20}([=:])(.*)$/;
const producerLine = /^(?:generated (?:by|with) |(?=(?:BambuStudio|OrcaSlicer) \d))(\S.*)$/i;

const MAX_ENTRIES = 5000;
const MAX_VALUE_LENGTH = 2000;

const add = (comments: Map<string, string>, key: string, value: string): void => {
  const name = key.trim().toLowerCase();
  if (comments.size < MAX_ENTRIES && !comments.has(name)) {
    comments.set(name, value.trim().slice(0, MAX_VALUE_LENGTH));
  }
};

const addPair = (comments: Map<string, string>, text: string): void => {
  const [, key, separator, value] = pair.exec(text) ?? [];
  if (key === undefined || value === undefined) return;
  if (separator === '=' || !value.includes('; ')) {
    add(comments, key, value);
    return;
  }
  // Bambu puts two on one line: `model printing time: 5m 4s; total estimated time: 11m 29s`.
  const [first, ...others] = value.split('; ');
  add(comments, key, first ?? '');
  for (const other of others) addPair(comments, other);
};

/** Reads the comments of text g-code. The line that names the slicer becomes the key `producer`. */
export const readComments = (text: string): Comments => {
  const comments = new Map<string, string>();
  for (const [, line] of text.matchAll(commentLine)) {
    if (line === undefined) continue;
    const producer = producerLine.exec(line)?.[1];
    if (producer === undefined) addPair(comments, line);
    else add(comments, 'producer', producer);
  }
  return comments;
};

/** Reads `key=value` lines, as in the metadata blocks of binary g-code. */
export const readPairs = (text: string): Comments => {
  const comments = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) add(comments, line.slice(0, at), line.slice(at + 1));
  }
  return comments;
};
