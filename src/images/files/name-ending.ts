import { Problem } from '../../shared/errors.ts';
import { MEDIA_TYPES, type MediaKind, mediumOf, typeByEnding } from '../media.ts';

/** Endings by which people know pictures, drawings and videos of formats that are not written, with the name of each. */
const FOREIGN: Readonly<Record<string, string>> = {
  gif: 'GIF',
  bmp: 'BMP',
  tif: 'TIFF',
  tiff: 'TIFF',
  heic: 'HEIC',
  heif: 'HEIC',
  avif: 'AVIF',
  jxl: 'JPEG XL',
  jp2: 'JPEG 2000',
  ico: 'an icon',
  svg: 'SVG',
  eps: 'EPS',
  pdf: 'PDF',
  psd: 'PSD',
  mov: 'QuickTime',
  webm: 'WebM',
  avi: 'AVI',
  mkv: 'Matroska',
};

/** The ending of a name, also where a size follows it: of "hero.gif 500x" this is "gif". */
const ENDING = /\.([a-z0-9]{2,4})(?:\s+\d{0,5}[x×]\d{0,5}(?:\s.*)?)?$/i;

/**
 * Refuses a name that promises a format which is not written, since the file would have another ending than was asked for.
 * A dot within other words is no ending: "v1.2 final" is a name like any other.
 * @param kind what is saved, where that is known
 * @throws Problem `invalid_argument` that names the formats which are
 */
export function requireEnding(name: string, kind?: MediaKind): void {
  const known = typeByEnding(name);
  const isOther = known !== undefined && kind !== undefined && mediumOf(known).kind !== kind;
  const format = isOther ? mediumOf(known).name : foreignFormat(name);
  if (format === undefined) return;
  throw new Problem('invalid_argument', `${kind === 'video' ? 'A video' : 'A picture'} is not saved as ${format}.`, {
    next: `End its name in ${offered(kind ?? 'still')}, or leave the ending out: the file then has that of its content.`,
  });
}

function foreignFormat(name: string): string | undefined {
  const ending = ENDING.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(FOREIGN, ending) ? FOREIGN[ending] : undefined;
}

/** The endings that files of this kind may have, for people: ".jpg, .png or .webp". */
function offered(kind: MediaKind): string {
  const endings = MEDIA_TYPES.map(mediumOf).flatMap((medium) => (medium.kind === kind ? [`.${medium.ending}`] : []));
  return endings.length < 2 ? endings.join('') : `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`;
}
