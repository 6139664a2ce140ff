import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Identity, Rights, Scope } from '../../shared/caller.ts';
import { bearerOf, type Authenticate, type Authentication } from '../client/authentication.ts';
import { SCOPE_NAMES, scopesNamed } from './scopes.ts';

/** What a person on another machine may do, besides scopes and budget. */
const AFAR = { serverPaths: false, localFiles: false, uploadIds: 'own' } as const satisfies Partial<Rights>;

const ScopeName = z.enum([SCOPE_NAMES.read, SCOPE_NAMES.generate, SCOPE_NAMES.admin]);

/** One entry of the file of people (`FIREFLY_AUTH_FILE`): a person with a token of this server, or one of an issuer's people. */
export const Person = z
  .strictObject({
    name: z.string().regex(/^[\w.@+-]{1,64}$/),
    /** SHA-256 of the bearer token, 64 hexadecimal digits. The token itself is stored nowhere. */
    token_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** `iss|sub` of a person who signs in with a token of the issuer. */
    principal: z.string().min(3).max(600).optional(),
    scopes: z.array(ScopeName).default([SCOPE_NAMES.read, SCOPE_NAMES.generate]),
    /** Most operations in 24 hours. */
    budget: z.int().min(0).max(10_000_000).optional(),
  })
  .refine((person) => (person.token_sha256 === undefined) !== (person.principal === undefined), {
    message: 'has to have either token_sha256 or principal',
  });
export type Person = z.infer<typeof Person>;

/** The file of people. */
export const PeopleFile = z
  .strictObject({ people: z.array(Person).max(10_000) })
  .refine(({ people }) => new Set(people.map(({ name }) => name)).size === people.length, {
    message: 'has a name twice',
  });

/** The principal of a person: `iss|sub` as everywhere, with this server as the issuer of its own tokens. */
export function principalOf({ name, principal }: Pick<Person, 'name' | 'principal'>): string {
  return principal ?? `static|${name}`;
}

/** The hash under which a token is kept. Tokens have 256 random bits, so that a plain hash tells nothing of them. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Lets in the people of a file by their bearer tokens.
 * @param people what the file says now; rejects where it cannot be read
 */
export function authenticatePeople(people: () => Promise<readonly Person[]>): Authenticate {
  return async (credentials) => {
    if (credentials.transport === 'stdio') return tokenWanted(false);
    const token = bearerOf(credentials.authorization);
    if (token === undefined) return tokenWanted(credentials.authorization !== undefined);
    const hash = tokenHash(token);
    // The hash of a guess tells nothing about how near the guess is, so that plain comparison gives nothing away.
    const person = (await people()).find((candidate) => candidate.token_sha256 === hash);
    return person === undefined ? tokenWanted(true) : { kind: 'accepted', identity: identityOf(person) };
  };
}

/** The identity of a person of the file. */
export function identityOf(person: Person): Identity {
  return identity(principalOf(person), scopesNamed(person.scopes), person.budget);
}

/** A person on another machine. */
export function identity(principal: string, scopes: ReadonlySet<Scope>, budget: number | undefined): Identity {
  return { principal, can: { ...AFAR, scopes, budget } };
}

function tokenWanted(isInvalid: boolean): Authentication {
  const what = isInvalid ? 'This bearer token is none of this server.' : 'A bearer token is required.';
  const message = `${what} Ask the operator for yours, and give the client the header "Authorization: Bearer TOKEN".`;
  return { kind: 'refused', message, isInvalid };
}
