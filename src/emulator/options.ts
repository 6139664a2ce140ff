import { systemClock, type Clock } from '../shared/time/clock.ts';
import { silentLogger, type Logger } from '../shared/logger.ts';
import { systemRandom, type Random } from '../shared/random.ts';
import { draw, type Draw } from './drawing/draw.ts';
import { type Drift, USUAL_DRIFT } from './drawing/edits/drift.ts';
import { HOUR_MS } from '../shared/time/durations.ts';

/** Default client id. Public, like every credential of an emulator. */
export const EMULATOR_CLIENT_ID = 'firefly-emulator-client';
/** Default client secret. */
export const EMULATOR_CLIENT_SECRET = 'firefly-emulator-secret';

/** Options of an emulator; each has a default, given in parentheses. */
export interface EmulatorOptions {
  /** Port of IMS and API; shard and storage use the next two. 0 takes three free ones (0). */
  readonly port?: number | undefined;
  /** Address to listen on (127.0.0.1). */
  readonly host?: string | undefined;
  /** Paid submits in any 60 seconds (no limit). */
  readonly rpm?: number | undefined;
  /** Paid submits in any 24 hours (no limit). */
  readonly rpd?: number | undefined;
  /** Duration of a job, milliseconds (1500). */
  readonly latencyMs?: number | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Lifetime of a result URL, milliseconds, rounded up to whole seconds (one hour). */
  readonly urlLifetimeMs?: number | undefined;
  /** Lifetime of a token, seconds (86399, as at Adobe). */
  readonly tokenSeconds?: number | undefined;
  /** HTTP status of schema errors: 400 as observed live, or 422 as in Adobe's OpenAPI (`live`). */
  readonly schemaErrors?: 'live' | 'spec' | undefined;
  /** Dates of custom models: epoch milliseconds as in Adobe's sample, or ISO text as in its OpenAPI (`epoch`). */
  readonly modelDates?: 'epoch' | 'iso' | undefined;
  /** Upscaled pictures come with a link; without it by the id of an asset alone, which the document allows (true). */
  readonly upscaleLinks?: boolean | undefined;
  /** `x-accept-mimetype` chooses the format of pictures, as in older documents; without it they are JPEG (true). */
  readonly mimeTypeHeader?: boolean | undefined;
  /** Also serves the synchronous routes that Adobe's documents no longer have, for older client code (false). */
  readonly syncRoutes?: boolean | undefined;
  /** Serves the control API over HTTP too, at `/` and `/emulator/…` of the API's port (true). */
  readonly httpControl?: boolean | undefined;
  /**
   * Chooses among the words and forms in which Adobe may put an error whose body no public source shows, and between the
   * forms of `Retry-After`. Any whole number (0).
   */
  readonly wording?: number | undefined;
  /** How far what a fill or an expand keeps comes back changed (`USUAL_DRIFT`). */
  readonly drift?: Drift | undefined;
  /** Requests that the request log keeps, the latest ones (10 000). */
  readonly logLimit?: number | undefined;
  /** Draws and encodes a picture; equal specs give equal bytes (a scene with the emulator's mark). */
  readonly draw?: Draw | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Receives defects of the emulator (silent). */
  readonly logger?: Logger | undefined;
}

/** The options with their defaults. The mutable ones are changed by the control API. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly rpm: number | undefined;
  readonly rpd: number | undefined;
  latencyMs: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly urlLifetimeMs: number;
  tokenSeconds: number;
  readonly schemaErrors: 'live' | 'spec';
  readonly modelDates: 'epoch' | 'iso';
  readonly upscaleLinks: boolean;
  readonly mimeTypeHeader: boolean;
  readonly syncRoutes: boolean;
  readonly httpControl: boolean;
  readonly wording: number;
  drift: Drift;
  readonly logLimit: number;
  readonly draw: Draw;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Applies the defaults. */
export function withDefaults(options: EmulatorOptions): Settings {
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    rpm: options.rpm,
    rpd: options.rpd,
    latencyMs: options.latencyMs ?? 1_500,
    clientId: options.clientId ?? EMULATOR_CLIENT_ID,
    clientSecret: options.clientSecret ?? EMULATOR_CLIENT_SECRET,
    urlLifetimeMs: options.urlLifetimeMs ?? HOUR_MS,
    tokenSeconds: options.tokenSeconds ?? 86_399,
    schemaErrors: options.schemaErrors ?? 'live',
    modelDates: options.modelDates ?? 'epoch',
    upscaleLinks: options.upscaleLinks ?? true,
    mimeTypeHeader: options.mimeTypeHeader ?? true,
    syncRoutes: options.syncRoutes ?? false,
    httpControl: options.httpControl ?? true,
    wording: options.wording ?? 0,
    drift: options.drift ?? USUAL_DRIFT,
    logLimit: options.logLimit ?? 10_000,
    draw: options.draw ?? draw,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    logger: options.logger ?? silentLogger,
  };
}
