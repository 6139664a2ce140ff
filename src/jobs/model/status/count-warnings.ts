import type { RemoteStatus } from '../../../firefly/types.ts';
import type { JobRow } from '../job-row.ts';

/** Warnings where Adobe made fewer or more pictures than were asked for, or names an error beside them, with its reasons. */
export function countWarnings(
  { count }: Pick<JobRow, 'count'>,
  { outputs, failures = [], unread }: Extract<RemoteStatus, { kind: 'succeeded' }>,
): readonly string[] {
  const made = outputs.length;
  const reasons = [...new Set(failures.map(({ message }) => message))].join(' ');
  if (made > count) return [`Adobe made ${made} pictures where ${count} were asked for; all are kept.`];
  if (made === count)
    return reasons === '' ? [] : [`Adobe named an error beside the result, which is kept: ${reasons}`];
  const unreadable = Math.min(unread?.count ?? 0, count - made);
  const missing = count - made - unreadable;
  const notMade = `${missing} of ${count} pictures ${missing === 1 ? 'was' : 'were'} not made`;
  return [
    ...(unreadable === 0 ? [] : [unreadWarning(unreadable, count, unread?.assets ?? [])]),
    ...(missing === 0 ? [] : [reasons === '' ? `${notMade}, and Adobe does not say why.` : `${notMade}: ${reasons}`]),
  ];
}

/** Of results that Adobe lists as made, and that its answer gives no way to. */
function unreadWarning(unreadable: number, count: number, assets: readonly string[]): string {
  const [are, them, they] = unreadable === 1 ? ['is', 'it', 'It'] : ['are', 'them', 'They'];
  const ids = assets.length === 0 ? '' : ` by the id of an asset of its own (${assets.join(', ')}),`;
  return (
    `${unreadable} of ${count} pictures ${are} not here: Adobe's answer names ${them},${ids} without a link that can be read. ` +
    `${they} may exist at Adobe, and may have been charged.`
  );
}
