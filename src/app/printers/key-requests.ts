import { randomUUID } from 'node:crypto';
import type { Actor } from '../../domain/account.ts';
import type { PrinterApi } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { asciiText, checkedText } from '../../domain/text.ts';
import { checkRole } from '../access/check-role.ts';
import type { AddPrinterCommand, Application, KeyRequest } from '../application.ts';
import { DeadlinePassed, withDeadline } from '../deadline.ts';
import type { ApplicationDeps } from '../deps.ts';
import { DriverError, type KeyAsking } from '../ports.ts';
import { ASK_TIMEOUT, awaitKeyDecision, PATIENCE } from './await-key-decision.ts';
import { checkIsFree } from './check-is-free.ts';
import { findPrinter } from './find-printer.ts';
import { checkedPrinterName, checkedPrinterUrl } from './printer-fields.ts';

const MAX_PENDING = 10;
const MAX_REMEMBERED = 100;
/** How long one that has ended is told of. In ms. */
const REMEMBERED_FOR = 24 * 3_600_000;

type Change = Pick<Application, 'addPrinter' | 'changePrinter'>;
type Ending = Pick<KeyRequest, 'state' | 'reason'>;

/** What a key is asked for, and what becomes of it: it goes nowhere but into the printer's row. */
interface Wish {
  readonly printer: string;
  readonly api: PrinterApi;
  readonly url: string;
  store(key: string): Promise<unknown>;
}

/** Keys that people at printers are asked for. In memory alone: a question does not outlive this process. */
export const createKeyRequests = (
  deps: ApplicationDeps,
  change: Change,
): Pick<Application, 'requestKeyOf' | 'requestKeyToAdd' | 'getKeyRequest' | 'findKeyRequests'> => {
  const { store, clock, keys = {}, log, background } = deps;
  const requests = new Map<string, KeyRequest>();

  const pendingOf = (printer: string): KeyRequest | undefined =>
    [...requests.values()].find(one => one.state === 'pending' && one.printer === printer);

  const forgetOld = (): void => {
    const since = clock.now().getTime() - REMEMBERED_FOR;
    for (const { id, state, expireTime } of requests.values()) {
      if (state !== 'pending' && Date.parse(expireTime) < since) requests.delete(id);
    }
  };

  const makeRoom = (): void => {
    forgetOld();
    const pending = [...requests.values()].filter(({ state }) => state === 'pending');
    if (pending.length >= MAX_PENDING) {
      throw new Refusal('Busy', `${MAX_PENDING} keys are being asked for: grant or deny one first.`);
    }
    for (const { id, state } of requests.values()) {
      if (requests.size < MAX_REMEMBERED) return;
      if (state !== 'pending') requests.delete(id);
    }
  };

  const request = async (wish: Wish, user: string): Promise<KeyRequest> => {
    const ask = keys[wish.api];
    if (ask === undefined) {
      throw new Refusal('InvalidArgument', `${wish.api} hands out no keys: give it an api_key.`);
    }
    const name = checkedText('user', user, 64);
    const asked = pendingOf(wish.printer);
    if (asked !== undefined) return asked;
    makeRoom();
    const now = clock.now();
    const made: KeyRequest = {
      id: randomUUID(),
      printer: wish.printer,
      state: 'pending',
      reason: '',
      page: '',
      createTime: now.toISOString(),
      expireTime: new Date(now.getTime() + PATIENCE).toISOString(),
    };
    // Holds its place while the host is asked.
    requests.set(made.id, made);
    try {
      const asking = await withDeadline(ASK_TIMEOUT, `Asking ${wish.api} for a key`, signal =>
        ask(wish.url, name, signal),
      );
      const shown = { ...made, page: asking.page };
      requests.set(made.id, shown);
      background.run('A key request', stop => follow(shown, asking, wish, stop));
      return shown;
    } catch (error) {
      requests.delete(made.id);
      throw new Refusal('PrinterUnavailable', `No key was asked for. ${messageOf(error)}`, { cause: error });
    }
  };

  const follow = async (
    made: KeyRequest,
    asking: KeyAsking,
    wish: Wish,
    stop: AbortSignal,
  ): Promise<void> => {
    const ending = await decided(asking, wish, stop).catch((error): Ending => {
      if (stop.aborted) throw error;
      const expected =
        error instanceof Refusal || error instanceof DriverError || error instanceof DeadlinePassed;
      if (!expected) log.error({ err: error, printer: wish.printer }, 'A key could not be asked for');
      return { state: 'failed', reason: expected ? error.message : 'The server failed: its log tells why.' };
    });
    requests.set(made.id, { ...made, ...ending });
    log.info({ printer: wish.printer, state: ending.state }, 'A key was asked for');
  };

  const decided = async (asking: KeyAsking, wish: Wish, stop: AbortSignal): Promise<Ending> => {
    const decision = await awaitKeyDecision(clock, wish.api, asking, stop);
    if (decision.kind !== 'granted') {
      return { state: decision.kind === 'denied' ? 'denied' : 'expired', reason: decision.reason };
    }
    await wish.store(decision.key);
    return { state: 'granted', reason: '' };
  };

  const wishToAdd = async (actor: Actor, command: AddPrinterCommand): Promise<Wish> => {
    const { api } = command;
    const url = checkedPrinterUrl(api, command.url);
    const printer = checkedPrinterName(command.name);
    await checkIsFree(store, { name: printer, nameKey: printer.toLowerCase(), api, url });
    return {
      printer,
      api,
      url,
      store: apiKey => change.addPrinter(actor, { ...command, apiKey }),
    };
  };

  return {
    async requestKeyOf(actor, name, user) {
      checkRole(actor, adminRoles, 'ask for keys');
      const { name: printer, api, url } = await findPrinter(store, name);
      const wish = {
        printer,
        api,
        url,
        store: (apiKey: string) => change.changePrinter(actor, printer, { apiKey }),
      };
      return request(wish, user);
    },
    async requestKeyToAdd(actor, command, user) {
      checkRole(actor, adminRoles, 'ask for keys');
      return request(await wishToAdd(actor, command), user);
    },
    async getKeyRequest(actor, id) {
      checkRole(actor, adminRoles, 'ask for keys');
      forgetOld();
      const found = requests.get(id);
      if (found === undefined) throw new Refusal('NotFound', 'There is no such key request: ask again.');
      return found;
    },
    async findKeyRequests(actor) {
      checkRole(actor, adminRoles, 'ask for keys');
      forgetOld();
      return [...requests.values()].reverse();
    },
  };
};

const messageOf = (error: unknown): string =>
  asciiText(error instanceof Error ? error.message : String(error), 170);
