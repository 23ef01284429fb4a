/** The Klipper behind the stand-in of Moonraker: what its objects say, as observed on a live Kalico. Nothing waits. */

type PrintState = 'standby' | 'printing' | 'paused' | 'complete' | 'cancelled' | 'error';

/** Refused g-code; Moonraker passes the text on with status 400. */
export class GcodeError extends Error {}

export interface KlipperDeps {
  hasFile(name: string): boolean;
  /** A print has begun. */
  began(file: string): void;
  /** The print's state or file has changed. */
  changed(): void;
  /** s that each print takes */
  readonly printTime: number;
}

export type FakeKlipper = ReturnType<typeof createFakeKlipper>;

export const createFakeKlipper = (deps: KlipperDeps) => {
  let webhooks = { state: 'ready', state_message: 'Printer is ready' };
  let print = { filename: '', state: 'standby' as PrintState, message: '', elapsed: 0 };
  /** Klipper holds it open; it stays so when the file is moved or removed. */
  let loaded = false;
  let macro = false;
  let message = '';
  const sensors = new Map<string, boolean>();
  /** G-code that waits for the macro under way. */
  const waiting: (() => void)[] = [];

  const isBusy = (): boolean => print.state === 'printing';

  const set = (changes: Partial<typeof print>): void => {
    print = { ...print, ...changes };
    deps.changed();
  };

  const reset = (): void => {
    loaded = false;
    set({ filename: '', state: 'standby', message: '', elapsed: 0 });
  };

  /** Also ends a paused print, as the real one does. */
  const load = (file: string): void => {
    if (isBusy()) throw new GcodeError('SD busy');
    reset();
    if (!deps.hasFile(file)) throw new GcodeError('Unable to open file');
    loaded = true;
    set({ filename: file });
  };

  const begin = (): void => {
    deps.began(print.filename);
    set({ state: 'printing' });
  };

  const end = (state: PrintState, words = ''): void => {
    loaded = false;
    set({ state, message: words });
  };

  const run = (gcode: string): void => {
    const [, command = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(gcode) ?? [];
    if (command === 'M23') load(rest);
    if (command === 'SDCARD_RESET_FILE') reset();
    if (command === 'SDCARD_PRINT_FILE') {
      load(rest);
      begin();
    }
    if (command === 'PAUSE' && print.state === 'printing') set({ state: 'paused' });
    if (command === 'RESUME' && print.state === 'paused') set({ state: 'printing' });
    // 200 also when nothing prints.
    if (command === 'CANCEL_PRINT' && loaded && print.state !== 'standby') end('cancelled');
  };

  return {
    get state() {
      return webhooks.state;
    },
    get print() {
      return print;
    },
    /** G-code from outside; behind a macro it waits, and so does who sent it. */
    async gcode(text: string): Promise<void> {
      if (webhooks.state !== 'ready') throw new GcodeError('Unknown');
      if (!macro) return run(text);
      await new Promise<void>((resolve, reject) => {
        waiting.push(() => {
          try {
            run(text);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      });
    },
    status(): Record<string, unknown> {
      const done = print.state === 'complete' ? 1 : Math.min(1, print.elapsed / deps.printTime);
      return {
        webhooks,
        print_stats: {
          filename: print.filename,
          total_duration: print.elapsed,
          print_duration: 0,
          filament_used: 0,
          state: print.state,
          message: print.message,
          info: { total_layer: null, current_layer: null },
        },
        virtual_sdcard: {
          is_active: isBusy(),
          file_path: loaded ? `/gcodes/${print.filename}` : null,
          progress: done,
        },
        idle_timeout: { state: macro || isBusy() ? 'Printing' : 'Ready', printing_time: 0 },
        display_status: { progress: done, message },
        extruder: { temperature: 209.5, target: 210, power: 0.4 },
        heater_bed: { temperature: 60.5, target: 60, power: 0.2 },
        toolhead: { position: [10, 20, 0.3, 5], homed_axes: 'xyz' },
        ...Object.fromEntries(
          [...sensors].map(([name, there]) => [name, { enabled: true, filament_detected: there }]),
        ),
      };
    },
    /** s */
    advance(seconds: number): void {
      if (!isBusy()) return;
      print = { ...print, elapsed: print.elapsed + seconds };
      if (print.elapsed >= deps.printTime) end('complete');
    },
    startFile: (file: string): void => run(`SDCARD_PRINT_FILE ${file}`),
    finish: (): void => end('complete'),
    cancel: (): void => end('cancelled'),
    pause: (): void => set({ state: 'paused' }),
    resume: (): void => set({ state: 'printing' }),
    reset,
    fail: (words: string): void => end('error', words),
    /** Emergency stop, a lost micro-controller: print_stats then says that a running print is paused. */
    shutdown(words: string): void {
      webhooks = {
        state: 'shutdown',
        state_message: `${words}\nOnce the underlying issue is corrected, …\n`,
      };
      if (print.state === 'printing') print = { ...print, state: 'paused' };
      waiting.length = 0;
    },
    startUp(): void {
      webhooks = { state: 'startup', state_message: '\nPrinter is not ready\nThe klippy host …' };
    },
    configError(words: string): void {
      webhooks = { state: 'error', state_message: `${words}\nOnce the underlying issue is corrected, …\n` };
    },
    /** Started anew: it knows nothing of what was. */
    restart(): void {
      webhooks = { state: 'ready', state_message: 'Printer is ready' };
      macro = false;
      waiting.length = 0;
      loaded = false;
      print = { filename: '', state: 'standby', message: '', elapsed: 0 };
    },
    /** Somebody's macro runs, or has ended. */
    macro(runs: boolean): void {
      macro = runs;
      if (!runs) for (const act of waiting.splice(0)) act();
    },
    sensor(name: string, present: boolean): void {
      sensors.set(name, present);
    },
    say(text: string): void {
      message = text;
    },
    objects: (): readonly string[] => ['gcode', 'webhooks', 'print_stats', 'extruder', ...sensors.keys()],
  };
};
