import type { HostContext } from '../bridge/bridge.ts';
import { contrast, mended, parseColour, type Rgba } from '../model/contrast.ts';

/** Names of CSS variables that a host may set; its values are CSS text and go nowhere else. */
const NAME = /^--[a-z0-9-]+$/;

/** What must be read on what, and how well (WCAG 2.2: 4.5 for words, 3 for lines and icons). */
const PAIRS = [
  ['text-2', 'well', 4.5],
  ['accent', 'well', 4.5],
  ['line', 'ground', 3],
  ['danger', 'tint-danger', 3.1],
  ['warn', 'tint-warn', 3.1],
  ['good', 'tint-good', 3.1],
] as const;

/** Takes theme, colours, direction and safe areas of the host over into the page. */
export function applyTheme(root: HTMLElement, { theme, styles, safeAreaInsets, locale }: HostContext): void {
  root.dataset['theme'] = theme ?? 'light';
  if (locale !== undefined) root.lang = 'en';
  const given = Object.entries(styles?.variables ?? {});
  for (const [name, value] of given) {
    if (NAME.test(name) && value !== undefined && value !== '') root.style.setProperty(name, value);
  }
  if (given.length > 0) guardContrast(root);
  if (safeAreaInsets !== undefined) root.style.setProperty('--s-safe-b', `${safeAreaInsets.bottom}px`);
}

/** Measures what the host's colours have become, and mends what could not be read. */
function guardContrast(root: HTMLElement): void {
  const { style } = root;
  for (const [token] of PAIRS) style.removeProperty(`--s-${token}`);
  for (const token of ['fill', 'on-fill']) style.removeProperty(`--s-${token}`);
  const probe = document.createElement('i');
  root.append(probe);
  const colour = (token: string): Rgba => {
    probe.style.color = `var(--s-${token})`;
    return parseColour(getComputedStyle(probe).color) ?? [0, 0, 0, 1];
  };
  const isReadable = (words: string, ground: string): boolean => {
    const [on, under] = [colour(words), colour(ground)];
    return on[3] === 1 && under[3] === 1 && contrast(on, under) >= 4.5;
  };
  if (!isReadable('ink', 'ground')) {
    // Nothing can be mixed from colours that are not read on each other: the page's own take their place.
    for (const name of ['--color-text-primary', '--color-background-primary']) style.removeProperty(name);
  }
  if (!isReadable('on-fill', 'fill')) {
    style.setProperty('--s-fill', 'var(--s-ink)');
    style.setProperty('--s-on-fill', 'var(--s-ground)');
  }
  const ink = colour('ink');
  for (const [token, ground, needed] of PAIRS) {
    const better = mended(colour(token), ink, colour(ground), needed);
    if (better === undefined) continue;
    const [red, green, blue] = better.map((share) => Math.round(share * 255));
    style.setProperty(`--s-${token}`, `rgb(${red} ${green} ${blue})`);
  }
  probe.remove();
}
