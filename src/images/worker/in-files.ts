import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A byte array of a message, by the file that holds it. */
interface InFile {
  /** Name of the file. */
  readonly bytesIn: string;
}

const isInFile = (value: object): value is InFile => 'bytesIn' in value && typeof value.bytesIn === 'string';

/** The byte arrays of plain data, each once. */
export function byteArraysOf(value: unknown): readonly Uint8Array[] {
  const found = new Set<Uint8Array>();
  replaced(value, (part) => {
    if (!(part instanceof Uint8Array)) return undefined;
    found.add(part);
    return part;
  });
  return [...found];
}

/**
 * Writes byte arrays of a value into files, so that neither side of a channel holds them twice.
 * @param arrays the byte arrays that are written; others stay in the value
 * @param to the folder, and the beginning of the names in it
 * @returns the value with names of files in their place
 * @throws the error of the disk
 */
export async function toFiles(
  value: unknown,
  arrays: readonly Uint8Array[],
  { folder, prefix }: { readonly folder: string; readonly prefix: string },
): Promise<unknown> {
  const nameOf = (index: number) => `${prefix}-${index}`;
  for (const [index, bytes] of arrays.entries()) {
    await writeFile(path.join(folder, nameOf(index)), bytes, { flag: 'wx', mode: 0o600 });
  }
  const named = (part: object) => {
    const index = part instanceof Uint8Array ? arrays.indexOf(part) : -1;
    return index < 0 ? undefined : ({ bytesIn: nameOf(index) } satisfies InFile);
  };
  return replaced(value, named);
}

/** The value of which `toFiles` has written the byte arrays. @throws the error of the disk */
export async function fromFiles<Value>(value: unknown, folder: string): Promise<Value> {
  const names = new Set<string>();
  replaced(value, (part) => {
    if (isInFile(part)) names.add(part.bytesIn);
    return undefined;
  });
  const read = new Map<string, Uint8Array>();
  for (const name of names) {
    // A Buffer, whose `slice` shares its memory, is no equal of the array that was given.
    const { buffer, byteOffset, length } = await readFile(path.join(folder, path.basename(name)));
    read.set(name, new Uint8Array(buffer, byteOffset, length));
  }
  return replaced(value, (part) => (isInFile(part) ? read.get(part.bytesIn) : undefined)) as Value;
}

/** A copy of plain data in which `by` replaces objects: what it returns undefined for is copied, arrays of numbers are kept. */
function replaced(value: unknown, by: (part: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const other = by(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((part) => replaced(part, by));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, by)]));
}
