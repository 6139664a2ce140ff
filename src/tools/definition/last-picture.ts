import { parseReference } from '../../images/library/reference.ts';
import type { ImageRecord } from '../../images/types.ts';
import { counted, shortened } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import type { Services, ToolCall } from './define.ts';

/** Age up to which a paid call takes `last` where the protocol has no conversation, milliseconds. */
const FRESH_MS = 15 * 60_000;

/** Services of one paid call, and what its answer says first of all. */
export interface WithLast {
  readonly services: Services;
  /** Sentences that name each picture which `last` stood for; empty where the argument was not used. */
  readonly named: readonly string[];
}

/**
 * The services for a paid call. Where the protocol has no conversation, `last` is the newest picture of the principal, which
 * another client may have made (docs/pictures-and-masks.md#the-last-picture). There it is taken while it is fresh, and named.
 * `open` throws Problem `ambiguous_image` for an older one.
 */
export function namingLast(services: Services, { caller, clock }: Pick<ToolCall, 'caller' | 'clock'>): WithLast {
  if (caller.conversation !== undefined) return { services, named: [] };
  const named: string[] = [];
  const open: Services['imageImport']['open'] = async (text, ...rest) => {
    const given = await services.imageImport.open(text, ...rest);
    if (given.kind !== 'local' || parseReference(text)?.kind !== 'last') return given;
    const age = clock.now() - given.image.createdAt;
    if (age > FRESH_MS) throw notFresh(given.image, age);
    named.push(`"last" is ${inWords(given.image)}.`);
    return given;
  };
  return { services: { ...services, imageImport: { ...services.imageImport, open } }, named };
}

function notFresh(image: ImageRecord, age: number): Problem {
  return new Problem(
    'ambiguous_image',
    `"last" would be ${inWords(image)}, made ${counted(Math.round(age / 60_000), 'minute')} ago, maybe in another conversation. Nothing was spent.`,
    { next: `If that is the one, call again with "${image.id}" in place of "last"; list_images shows the others.` },
  );
}

function inWords({ id, kind, facts }: ImageRecord): string {
  const prompt = facts.prompt === undefined ? '' : ` (prompt ${JSON.stringify(shortened(facts.prompt, 80))})`;
  return kind === 'mask' ? `the mask ${id}` : `${id}${prompt}`;
}
