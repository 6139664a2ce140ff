import { CALLERS } from './mistakes/callers.mjs';
import { DEDUPLICATION } from './mistakes/deduplication.mjs';
import { EDGE } from './mistakes/edge.mjs';
import { LEASES } from './mistakes/leases.mjs';
import { MASKS } from './mistakes/masks.mjs';
import { MONEY } from './mistakes/money.mjs';
import { PATHS } from './mistakes/paths.mjs';
import { PERSONS } from './mistakes/person.mjs';
import { QUOTA } from './mistakes/quota.mjs';
import { RETENTION } from './mistakes/retention.mjs';
import { ROOMS } from './mistakes/rooms.mjs';
import { SECRETS } from './mistakes/secrets.mjs';
import { SUBJECT } from './mistakes/subject.mjs';

/** Every seeded mistake, by what it endangers. @type {Readonly<Record<string, readonly import('./apply.mjs').Mistake[]>>} */
export const MISTAKES = {
  money: MONEY,
  deduplication: DEDUPLICATION,
  quota: QUOTA,
  leases: LEASES,
  secrets: SECRETS,
  paths: PATHS,
  retention: RETENTION,
  masks: MASKS,
  subject: SUBJECT,
  person: PERSONS,
  callers: CALLERS,
  edge: EDGE,
  rooms: ROOMS,
};
