import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IMAGE_LIMITS_V3, UPSCALE_LIMITS, VIDEO_LIMITS } from '../../../src/firefly/families/limits.ts';
import { LONGEST_NAME_BYTES } from '../../../src/images/files/names.ts';
import {
  LARGE_PIXELS,
  MOST_DATA_URI_BYTES,
  MOST_FILE_BYTES,
  MOST_HELD_BYTES,
  MOST_PIXELS,
  MOST_SIDE,
  MOST_WEBP_PIXELS,
} from '../../../src/images/limits.ts';
import { mediumOf, MOST_STILL_BYTES } from '../../../src/images/media.ts';
import { ITEMS_AT_ONCE } from '../../../src/jobs/batches/create/create-batch.ts';
import { UNDELIVERED_WINDOW_MS } from '../../../src/jobs/deduplication/duplicates.ts';
import { MAX_PREPARED, MAX_STARTED } from '../../../src/jobs/engine/engine.ts';
import { UPLOAD_LIFE_MS } from '../../../src/jobs/engine/uploads.ts';
import { MAX_COOLDOWN_MS, MIN_COOLDOWN_MS } from '../../../src/jobs/limits/permits.ts';
import { MAX_WAITING } from '../../../src/jobs/limits/queue-limit.ts';
import { DAY_WINDOW_MS, MINUTE_WINDOW_MS } from '../../../src/jobs/limits/quota.ts';
import { UNANSWERED_DEADLINE_MS } from '../../../src/jobs/model/status/after-status.ts';
import { LEASE_MS } from '../../../src/jobs/store/lease.ts';
import { RESTORED_WINDOW_MS } from '../../../src/maintenance/restore-spending.ts';
import { MIN_PERMIT_AGE_MS } from '../../../src/maintenance/retention.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/shared/time/durations.ts';
import { DECLINED_MINUTES } from '../../../src/tools/definition/declined-questions.ts';
import { MOST_ITEMS } from '../../../src/tools/batches/items/item-input.ts';
import { ROOT } from '../source-files.ts';

const mib = (bytes: number) => `${bytes / 1024 ** 2} MiB`;
const spaced = (number: number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
const million = (number: number) => `${number / 1e6} million`;
const [PICTURE, ENLARGED, VIDEO] = [IMAGE_LIMITS_V3, UPSCALE_LIMITS, VIDEO_LIMITS].map(({ result }) =>
  mib(result.mostBytes),
);
const VIDEO_BYTES = mediumOf('video/mp4').mostBytes;

/** Sentences of pages whose numbers the code decides: a page that an operator plans by must not lag behind. */
const SENTENCES: readonly (readonly [page: string, sentence: string])[] = [
  ['pictures-and-masks', `| JPEG, PNG, WebP | still: width and height | ${mib(MOST_STILL_BYTES)} |`],
  [
    'pictures-and-masks',
    `| content of the blob store | ${mib(MOST_STILL_BYTES)}, a video ${VIDEO_BYTES / 1024 ** 3} GiB |`,
  ],
  ['pictures-and-masks', `${PICTURE} for a picture, ${ENLARGED} for an enlarged one, ${VIDEO} for a video`],
  ['pictures-and-masks', `| file of the user | ${mib(MOST_FILE_BYTES)} |`],
  ['pictures-and-masks', `| data URI | ${MOST_DATA_URI_BYTES / 1e6} MB |`],
  [
    'pictures-and-masks',
    `| ${million(MOST_PIXELS)}, a WebP ${million(MOST_WEBP_PIXELS)}, and ${spaced(MOST_SIDE)} a side |`,
  ],
  ['pictures-and-masks', `| ${MOST_HELD_BYTES / 1e6} MB ([import](#import)) |`],
  ['pictures-and-masks', `| pictures over ${million(LARGE_PIXELS)} pixels,`],
  ['pictures-and-masks', `its id is used for ${UPLOAD_LIFE_MS / HOUR_MS} hours`],
  ['pictures-and-masks', `nothing invisible, NFC, ${LONGEST_NAME_BYTES} bytes`],
  ['security', `a picture, an enlarged one, a video | 1 MiB, 96 MiB, ${PICTURE}, ${ENLARGED}, ${VIDEO} |`],
  ['security', `| ${million(MOST_PIXELS)}, ${million(LARGE_PIXELS)}; of WebP `],
  ['security', `| a batch: items, file | ${spaced(MOST_ITEMS)}, `],
  ['jobs', `owner, lease of ${LEASE_MS / 1000} s`],
  [
    'jobs',
    `${MAX_STARTED} jobs at a time, of which at most ${MAX_PREPARED.interactive} interactive ones and ${MAX_PREPARED.batch} batch items wait`,
  ],
  ['jobs', `At most ${MAX_WAITING} interactive jobs may wait`],
  ['operating', `| \`queue_full\` | ${MAX_WAITING} calls wait already |`],
  ['jobs', `its answer was not delivered | ${UNDELIVERED_WINDOW_MS / 1000} s after its end |`],
  ['jobs', `in transactions of ${ITEMS_AT_ONCE} items`],
  ['jobs', `${IMAGE_LIMITS_V3.waitMs / MINUTE_MS} min for pictures, ${VIDEO_LIMITS.waitMs / MINUTE_MS} min for videos`],
  ['jobs', `| status requests have no answer | ${UNANSWERED_DEADLINE_MS / MINUTE_MS} min after acceptance`],
  ['architecture', `in transactions of ${ITEMS_AT_ONCE}.`],
  ['quota-and-money', `| ${MINUTE_WINDOW_MS / 1000} s |`],
  ['quota-and-money', `| ${Math.floor(DAY_WINDOW_MS / HOUR_MS)} h and ${(DAY_WINDOW_MS - DAY_MS) / 1000} s |`],
  [
    'quota-and-money',
    `at least ${MIN_COOLDOWN_MS / 1000} s and at most ${MAX_COOLDOWN_MS / MINUTE_MS} min, and up to a tenth longer`,
  ],
  ['quota-and-money', `the permits of the last ${RESTORED_WINDOW_MS / HOUR_MS} hours that it does not know`],
  ['quota-and-money', `in the database for ${MIN_PERMIT_AGE_MS / DAY_MS} days at least`],
  ['quota-and-money', `the same call is refused for ${DECLINED_MINUTES} minutes`],
];

test.each(SENTENCES)('docs/%s.md says what the code does: %s', (page, sentence) => {
  expect(readFileSync(join(ROOT, `docs/${page}.md`), 'utf8')).toContain(sentence);
});
