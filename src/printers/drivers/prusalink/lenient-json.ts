/** A string is kept as it is; a comma before a closing bracket goes. */
const STRING_OR_TRAILING_COMMA = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;

/**
 * JSON that may have trailing commas: Buddy firmware 4.7.5 to 6.1.4 leaves one in /api/v1/job
 * (Prusa-Firmware-Buddy #4193). Undefined when it is none even so.
 */
export const lenientJson = (text: string): unknown => {
  for (const attempt of [text, text.replace(STRING_OR_TRAILING_COMMA, (_, string = '') => string)]) {
    try {
      return JSON.parse(attempt);
    } catch {
      // The next attempt, or undefined.
    }
  }
  return undefined;
};
