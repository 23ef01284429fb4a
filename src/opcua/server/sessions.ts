import { type NodeId, UserNameIdentityToken } from 'node-opcua';
import type { OPCUAServer, ServerSession } from 'node-opcua-server';
import { type LogInThrottle, TooManyAttempts } from '../../app/accounts/log-in-throttle.ts';
import { invalidity } from '../../app/accounts/read-certificate.ts';
import type { Application } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { Clock, Log } from '../../app/ports.ts';
import type { Actor } from '../../domain/account.ts';
import { rolesOf } from '../access/access-table.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import type { LogInByCertificate } from './certificate-server.ts';

export interface Sessions {
  readonly userManager: {
    isValidUserAsync(
      this: ServerSession,
      username: string,
      password: string,
      callback: (error: Error | null, isAuthorized?: boolean) => void,
    ): void;
    getUserRoles(username: string): NodeId[];
  };
  /**
   * The same roles for `OPCUAServer.setRolePolicyOverride`: asked first, at every attribute that is read, where
   * node-opcua otherwise parses the client's certificate and asks the system for its host name. Null: as usual.
   */
  readonly rolePolicy: { getUserRoles(username: string): NodeId[] | null };
  /** That the client holds the private key is known before. */
  readonly logInByCertificate: LogInByCertificate;
  readonly actorOf: ActorOfContext;
  /** Ends sessions whose account was changed, or whose certificate was taken from it. @returns a function that ends the watch */
  watchAccounts(server: OPCUAServer, commit: Commit): () => void;
}

interface LoggedIn {
  readonly username: string;
  readonly actor: Actor;
  /** Of the certificate that it logged in by; '' after a password. */
  readonly thumbprint: string;
}

/** Who is behind each session: looked up once, at log-in. */
export const createSessions = (
  application: Application,
  throttle: LogInThrottle,
  clock: Clock,
  log: Log,
): Sessions => {
  const logIns = new Map<ServerSession, LoggedIn>();
  const rolesOfUser = new Map<string, NodeId[]>();

  const verify = async (session: ServerSession, username: string, password: string): Promise<boolean> => {
    const address = session.channel?.remoteAddress ?? '';
    const actor = await throttle.attempt(username, address, () =>
      application.authenticate(username, password),
    );
    if (actor === undefined) {
      log.warn({ address, username: username.slice(0, 64) }, 'An OPC UA log-in was refused');
      return false;
    }
    return remember(session, { username, actor, thumbprint: '' });
  };

  /** False when the session has ended meanwhile. */
  const remember = (session: ServerSession, loggedIn: LoggedIn): boolean => {
    if (session.status === 'closed' || session.status === 'disposed') return false;
    if (!logIns.has(session)) session.once('session_closed', () => logIns.delete(session));
    logIns.set(session, loggedIn);
    rolesOfUser.set(loggedIn.username.toLowerCase(), rolesOf(loggedIn.actor.role));
    return true;
  };

  const logInByCertificate: LogInByCertificate = async (session, certificate) => {
    const { thumbprint, subject } = certificate;
    const address = session.channel?.remoteAddress ?? '';
    const refuse = (reason: string): undefined => {
      const shown = { address, thumbprint, subject: subject.slice(0, 200), reason };
      log.warn(shown, 'An OPC UA log-in by certificate was refused');
      return undefined;
    };
    const fault = certificate.weakness || invalidity(certificate, clock.now());
    if (fault !== '') return refuse(fault);
    let actor: Actor | undefined;
    try {
      actor = await throttle.attempt(thumbprint, address, () =>
        application.authenticateCertificate(thumbprint),
      );
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error;
      return refuse(`too many refused ones came from there, wait ${error.seconds} s`);
    }
    if (actor === undefined) return refuse('no account has it, or a disabled one');
    const { username } = actor;
    return remember(session, { username, actor, thumbprint }) ? username : undefined;
  };

  const actorOfSession = (session: ServerSession): Actor | undefined => {
    const token = session.userIdentityToken;
    if (!(token instanceof UserNameIdentityToken)) return undefined;
    const loggedIn = logIns.get(session);
    return loggedIn?.username === token.userName ? loggedIn.actor : undefined;
  };

  const endSessions = async (server: OPCUAServer, why: string, ends: (one: LoggedIn) => boolean) => {
    for (const [session, loggedIn] of logIns) {
      if (!ends(loggedIn)) continue;
      log.info({ account: loggedIn.actor.accountId }, `An OPC UA session ended: ${why}`);
      await server.engine.closeSession(session.authenticationToken, true, 'Terminated');
    }
  };

  const endSessionsOf = async (server: OPCUAServer, accountId: string): Promise<void> => {
    for (const { username, actor } of logIns.values()) {
      if (actor.accountId === accountId) rolesOfUser.delete(username.toLowerCase());
    }
    await endSessions(server, 'its account was changed', ({ actor }) => actor.accountId === accountId);
  };

  return {
    userManager: {
      isValidUserAsync(username, password, callback) {
        verify(this, username, password).then(
          valid => callback(null, valid),
          (error: unknown) => {
            if (error instanceof TooManyAttempts) {
              log.warn(
                { seconds: error.seconds },
                'An OPC UA log-in was refused unseen after many wrong ones',
              );
            } else {
              log.error({ err: error }, 'An OPC UA log-in could not be checked');
            }
            callback(null, false);
          },
        );
      },
      getUserRoles: username => [...(rolesOfUser.get(username.toLowerCase()) ?? [])],
    },
    rolePolicy: {
      // Sessions without an account go by this name too, whoever may have an account of that name.
      getUserRoles: username =>
        username === 'anonymous' ? null : (rolesOfUser.get(username.toLowerCase()) ?? null),
    },
    logInByCertificate,
    actorOf: context =>
      context.session === undefined ? undefined : actorOfSession(context.session as ServerSession),
    watchAccounts: (server, commit) =>
      commit.listen('OPC UA sessions', async ({ changes }) => {
        for (const { collection, before, after } of changes) {
          if (collection === 'certificates' && before !== undefined && after === undefined) {
            const { id } = before;
            await endSessions(server, 'its certificate was taken away', one => one.thumbprint === id);
          }
          if (collection !== 'accounts' || before === undefined) continue;
          const same =
            after?.role === before.role &&
            after.disabled === before.disabled &&
            after.passwordHash === before.passwordHash &&
            after.approvesOwn === before.approvesOwn;
          if (!same) await endSessionsOf(server, before.id);
        }
      }),
  };
};
