/** One format of results that are kept as they came: nothing of them is decoded, measured or shown. */
interface UnreadMedium {
  /** For people. */
  readonly name: string;
  /** Ending of files, without the dot. */
  readonly ending: string;
  /** Whether bytes begin so, as Latin-1 text of `FOREIGN_HEAD_BYTES`; never for a format that only its lack of any other names. */
  readonly begins: (head: string) => boolean;
}

const starts =
  (...beginnings: readonly string[]) =>
  (head: string) =>
    beginnings.some((beginning) => head.startsWith(beginning));
/** A container of ISO/IEC 14496-12 with this brand. */
const brand = (name: RegExp) => (head: string) => head.slice(4, 8) === 'ftyp' && name.test(head.slice(8, 12));

/** A result of these formats is paid for as any other, and so it is kept. `application/octet-stream` is what no other names. */
export const UNREAD = {
  'image/gif': { name: 'GIF', ending: 'gif', begins: starts('GIF87a', 'GIF89a') },
  'image/tiff': { name: 'TIFF', ending: 'tif', begins: starts('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
  'image/avif': { name: 'AVIF', ending: 'avif', begins: brand(/^avi[fs]$/) },
  'image/heic': { name: 'HEIC', ending: 'heic', begins: brand(/^(hei[cxms]|hev[cxms]|mif1|msf1|miaf)$/) },
  'image/bmp': {
    name: 'BMP',
    ending: 'bmp',
    begins: (head) => head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0',
  },
  'image/vnd.adobe.photoshop': { name: 'Photoshop', ending: 'psd', begins: starts('8BPS') },
  'image/jxl': { name: 'JPEG XL', ending: 'jxl', begins: starts('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n') },
  'image/jp2': { name: 'JPEG 2000', ending: 'jp2', begins: starts('\0\0\0\x0cjP  ', '\xff\x4f\xff\x51') },
  'image/x-exr': { name: 'OpenEXR', ending: 'exr', begins: starts('v/1\x01') },
  'video/quicktime': { name: 'QuickTime', ending: 'mov', begins: brand(/^qt {2}$/) },
  'video/webm': { name: 'WebM', ending: 'webm', begins: starts('\x1aE\xdf\xa3') },
  'application/pdf': { name: 'PDF', ending: 'pdf', begins: starts('%PDF-') },
  'application/octet-stream': { name: 'unknown', ending: 'bin', begins: () => false },
} as const satisfies Readonly<Record<string, UnreadMedium>>;

export type UnreadType = keyof typeof UNREAD;

/** The format of bytes that begin so; undefined for one that is read, or that is no result at all. */
export function unreadType(head: string): UnreadType | undefined {
  return UNREAD_TYPES.find((type) => UNREAD[type].begins(head));
}

const isUnread = (text: string): text is UnreadType => Object.hasOwn(UNREAD, text);

export const UNREAD_TYPES: readonly UnreadType[] = Object.keys(UNREAD).filter(isUnread);
