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
  /** Loopback only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Origin of this server as people see it; where it listens if undefined. Links never follow a Host header. */
  readonly publicUrl?: string | undefined;
  /** Signs links, upload addresses and cookies; all replicas have its keys. */
  readonly signer: Signer;
}
