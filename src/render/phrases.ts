import { formatName, type MediaKind } from '../images/media.ts';
import { quoteUntrusted } from '../shared/text/text.ts';

export { formatName } from '../images/media.ts';
export { inAbout } from '../shared/text/text.ts';

/** Whole seconds from `now` to `time`, never negative; undefined where there is no time. */
export function secondsUntil(time: number | undefined, now: number): number | undefined {
  return time === undefined ? undefined : Math.max(0, Math.ceil((time - now) / 1000));
}

/** Bytes in decimal units: "812 kB", "4.1 MB", "2.3 GB". */
export function humanBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What a result of a kind is called. */
export function nounOf(media: MediaKind): 'picture' | 'video' {
  return media === 'video' ? 'video' : 'picture';
}

/** "1 picture", "3 pictures". */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** A share between 0 and 1 as "23.4 %"; "0 %" and "100 %" for exactly these only. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (share > 0 && rounded === 0) return 'less than 0.1 %';
  if (share < 1 && rounded === 100) return 'more than 99.9 %';
  return `${rounded} %`;
}

/** A time as ISO 8601 text in UTC, whole seconds. */
export function isoTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** "2048x1152 JPEG"; "1920x1080 MP4 of 5 s" for a video that says its length; "GIF, kept unread" for what is not measured. */
export function sizeAndFormat(picture: {
  readonly width: number;
  readonly height: number;
  readonly mimeType: string;
  readonly durationMs?: number | undefined;
}): string {
  const { width, height, mimeType, durationMs } = picture;
  if (width === 0) return `${formatName(mimeType)}, kept unread`;
  const length = durationMs === undefined ? '' : ` of ${seconds(durationMs)} s`;
  return `${width}x${height} ${formatName(mimeType)}${length}`;
}

/** Milliseconds as seconds with at most two decimals. */
export function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

/** The beginning of a text on one line, for headings and lists. */
export function shortened(text: string, limit: number): string {
  return quoteUntrusted(text, limit);
}

/** The first of some names, separated by commas, and how many more there are: "a, b, 3 more". */
export function listed(names: readonly string[], most: number): string {
  const others = names.length - most;
  return [...names.slice(0, most), ...(others > 0 ? [`${others} more`] : [])].join(', ');
}
