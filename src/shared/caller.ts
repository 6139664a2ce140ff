import { Problem } from './errors.ts';

/** What a principal may ask for: to see what it has, to make and end things, to look after the installation. */
export type Scope = 'read' | 'generate' | 'admin';

/** What a principal may do. Made by `authenticate` at the edge, with the caller passed down to every room. */
export interface Rights {
  /** Paths of this machine are shown in answers and taken in arguments, and files may be written to the output folder. */
  readonly serverPaths: boolean;
  /** Pictures and batch files may be read from below the roots; needs `serverPaths` too, since a path names them. */
  readonly localFiles: boolean;
  /** `any`: an Adobe upload id is taken as given. `own`: only an id that was uploaded for this principal. */
  readonly uploadIds: 'any' | 'own';
  readonly scopes: ReadonlySet<Scope>;
  /** Most operations (pictures that Adobe bills) that this principal may spend in 24 hours; undefined: no limit of its own. */
  readonly budget: number | undefined;
}

/** A principal and what it may do, as `authenticate` found out. */
export interface Identity {
  /** Owner of jobs, pictures, batches and uploads: `local`, or `iss|sub` of a verified token (RFC 7519). */
  readonly principal: string;
  readonly can: Rights;
  /** End of the token that proved it, epoch milliseconds: nothing that is made of the token may last longer. Absent: it has none. */
  readonly until?: number | undefined;
}

/** Addresses of this server that are open for a short while, made for one principal. */
export interface SignedAddresses {
  /** Where the original of a picture of this principal is had. @param ending of its file, without the dot */
  readonly picture: (id: string, ending: string) => string;
  /** Where pictures become those of this principal: a page for a person, and an address for PUT. */
  readonly upload: () => { readonly page: string; readonly put: string };
  /**
   * Where the studio opens at a place, such as `img_…`; it asks who looks, and the address holds nothing that lets in.
   * Absent where the host shows the studio itself.
   */
  readonly studio?: ((place: string) => string) | undefined;
}

/** The sender of one call: its identity, and its conversation (connection) where the protocol has one. */
export interface Caller extends Identity {
  readonly conversation: string | undefined;
  /** Present over HTTP, where a browser or a script may reach the server. */
  readonly addresses?: SignedAddresses | undefined;
}

/** The person at this machine: stdio, the command line, HTTP on loopback (docs/security.md#principals). */
export const LOCAL: Identity = {
  principal: 'local',
  can: {
    serverPaths: true,
    localFiles: true,
    uploadIds: 'any',
    scopes: new Set(['read', 'generate', 'admin']),
    budget: undefined,
  },
};

/** The caller behind a command of the command line. */
export const LOCAL_CALLER: Caller = { ...LOCAL, conversation: undefined };

/** @throws Problem `scope_missing` */
export function requireScope({ can }: Pick<Caller, 'can'>, scope: Exclude<Scope, 'admin'>): void {
  if (!can.scopes.has(scope)) throw scopeMissing(scope);
}

const ALLOWED_BY: Readonly<Record<Scope, string>> = {
  read: 'look at jobs and pictures',
  generate: 'make, change or end anything',
  admin: 'look after this server',
};

/** The sign-in does not cover what was asked. */
export function scopeMissing(scope: Scope): Problem {
  const message = `This sign-in may not ${ALLOWED_BY[scope]} here: it lacks the scope "firefly:${scope}".`;
  return new Problem('scope_missing', message, {
    next: `Sign in with the scope "firefly:${scope}", or ask the operator of this server for it. A repeated call changes nothing.`,
  });
}
