import type { Identity } from '../../shared/caller.ts';
import type { ServingOptions } from '../options.ts';
import type { Signer } from './signing/signer.ts';

/** Limits that tests shorten. */
export interface SessionLimits {
  /** Milliseconds after which an unused session of the 2025 era is closed. Default: 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Maximum number of such sessions. Default: 256. */
  readonly maxSessions?: number;
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
  /** Signs links, upload addresses and cookies; all replicas have its keys. */
  readonly signer: Signer;
}
