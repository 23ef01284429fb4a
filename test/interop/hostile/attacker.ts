/** The attacking side: a process of its own, so that its work is not taken for the server's. */
import { setPriority } from 'node:os';
import { floods } from './floods.ts';

// On few cores it would otherwise take the time of the server and of the one who waits.
setPriority(10);

process.on(
  'message',
  ({ name, url, pki, duration }: Record<'name' | 'url' | 'pki', string> & { duration: number }) => {
    const end = performance.now() + duration;
    const flood = floods[name];
    if (flood === undefined) throw new Error(`There is no flood ${name}.`);
    flood({ url, pki, goesOn: () => performance.now() < end }).then(
      count => process.send?.({ count }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  },
);
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
