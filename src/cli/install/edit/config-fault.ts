/** A configuration that cannot be changed as it is. The message is the end of a sentence that begins with the file's path. */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
  /** `broken`: the text is invalid. `conflict`: the text is valid, and a person has to decide. */
  readonly kind: 'broken' | 'conflict';

  constructor(kind: 'broken' | 'conflict', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Line and column of an offset as words, both counted from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
