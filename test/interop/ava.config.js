/** Tests against real peers: few at once, since each runs processes of its own on a machine of two cores. */
export default {
  files: ['test/interop/**/*.test.ts'],
  extensions: ['ts'],
  concurrency: 2,
  timeout: '8m',
  failWithoutAssertions: true,
};
