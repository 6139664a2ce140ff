import { isFinal } from '../../jobs/model/states.ts';
import { isDone } from '../../jobs/model/saves/save-order.ts';
import type { JobView } from '../../jobs/model/types.ts';
import type { RenderContext } from '../pictures/picture.ts';
import { savedLine } from '../pictures/saved.ts';
import type { JobResult } from '../schemas.ts';

type Saving = Pick<JobView, 'saves' | 'state'>;

/** The files that a job's pictures have become, and the names of those to come, for callers on this machine. */
export function fileFacts(
  { saves = [], state }: Saving,
  { serverPaths }: RenderContext,
): Pick<JobResult, 'saved' | 'save_as'> {
  if (!serverPaths) return {};
  const saved = saves.flatMap(({ files = [] }) =>
    files.map(({ image, path, bytes, mimeType, size, changes }) => ({
      image,
      path,
      bytes,
      mime_type: mimeType,
      ...size,
      converted: changes?.join(', '),
    })),
  );
  const canCome = !isFinal(state) || state === 'succeeded';
  const due = canCome ? saves.filter((order) => !isDone(order)).map(({ name }) => name) : [];
  return {
    saved: saved.length === 0 ? undefined : saved,
    save_as: due.length === 0 ? undefined : due.join(', '),
  };
}

/** Files that could not be written, a sentence for each. */
export function fileWarnings({ saves = [] }: Saving): readonly string[] {
  return saves.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : [`Not saved as ${JSON.stringify(name)}: ${problem.message} The pictures are kept; save_image saves them.`],
  );
}

/** The files as lines of the text. */
export function fileLines({ saved = [], save_as: due }: Pick<JobResult, 'saved' | 'save_as'>): readonly string[] {
  return [
    ...saved.map((file) => `Saved: ${savedLine(file)}`),
    ...(due === undefined ? [] : [`Will be saved as ${due} once the pictures are there.`]),
  ];
}
