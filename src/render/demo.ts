import { isRecord } from '../shared/text/json.ts';
import type { Rendered } from './rendered.ts';

const PLACEHOLDERS =
  'Placeholder pictures, drawn by the emulator: they do not follow the prompt, and nothing is charged.';

const PLACEHOLDER_VIDEO =
  'Placeholder video, a recording of the emulator: it does not follow the prompt, and nothing is charged.';

/** What a result of a demo shows, by its media types. */
interface Shown {
  readonly mime_type: string;
}

/** Last line of every result of a demo, which tells pictures of the emulator from Adobe's. */
export function demoNotice({ pictures }: { readonly pictures: boolean | readonly Shown[] }): string {
  if (pictures === false || (pictures !== true && pictures.length === 0))
    return 'Demo: an emulator answers in place of Adobe; nothing is charged.';
  return `Demo: ${pictures === true ? PLACEHOLDERS : placeholders(pictures)}`;
}

function placeholders(shown: readonly Shown[]): string {
  return shown.every(({ mime_type: type }) => type.startsWith('video/')) ? PLACEHOLDER_VIDEO : PLACEHOLDERS;
}

/** A result of a demo whose structured form says what its pictures are, since some hosts show a model nothing else. */
export function withDemoNote(rendered: Rendered): Rendered {
  const { structured } = rendered;
  const shown = structured?.['images'] ?? structured?.['saved'];
  if (structured?.['demo'] !== true || !Array.isArray(shown) || shown.length === 0) return rendered;
  return { ...rendered, structured: { ...structured, demo_note: placeholders(shown.map(typed)) } };
}

/** A picture of a result, of which some hold the handle alone. */
function typed(picture: unknown): Shown {
  const type = isRecord(picture) ? picture['mime_type'] : undefined;
  return { mime_type: typeof type === 'string' ? type : '' };
}

/**
 * A command line of this program for a person to run, without quotes. What a demo holds is seen with `--demo` alone.
 * @param words what follows the name of the program
 */
export function commandHint(words: string, { demo }: { readonly demo: boolean }): string {
  return `firefly-mcp ${words}${demo ? ' --demo' : ''}`;
}
