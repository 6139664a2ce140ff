import type { MediaType } from '../../images/media.ts';
import type { ImageRecord } from '../../images/types.ts';
import type { ProblemRecord } from '../../shared/errors.ts';
import { formatName, humanBytes } from '../phrases.ts';
import { demoNotice } from '../demo.ts';
import { errorFacts, errorLines } from '../problem.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { SavedResult } from '../library-schemas.ts';
import type { SavedFacts } from '../schemas.ts';

/** One file that was written. */
export interface SavedFile {
  readonly image: ImageRecord;
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: MediaType;
  /** Of a converted copy: its pixels, and how it differs from the original, as parts of a sentence. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly changes?: readonly string[] | undefined;
}

/** The files that were written, and the problem that ended the writing early. */
export interface SavedToRender {
  readonly saved: readonly SavedFile[];
  readonly problem: ProblemRecord | undefined;
  readonly warnings: readonly string[];
  readonly demo: boolean;
}

/** The written files; an error where a problem ended the writing early. */
export function renderSaved(given: SavedToRender): Rendered {
  const result: SavedResult = {
    saved: given.saved.map(({ image, path, bytes, mimeType, size, changes }) => ({
      image: image.id,
      path,
      bytes,
      mime_type: mimeType,
      ...size,
      converted: changes?.join(', '),
    })),
    warnings: given.warnings.length === 0 ? undefined : [...given.warnings],
    demo: given.demo || undefined,
    next: given.problem?.next,
    error: given.problem && errorFacts(given.problem),
  };
  const isError = given.problem !== undefined;
  return { text: savedText(result), structured: withoutUndefined(result), pictures: [], links: [], isError };
}

/** One written file in words. */
export function savedLine({ image, path, bytes, mime_type, converted }: SavedFacts): string {
  const copy = converted === undefined ? '' : `: a converted copy, ${converted}`;
  return `${path} (${image}, ${formatName(mime_type)}, ${humanBytes(bytes)})${copy}`;
}

function savedText(result: SavedResult): string {
  const files = result.saved ?? [];
  const copies = files.filter(({ converted }) => converted !== undefined);
  const lines = [
    ...(result.error === undefined ? [] : errorLines(result.error)),
    files.length === 0 ? 'No file was written.' : copies.length === 0 ? 'Saved, byte for byte:' : 'Saved:',
    ...files.map((file) => `- ${savedLine(file)}`),
    copies.length === 0 || copies.length === files.length ? undefined : 'The others are byte for byte.',
    ...(result.warnings ?? []).map((warning) => `Note: ${warning}`),
    result.demo ? demoNotice({ pictures: files }) : undefined,
  ];
  return textOf(lines);
}
