import { MEDIA_TYPES, mediumOf } from '../media.ts';
import type { FileRequest } from './save-copy.ts';

/** What one text asks a file to be, in its parts: of "hero.png 1000x1000 top" these are "hero", ".png", "1000x1000 top". */
export interface FileRequestParts {
  readonly stem: string;
  /** With its dot; empty where the name has none of a type that is stored. */
  readonly ending: string;
  /** Size and crop; empty where neither is asked for. */
  readonly copy: string;
}

const ENDING = `\\.(?:${MEDIA_TYPES.map(mediumOf)
  .flatMap(({ ending, otherEndings }) => [ending, ...otherEndings])
  .join('|')})`;
const WITH_COPY = new RegExp(`^(.*)(${ENDING})\\s+(\\S.*)$`, 'i');
const WITHOUT_COPY = new RegExp(`^(.*)(${ENDING})$`, 'i');
/** Also with blanks within it or in brackets, as people write it. */
const SIZE_AND_CROP = /^(?:\(?\s*(?=[x×\d])(\d{0,5})\s*[x×]\s*(\d{0,5})\s*\)?(?![a-z]))?\s*(.*)$/i;
const ENDING_WITHIN = new RegExp(`(?=${ENDING}\\s).`, 'gi');

/** Quotes around a name, and what follows them. */
const QUOTED = /^["'`“‘]([^"'`“”‘’]+)["'`”’](?:\s+(\(?\s*[\dx×].*))?$/i;

/**
 * The parts of a file request. Words count as size and crop only after an ending, since names have spaces too. Quotes
 * around the whole or the name do not count.
 */
export function splitFileRequest(text: string): FileRequestParts {
  const [, name = text, after] = QUOTED.exec(text.trim()) ?? [];
  const trimmed = (after === undefined ? name : `${name} ${after}`).trim();
  const [, stem = trimmed, ending = '', copy = ''] = WITH_COPY.exec(trimmed) ?? WITHOUT_COPY.exec(trimmed) ?? [];
  return { stem, ending, copy };
}

/** The text of a file request with these parts. */
export function joinFileRequest({ stem, ending, copy }: FileRequestParts): string {
  return `${stem}${ending}${copy === '' ? '' : ` ${copy}`}`;
}

/** A text for the stem of a file request: an ending within it decides no format, and asks for no copy. */
export function withoutEndings(text: string): string {
  return text.replace(ENDING_WITHIN, '-');
}

/** What one text asks a file to be: "assets/hero.png", "hero.png 1000x1000", "hero.png 1000x1000 top". */
export function readFileRequest(text: string): FileRequest & { readonly name: string } {
  const { stem, ending, copy } = splitFileRequest(text);
  const [, width, height = '', crop = ''] = SIZE_AND_CROP.exec(copy) ?? [];
  const size = width === undefined ? undefined : `${width}x${height}`;
  return { name: stem + ending, size, crop: crop === '' ? undefined : crop };
}
