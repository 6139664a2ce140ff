import type { ModelBook } from './custom-models.ts';
import type { PictureCache } from './drawing/cache.ts';
import type { FaultScript } from './faults.ts';
import type { Settings } from './options.ts';
import type { Quota } from './quota.ts';
import type { Signer } from './signing.ts';
import type { JobBook } from './state.ts';
import type { TokenBook } from './tokens.ts';
import type { TruthLog } from './truth-log.ts';
import type { UploadBook } from './uploads.ts';

/** Where the three servers are reached: `http://127.0.0.1:N`, without a slash at the end. */
interface Origins {
  readonly api: string;
  readonly shard: string;
  readonly storage: string;
}

/** Everything that one emulator knows. */
export interface World {
  readonly settings: Settings;
  readonly origins: Origins;
  readonly tokens: TokenBook;
  readonly jobs: JobBook;
  readonly models: ModelBook;
  readonly uploads: UploadBook;
  readonly quota: Quota;
  readonly signer: Signer;
  readonly pictures: PictureCache;
  readonly faults: FaultScript;
  readonly log: TruthLog;
}
