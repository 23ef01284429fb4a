/** Limit of Message and WaitingReason, and of the reasons that people give. */
export const MAX_REASON = 200;

/** Printable ASCII of at most `limit` characters; what ASCII cannot write becomes `?`. */
export const asciiText = (text: string, limit: number = MAX_REASON): string => {
  // A little more than the limit is enough: nobody pays for megabytes.
  const plain = text
    .slice(0, 4 * limit)
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?');
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 3)}...`;
};
