import { inPixels } from '../masks/mask.ts';
import type { Source } from './pixels/source.ts';
import type { Match } from './seam/match.ts';
import type { Window } from './window/window.ts';

/** Mean difference between the channels below which a fill counts as grey, levels. */
const COLOURLESS = 6;

/** Whether RGB pixels have so little colour that they are grey but for noise. */
export function isColourless(rgb: Uint8Array): boolean {
  let sum = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
    sum += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return sum / (rgb.length / 3) < COLOURLESS;
}

interface Matched {
  readonly match: Pick<Match, 'transition' | 'tone'>;
  readonly window: Window;
  readonly source: Source;
  readonly colours: 'grey' | 'rgb';
}

/** What is worth saying about a fill. */
export function matchNotes({ match, window, source, colours }: Matched): readonly string[] {
  const notes: string[] = [];
  if (window.scale > 1) {
    const share = Math.round(100 / window.scale);
    notes.push(
      `What is new was painted at ${inPixels(window.size)} for ${window.width}x${window.height} pixels (${share} %); a smaller mask is painted at full resolution.`,
    );
  }
  if (window.scale < 0.5) notes.push(`What is new was painted at ${inPixels(window.size)} and scaled down.`);
  if (match.tone === 'other_light') {
    notes.push('The part that was to stay came back in another light: look at the edges.');
  }
  return [...notes, ...colourNotes(source, colours)];
}

/** What became of the colours. */
export function colourNotes(source: Source, colours: 'grey' | 'rgb'): readonly string[] {
  if (source.colours === 'cmyk') return ['The picture was CMYK and is RGB now.'];
  return source.colours === 'grey' && colours === 'rgb' ? ['The picture was grey and has colour now.'] : [];
}
