/** More than PrusaLink answers to anything: what is longer is not mended. In characters. */
const LONGEST = 256 * 1024;

/**
 * JSON that may have trailing commas: Buddy firmware 4.7.5 to 6.1.4 leaves one in /api/v1/job
 * (Prusa-Firmware-Buddy #4193). Undefined when it is none even so.
 */
export const lenientJson = (text: string): unknown => {
  const plain = parsed(text);
  if (plain !== undefined || text.length > LONGEST) return plain;
  return parsed(withoutTrailingCommas(text));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Each character is looked at once, whatever the text is. */
const withoutTrailingCommas = (text: string): string => {
  const parts: string[] = [];
  /** Where what is not yet in `parts` begins. */
  let begin = 0;
  /** Of the latest comma with nothing but white space since; -1 for none. */
  let comma = -1;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === ',') comma = at;
    else if (character === '}' || character === ']') {
      if (comma >= 0) {
        parts.push(text.slice(begin, comma));
        begin = comma + 1;
      }
      comma = -1;
    } else if (character !== ' ' && character !== '\t' && character !== '\r' && character !== '\n') {
      comma = -1;
      inString = character === '"';
    }
  }
  parts.push(text.slice(begin));
  return parts.join('');
};
