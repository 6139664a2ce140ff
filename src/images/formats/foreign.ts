import type { ByteFeed } from './byte-feed.ts';

/** Bytes from the beginning that a foreign format is recognised by: an SVG may begin with a long prologue. */
export const FOREIGN_HEAD_BYTES = 1024;

/** A format that is recognised, so that it can be named, and not read. */
interface ForeignFormat {
  /** Clause that begins with "it". */
  readonly problem: string;
  /** Sentence: how a picture is had from it. */
  readonly mend: string;
  readonly begins: (head: string) => boolean;
  /** True for what is no picture at all. */
  readonly isOther?: boolean;
}

const EXPORT_PNG = 'Open it in an image editor and export it as PNG or JPEG.';
const FROM_PHONE =
  'Export it as JPEG: on an iPhone set Settings > Camera > Formats to Most Compatible, on a Mac use Export in Preview, ' +
  'elsewhere "magick in.heic out.jpg".';
const DOWNLOAD_AGAIN = 'Look at what it says, and download the picture itself.';

/** Brands of ISO/IEC 14496-12 containers, at byte 8 or among the compatible ones. */
const brandIn = (head: string, brand: RegExp) => head.slice(4, 8) === 'ftyp' && brand.test(head.slice(8, 12));
const starts =
  (...beginnings: readonly string[]) =>
  (head: string) =>
    beginnings.some((beginning) => head.startsWith(beginning));
/** Whether a markup document has this element first, after prologue, comments and a mark. */
const element = (head: string, name: RegExp) => {
  const markup = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  const body = markup.replace(/^(<\?[^>]*\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>|\s)+/i, '');
  return markup.startsWith('<') && name.test(`${body.slice(0, 40)} ${markup.slice(0, 40)}`);
};

/** First the formats that people have pictures in, then what arrives in place of a picture. */
const FORMATS: readonly ForeignFormat[] = [
  {
    problem: 'it is a HEIC picture, as iPhones make them, whatever its name says',
    mend: FROM_PHONE,
    begins: (head) => brandIn(head, /^(hei[cxms]|hev[cxms]|mif1|msf1|miaf)$/),
  },
  { problem: 'it is an AVIF picture', mend: EXPORT_PNG, begins: (head) => brandIn(head, /^avi[fs]$/) },
  { problem: 'it is a camera’s raw picture (CR3)', mend: EXPORT_PNG, begins: (head) => brandIn(head, /^crx $/) },
  {
    problem: 'it is a QuickTime video',
    mend: 'Take a still from it, as a screenshot does.',
    begins: (head) => brandIn(head, /^qt {2}$/) || ['moov', 'mdat', 'wide'].includes(head.slice(4, 8)),
  },
  {
    problem: 'it is a TIFF picture, or a camera’s raw one',
    mend: EXPORT_PNG,
    begins: starts('II*\0', 'MM\0*', 'II+\0', 'MM\0+', 'IIRO', 'IIU\0', 'FUJIFILMCCD-RAW'),
  },
  { problem: 'it is a GIF', mend: 'Save one of its pictures as PNG.', begins: starts('GIF87a', 'GIF89a') },
  {
    problem: 'it is a BMP picture',
    mend: EXPORT_PNG,
    begins: (head) => head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0',
  },
  { problem: 'it is a PDF document', mend: 'Export the page or the picture in it as PNG.', begins: starts('%PDF') },
  { problem: 'it is a Photoshop document', mend: 'Export it as PNG.', begins: starts('8BPS') },
  { problem: 'it is a GIMP document', mend: 'Export it as PNG.', begins: starts('gimp xcf') },
  {
    problem: 'it is an SVG drawing',
    mend: 'Export it as PNG in the size that is wanted.',
    begins: (head) => element(head, /<(\w+:)?svg\b/i),
  },
  {
    problem: 'it is a JPEG XL picture',
    mend: EXPORT_PNG,
    begins: starts('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n'),
  },
  { problem: 'it is a JPEG 2000 picture', mend: EXPORT_PNG, begins: starts('\0\0\0\x0cjP  ', '\xff\x4f\xff\x51') },
  { problem: 'it is a Windows icon', mend: EXPORT_PNG, begins: starts('\0\0\x01\0', '\0\0\x02\0') },
  { problem: 'it is an OpenEXR picture', mend: EXPORT_PNG, begins: starts('v/1\x01') },
  { problem: 'it is a PostScript document', mend: 'Export it as PNG.', begins: starts('%!PS', '\xc5\xd0\xd3\xc6') },
  {
    isOther: true,
    problem: 'it is a ZIP archive, or a document in one',
    mend: 'Take the picture out of it.',
    begins: starts('PK\x03\x04'),
  },
  {
    isOther: true,
    problem: 'it is a web page, such as an error page, in place of a picture',
    mend: DOWNLOAD_AGAIN,
    begins: (head) => element(head, /<(!DOCTYPE\s+html|html|head|body)\b/i),
  },
  {
    isOther: true,
    problem: 'it is text, such as the address of a Git LFS file, in place of a picture',
    mend: 'Fetch the picture itself with "git lfs pull".',
    begins: starts('version https://git-lfs'),
  },
];

/** A format that is known and not read, by the first bytes as Latin-1 text; undefined for bytes of no known format. */
export function foreignFormat(head: string): Pick<ForeignFormat, 'problem' | 'mend'> | undefined {
  if (head === '') return { problem: 'the file is empty', mend: 'Download or copy the picture again.' };
  const known = FORMATS.find(({ begins }) => begins(head));
  if (known !== undefined) return { problem: known.problem, mend: known.mend };
  // Control characters but blanks occur in no text.
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(head)) return undefined;
  return { problem: 'it is text in place of a picture', mend: DOWNLOAD_AGAIN };
}

/** Clause such as "it is a HEIC picture" for the first bytes of a picture that is not read; undefined for all else. */
export function foreignPicture(head: string): string | undefined {
  return FORMATS.find(({ begins, isOther = false }) => !isOther && begins(head))?.problem;
}

/** The first bytes of a feed, as many as have arrived of `FOREIGN_HEAD_BYTES`. */
export function* headOf(feed: ByteFeed): Generator<undefined, string> {
  yield* feed.wait(FOREIGN_HEAD_BYTES);
  return feed.text(0, FOREIGN_HEAD_BYTES);
}
