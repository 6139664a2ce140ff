import type { CallToolResult } from '@modelcontextprotocol/server';

/**
 * An answer as a file that a person reviews: what the model reads, then what programs read, then the content blocks.
 * Ids, paths, times, estimates, hashes and sizes of files change from run to run and become short marks.
 */
export function answerText({ content, structuredContent, isError }: CallToolResult, folder: string): string {
  const tidy = normaliser(folder);
  const [first, ...others] = content;
  const parts = [
    `isError: ${isError === true}`,
    `--- text\n${tidy(first?.type === 'text' ? first.text : '')}`,
    `--- structuredContent\n${json(structuredContent && tidyAll(structuredContent, tidy))}`,
    `--- further content\n${others.map((block) => json(tidyAll(block, tidy))).join('\n') || 'none'}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function json(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value, undefined, 2);
}

/** Keys whose value depends on an encoder, on the machine, or on how much simulated time a call took. */
const MARKS: Readonly<Record<string, string>> = {
  bytes: '<bytes>',
  size: '<bytes>',
  data: '<base64>',
  starts_in_seconds: '<seconds>',
  ends_in_seconds: '<seconds>',
  minute_resets_in_seconds: '<seconds>',
  day_resets_in_seconds: '<seconds>',
  resets_in_seconds: '<seconds>',
  seconds_ago: '<seconds>',
};

function tidyAll(value: unknown, tidy: (text: string) => string): unknown {
  if (typeof value === 'string') return tidy(value);
  if (Array.isArray(value)) return value.map((item) => tidyAll(item, tidy));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      MARKS[key] !== undefined && !/^\d+x\d+$/.test(String(item)) ? MARKS[key] : tidyAll(item, tidy),
    ]),
  );
}

/** Numbers ids in the order in which the answer names them, so that a reader can tell which is which. */
function normaliser(folder: string): (text: string) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (id: string, kind: string) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(id, `${kind}_<${count}>`);
    return `${kind}_<${count}>`;
  };
  return (text) =>
    text
      .replaceAll(folder, '<folder>')
      .replace(/<folder>[^\s",]*/g, (path) => path.replaceAll('\\', '/'))
      .replace(/originals\/[0-9a-f]{2}\/[0-9a-f]{64}/g, 'originals/<sha256>')
      .replace(/\b(img|job|batch)_[0-9a-z]{26}\b/g, (id: string, kind: string) => nameOf(id, kind))
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z/g, '<time>')
      .replace(/\babout \d+ (s|min|h|days?)( \d+ (s|min|h))?/g, 'about <duration>')
      .replace(/\b\d+(\.\d+)? (B|kB|MB)\b(?! a| \()/g, '<bytes>');
}
