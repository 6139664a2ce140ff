import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../config/resolve.ts';
import { authenticateLocal, type Authenticate } from '../../../mcp/client/authentication.ts';
import type { HttpServingOptions } from '../../../mcp/http/options.ts';
import type { Person } from '../../../mcp/sign-in/people.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Logger } from '../../../shared/logger.ts';
import type { Clock } from '../../../shared/time/clock.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { keptSecret } from './kept-secret.ts';

/** How senders over HTTP sign in. */
export interface SignIn extends Pick<
  HttpServingOptions,
  'authenticate' | 'isShared' | 'takesTokens' | 'issuer' | 'identityNow'
> {
  /** Token of the person at this machine, and its file; undefined where people have tokens of their own. */
  readonly local: { readonly token: string; readonly file: string } | undefined;
}

type Settings = Pick<Config, 'home' | 'authFile' | 'oauthIssuer' | 'oauthAudience' | 'publicUrl'>;

/**
 * The sign-in that is configured: tokens of an issuer, tokens of a file of people, both, or else the one token of this
 * machine.
 * @throws Problem `config_invalid`, and those of `keptSecret`
 */
export async function signInFor(
  config: Settings,
  { clock, random, platform, logger }: Pick<Terminal, 'clock' | 'random' | 'platform'> & { readonly logger: Logger },
): Promise<SignIn> {
  const { authFile, oauthIssuer: issuer } = config;
  if (authFile === undefined && issuer === undefined) {
    const file = join(config.home, 'http-token');
    const token = keptSecret(file, { random, platform });
    return {
      authenticate: authenticateLocal(token, file),
      isShared: false,
      takesTokens: true,
      issuer: undefined,
      identityNow: undefined,
      local: { token, file },
    };
  }
  const { authenticatePeople } = await import('../../../mcp/sign-in/people.ts');
  const ways: Authenticate[] = [];
  const people = authFile === undefined ? undefined : await peopleIn(authFile, clock);
  if (people) ways.push(authenticatePeople(people));
  if (issuer !== undefined) {
    const { authenticateByIssuer } = await import('../../../mcp/sign-in/oauth.ts');
    const { issuerKeys } = await import('../../../mcp/sign-in/issuer-keys.ts');
    const { fetchJson } = await import('./fetch-json.ts');
    const keys = issuerKeys(issuer, { fetchJson, clock, logger });
    const audiences = audiencesOf(config);
    ways.push(authenticateByIssuer({ issuer, audiences, keys, people, now: () => clock.now() }));
  }
  return {
    authenticate: firstOf(ways),
    isShared: true,
    takesTokens: people !== undefined,
    issuer,
    identityNow: identityIn({ people, issuer }),
    local: undefined,
  };
}

/**
 * What a browser's identity is by now, where people sign in: those of the file have what the file says now, and are out
 * once they are not in it. A session that began while this server served its own machine alone does not count.
 */
function identityIn(team: {
  readonly people: (() => Promise<readonly Person[]>) | undefined;
  readonly issuer: string | undefined;
}): NonNullable<SignIn['identityNow']> {
  return async (signedIn) => {
    const { identityOf, principalOf } = await import('../../../mcp/sign-in/people.ts');
    const { principal } = signedIn;
    if (team.issuer !== undefined && principal.startsWith(`${team.issuer}|`)) return signedIn;
    const person = (await team.people?.())?.find((each) => principalOf(each) === principal);
    return person && identityOf(person);
  };
}

/** Tries each way. The last one says why a sender is refused: an issuer's challenge leads further than a file does. */
function firstOf(ways: readonly Authenticate[]): Authenticate {
  return async (credentials) => {
    let answer: Awaited<ReturnType<Authenticate>> = { kind: 'unavailable' };
    for (const way of ways) {
      answer = await way(credentials);
      if (answer.kind === 'accepted') return answer;
    }
    return answer;
  };
}

/** The `aud` of tokens for this server: what is configured, else the address of the endpoint (RFC 8707). */
function audiencesOf({ oauthAudience, publicUrl }: Settings): readonly string[] {
  if (oauthAudience !== undefined && oauthAudience.length > 0) return oauthAudience;
  if (publicUrl !== undefined) return [`${publicUrl}/mcp`];
  throw new Problem('config_invalid', 'FIREFLY_OAUTH_ISSUER needs FIREFLY_PUBLIC_URL or FIREFLY_OAUTH_AUDIENCE.', {
    next: 'Without an audience, tokens for any other service of the issuer would count here.',
  });
}

/**
 * What the file of people says, read again when it has changed, so that a person who was taken out is out at once.
 * @throws Problem `config_invalid` where the file cannot be used at the start; afterwards the returned function rejects
 */
async function peopleIn(path: string, clock: Pick<Clock, 'now'>): Promise<() => Promise<readonly Person[]>> {
  const { parsePeople, readPeopleFile, unusable, versionOf } = await import('./people-file.ts');
  let known: { readonly version: string | undefined; readonly people: readonly Person[] } | undefined;
  const read = () => {
    const version = versionOf(statSync(path, { bigint: true }), clock.now());
    if (known?.version === undefined || known.version !== version) {
      known = { version, people: parsePeople(readPeopleFile(path), path) };
    }
    return known.people;
  };
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw unusable(path, 'it cannot be read', error);
  }
  return async () => read();
}
