import type { ModelStore } from './state/custom-models.ts';
import type { PictureCache } from './drawing/cache.ts';
import type { FaultScript } from './faults.ts';
import type { Settings } from './options.ts';
import type { Quota } from './state/quota.ts';
import type { Signer } from './state/signing.ts';
import type { JobStore } from './state/jobs.ts';
import type { TokenStore } from './state/tokens.ts';
import type { RequestLog } from './state/request-log.ts';
import type { UploadStore } from './state/uploads.ts';

/** URL origins of the three servers: `http://127.0.0.1:N`, without a trailing slash. */
interface Origins {
  readonly api: string;
  readonly shard: string;
  readonly storage: string;
}

/** State, settings and origins of one emulator; every operation receives it. */
export interface EmulatorContext {
  readonly settings: Settings;
  readonly origins: Origins;
  readonly tokens: TokenStore;
  readonly jobs: JobStore;
  readonly models: ModelStore;
  readonly uploads: UploadStore;
  readonly quota: Quota;
  readonly signer: Signer;
  readonly pictures: PictureCache;
  readonly faults: FaultScript;
  readonly log: RequestLog;
}
