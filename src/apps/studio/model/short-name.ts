/** Characters of a file name that are shown, and of its end among them. */
const MOST = 32;
const END = 12;

/** A file name cut in its middle: what tells the files of one folder apart, and their format, is at the end. */
export function shortName(name: string): string {
  const letters = Array.from(name);
  if (letters.length <= MOST) return name;
  return [...letters.slice(0, MOST - END - 1), '…', ...letters.slice(-END)].join('');
}
