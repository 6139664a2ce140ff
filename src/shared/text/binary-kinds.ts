/** A kind of file that is no text, and what to do with it. */
interface BinaryKind {
  /** Clause that follows "This file". */
  readonly problem: string;
  /** Sentence. */
  readonly mend: string;
}

const SHEET = 'Export its rows as JSON.';

/** Files that people give where a text is wanted, by their first bytes as Latin-1 text. */
const KINDS: readonly (BinaryKind & { readonly begins: readonly string[] })[] = [
  { problem: 'is compressed by gzip', mend: 'Unpack it first.', begins: ['\x1f\x8b'] },
  {
    problem: 'is compressed by zstd, xz or bzip2',
    mend: 'Unpack it first.',
    begins: ['(\xb5/\xfd', '\xfd7zXZ', 'BZh'],
  },
  {
    problem: 'is a ZIP archive, such as an Excel workbook',
    mend: `Unpack it, or export the rows of the workbook as JSON.`,
    begins: ['PK\x03\x04'],
  },
  { problem: 'is an Office document', mend: SHEET, begins: ['\xd0\xcf\x11\xe0'] },
  { problem: 'is a PDF document', mend: 'Copy its text into a file of its own.', begins: ['%PDF'] },
  { problem: 'is a SQLite database', mend: SHEET, begins: ['SQLite format 3'] },
  {
    problem: 'is a picture',
    mend: 'Pictures are given by the name of their folder.',
    begins: ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF'],
  },
];

/** The kind of a file by its first bytes; undefined for a text, and for any other kind. */
export function binaryKindOf(bytes: Uint8Array): BinaryKind | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return KINDS.find(({ begins }) => begins.some((mark) => head.startsWith(mark)));
}
