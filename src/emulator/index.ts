import { type EmulatorControl, createControl } from './control.ts';
import { ModelStore } from './state/custom-models.ts';
import { PictureCache } from './drawing/cache.ts';
import { FaultScript } from './faults.ts';
import { type EmulatorOptions, withDefaults } from './options.ts';
import { createQuota } from './state/quota.ts';
import { listen } from './http/server.ts';
import { createSigner } from './state/signing.ts';
import { JobStore, jobUuid } from './state/jobs.ts';
import { TokenStore } from './state/tokens.ts';
import { RequestLog } from './state/request-log.ts';
import { UploadStore } from './state/uploads.ts';
import type { EmulatorContext } from './context.ts';

export type { Fault } from './faults.ts';
export { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET, type EmulatorOptions } from './options.ts';
export { draw, type Draw } from './drawing/draw.ts';
export { TRIGGER_WORDS } from './rules/trigger-words.ts';
export type { LoggedRequest } from './state/request-log.ts';

/** A running emulator. Origins have no trailing slash. */
export interface Emulator {
  /** Origin of the Firefly API. */
  readonly apiOrigin: string;
  /** Origin of IMS; equal to `apiOrigin`. */
  readonly imsOrigin: string;
  /** Origin of status and cancel links. */
  readonly shardOrigin: string;
  /** Origin of result URLs. */
  readonly storageOrigin: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly control: EmulatorControl;
  /** Whether this emulator has accepted the job of a status or cancel URL; another may have had the same port. */
  hasJobOf(url: string): boolean;
  /** Closes every connection; open requests get no response. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts an emulator of the Adobe Firefly API on loopback: IMS and API on one port, shard and result storage on the
 * next two. It sends nothing to any network and writes nothing to disk.
 * @throws Problem `emulator_port_taken`, `emulator_cannot_listen`
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = withDefaults(options);
  const { clock, random, clientId, clientSecret } = settings;
  const servers = await listen(settings);
  const { origins } = servers;
  const context: EmulatorContext = {
    settings,
    origins,
    tokens: new TokenStore(settings),
    jobs: new JobStore({ clock, random }),
    models: new ModelStore(random),
    uploads: new UploadStore({ clock, random }),
    quota: createQuota(settings, clock),
    signer: createSigner({ clock, random }),
    pictures: new PictureCache(settings.draw),
    faults: new FaultScript(),
    log: new RequestLog({ clock, limit: settings.logLimit }),
  };
  const control = createControl(context);
  const closing = new AbortController();
  servers.open({ context, control, closing: closing.signal });
  return {
    apiOrigin: origins.api,
    imsOrigin: origins.api,
    shardOrigin: origins.shard,
    storageOrigin: origins.storage,
    credentials: { clientId, clientSecret },
    control,
    hasJobOf: (url) => {
      const uuid = jobUuid(new URL(url).pathname.split('/').at(-1) ?? '');
      return uuid !== undefined && context.jobs.find(uuid) !== undefined;
    },
    close: async () => {
      closing.abort();
      await servers.close();
    },
  };
}

/** Environment variables that point the product at an emulator. */
export function emulatorEnv(emulator: Emulator): Readonly<Record<string, string>> {
  return {
    FIREFLY_API_URL: emulator.apiOrigin,
    FIREFLY_IMS_URL: emulator.imsOrigin,
    FIREFLY_TRUSTED_ORIGINS: `${emulator.shardOrigin},${emulator.storageOrigin}`,
    FIREFLY_CLIENT_ID: emulator.credentials.clientId,
    FIREFLY_CLIENT_SECRET: emulator.credentials.clientSecret,
  };
}
