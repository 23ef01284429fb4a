/** Every fault in every phase with every kind of printer: a minute of computing, so apart from `npm test`. */
export default {
  files: ['test/printers/fault-matrix/**/*.test.ts'],
  extensions: ['ts'],
  timeout: '3m',
};
