/** Servers and commands as processes of their own, each with certificates to make: apart from `npm test`. */
export default {
  files: ['test/processes/**/*.test.ts'],
  extensions: ['ts'],
  timeout: '3m',
};
