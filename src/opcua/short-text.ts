/** The contract's limit of names and references: PLC blocks map them to strings of 80 characters. */
const LIMIT = 80;

/** At most 80 characters, without half of one that UTF-16 writes as two. */
export const shortText = (text: string): string =>
  text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
