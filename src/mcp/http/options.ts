import type { Administration } from '../../jobs/model/administration.ts';
import type { Identity } from '../../shared/caller.ts';
import type { ServingOptions } from '../options.ts';
import type { TrustedProxies } from './guards/forwarded.ts';
import type { Signer } from './signing/signer.ts';

/** Limits of a server, with what tests shorten. */
export interface SessionLimits {
  /** Clients of the 2025 era get no session: any replica answers any request. Default: false. */
  readonly isStateless?: boolean | undefined;
  /** Milliseconds after which an unused session of the 2025 era is closed. Default: 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Maximum number of such sessions. Default: 256. */
  readonly maxSessions?: number;
}

/** Longest times, milliseconds. */
export interface Timeouts {
  /** For the head of a request to arrive. */
  readonly head: number;
  /** For the body of a message to arrive. */
  readonly body: number;
  /** For a client to read something of an answer. */
  readonly reading: number;
}

/** What serving over HTTP needs besides the options of every transport. */
export interface HttpServingOptions extends ServingOptions, SessionLimits {
  /** Loopback, unless people sign in and `publicUrl` is https. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Origin of this server as people see it; where it listens if undefined. Links never follow a Host header. */
  readonly publicUrl?: string | undefined;
  /** Whether people sign in, each with a token of their own. Default: false. */
  readonly isShared?: boolean | undefined;
  /** Whether a person can sign in with a token that this server or its operator gave out. Default: false. */
  readonly takesTokens?: boolean | undefined;
  /** The issuer whose tokens sign people in, where there is one (RFC 9728, `authorization_servers`). */
  readonly issuer?: string | undefined;
  /** As in `BrowserSessionOptions`. */
  readonly identityNow?: ((identity: Identity) => Promise<Identity | undefined>) | undefined;
  /** Administration of what all principals have, for `/admin/…`. Absent: there are no such addresses. */
  readonly administration?: (() => Promise<Administration>) | undefined;
  /** Port that serves `/metrics` alone, without a sign-in; 0 takes any free one. Absent: there is none. */
  readonly metricsPort?: number | undefined;
  /** Proxies through which every request but those of probes comes. Absent: none is trusted, and none is needed. */
  readonly proxies?: TrustedProxies | undefined;
  /** Most open requests of one principal, on a server that several people share. Default: 200. */
  readonly mostOpenEach?: number | undefined;
  /** Times that tests shorten. */
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Signs links, upload addresses and cookies; all replicas have its keys. */
  readonly signer: Signer;
}
