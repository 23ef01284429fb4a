import { type Actor, actorOf } from '../../domain/account.ts';
import { connectionOf } from '../../domain/connection.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isStaff } from '../../domain/rights.ts';
import { tokenId } from '../accounts/tokens.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Cameras, CameraViewer } from '../ports.ts';
import { findPrinter } from '../printers/find-printer.ts';

type Deps = Pick<ApplicationDeps, 'store' | 'commit' | 'cameras' | 'clock' | 'log'>;

const notPermitted = (printer: string): Refusal =>
  new Refusal('NotPermitted', `Staff, and whose job prints on ${printer} now, may look at its camera.`);

/** Staff, and the owner of a job that is on the printer from its start to its end. */
const mayLook = async ({ store }: Pick<Deps, 'store'>, actor: Actor, printer: string): Promise<boolean> => {
  if (isStaff(actor)) return true;
  const jobs = await store.find('jobs', { where: { printer, status: startedStatuses } });
  return jobs.some(({ owner }) => owner === actor.accountId);
};

const permitted = async (deps: Deps, actor: Actor, name: string): Promise<Printer> => {
  const printer = await findPrinter(deps.store, name);
  if (!(await mayLook(deps, actor, printer.name))) throw notPermitted(printer.name);
  return printer;
};

const camerasOf = ({ cameras }: Deps): Cameras => {
  if (cameras !== undefined) return cameras;
  throw new Refusal('NotFound', 'This server shows no cameras.');
};

/** Where its camera is and how it is reached: when that changes, what is shown may be another's. */
const cameraOf = (printer: Printer): string =>
  JSON.stringify([connectionOf(printer), printer.cameraUrl, printer.removed]);

/** Whoever looks is looked at again with each change that may end their right to. */
export const createWatchCamera =
  (deps: Deps): Application['watchCamera'] =>
  async (actor, name, viewer, token) => {
    const { store, commit, clock, log } = deps;
    const logIn = tokenId(token);
    const printer = await permitted(deps, actor, name);
    const cameras = camerasOf(deps);
    const session = await store.get('tokens', logIn);
    if (session === undefined) throw new Refusal('NotPermitted', 'The log-in has ended: log in again.');
    const until = Date.parse(session.expireTime);
    let over = false;
    let leave: (() => void) | undefined;
    let unlisten: (() => void) | undefined;

    const close = (): void => {
      over = true;
      unlisten?.();
      leave?.();
    };
    const end = (reason: string): void => {
      if (over) return;
      close();
      viewer.end(reason);
    };
    const look = async (): Promise<void> => {
      const account = await store.get('accounts', actor.accountId);
      const row = await store.get('printers', printer.id);
      const isLoggedIn = (await store.get('tokens', logIn)) !== undefined;
      if (over) return;
      if (!isLoggedIn) return end('the log-in has ended');
      if (account === undefined || account.disabled) return end('the account was disabled');
      if (row === undefined || cameraOf(row) !== cameraOf(printer)) return end('the printer was changed');
      if (!(await mayLook(deps, actorOf(account), printer.name))) end('the job on the printer has ended');
    };

    unlisten = commit.listen('camera viewers', ({ changes }) => {
      const concerned = changes.some(change => {
        if (change.collection === 'jobs') {
          return change.before?.printer === printer.name || change.after?.printer === printer.name;
        }
        if (change.collection === 'printers') return (change.after ?? change.before)?.id === printer.id;
        if (change.collection === 'tokens') return change.before?.id === logIn;
        return change.collection === 'accounts' && (change.after ?? change.before)?.id === actor.accountId;
      });
      if (!concerned || over) return;
      return look().catch(error => {
        log.error(
          { err: error, printer: printer.name },
          'The right to look at a camera could not be checked',
        );
        end('the right to look could not be checked');
      });
    });
    const guarded: CameraViewer = {
      show: picture => {
        if (over) return;
        if (clock.now().getTime() < until) viewer.show(picture);
        else end('the log-in has expired');
      },
      end,
    };
    try {
      leave = await cameras.watch(printer, guarded);
      // What changed while the camera was reached has been heard, and had nothing to end yet.
      if (over) leave();
      else await look();
    } catch (error) {
      close();
      throw error;
    }
    return close;
  };

export const createTakePicture =
  (deps: Deps): Application['takePicture'] =>
  async (actor, name) => {
    const printer = await permitted(deps, actor, name);
    const picture = await camerasOf(deps).picture(printer);
    // Taking it may last seconds: the job may have ended meanwhile.
    await permitted(deps, actor, name);
    return picture;
  };
