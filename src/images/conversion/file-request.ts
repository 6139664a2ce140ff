import type { FileRequest } from './save-copy.ts';

/** A name with an ending, and after it a size, a crop, or both. */
const WITH_COPY = /^(.*)(\.(?:jpe?g|png|webp))\s+(\d{0,5}[x×]\d{0,5})?\s*(.*)$/i;

/** What one text asks a file to be: "assets/hero.png", "hero.png 1000x1000", "hero.png 1000x1000 top". */
export function readFileRequest(text: string): FileRequest & { readonly name: string } {
  const [, stem, ending, size, crop] = WITH_COPY.exec(text.trim()) ?? [];
  if (stem === undefined || ending === undefined) return { name: text };
  return { name: stem + ending, size, crop: crop === '' ? undefined : crop };
}
