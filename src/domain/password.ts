/** NIST SP 800-63B, 5.1.1.1, in characters. No setting: nobody should choose a shorter one. */
export const MIN_PASSWORD = 8;
/** In characters: hashing costs nobody more. */
export const MAX_PASSWORD = 256;

/** The password that a file holds: without the end of its line, and the mark that Windows' editors begin it with. */
export const passwordInFile = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '');
