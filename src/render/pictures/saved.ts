import type { ImageRecord } from '../../images/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { formatName, humanBytes } from '../phrases.ts';
import { demoNotice } from '../demo.ts';
import { errorFacts, errorLines } from '../problem.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { SavedResult } from '../library-schemas.ts';

/** The files that were written, and the problem that ended the writing early. */
export interface SavedToRender {
  readonly saved: readonly { readonly image: ImageRecord; readonly path: string }[];
  readonly problem: ProblemRecord | undefined;
  readonly warnings: readonly string[];
  readonly demo: boolean;
}

/** The written files; an error where a problem ended the writing early. */
export function renderSaved(given: SavedToRender): Rendered {
  const result: SavedResult = {
    saved: given.saved.map(({ image, path }) => ({
      image: image.id,
      path,
      bytes: image.bytes,
      mime_type: image.mimeType,
    })),
    warnings: given.warnings.length === 0 ? undefined : [...given.warnings],
    demo: given.demo || undefined,
    next: given.problem?.next,
    error: given.problem && errorFacts(given.problem),
  };
  const isError = given.problem !== undefined;
  return { text: savedText(result), structured: withoutUndefined(result), pictures: [], links: [], isError };
}

function savedText(result: SavedResult): string {
  const files = result.saved ?? [];
  const lines = [
    ...(result.error === undefined ? [] : errorLines(result.error)),
    files.length === 0 ? 'No file was written.' : 'Saved, byte for byte:',
    ...files.map(
      ({ image, path, bytes, mime_type }) => `- ${path} (${image}, ${formatName(mime_type)}, ${humanBytes(bytes)})`,
    ),
    ...(result.warnings ?? []).map((warning) => `Note: ${warning}`),
    result.demo ? demoNotice({ pictures: files.length > 0 }) : undefined,
  ];
  return textOf(lines);
}
