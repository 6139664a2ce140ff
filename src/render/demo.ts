import type { Rendered } from './rendered.ts';

const PLACEHOLDERS =
  'Placeholder pictures, drawn by the emulator: they do not follow the prompt, and nothing is charged.';

/** Last line of every result of a demo, which tells pictures of the emulator from Adobe's. */
export function demoNotice({ pictures }: { readonly pictures: boolean }): string {
  return pictures ? `Demo: ${PLACEHOLDERS}` : 'Demo: an emulator answers in place of Adobe; nothing is charged.';
}

/** A result of a demo whose structured form says what its pictures are, since some hosts show a model nothing else. */
export function withDemoNote(rendered: Rendered): Rendered {
  const { structured } = rendered;
  if (structured?.['demo'] !== true || !hasSome(structured['images'] ?? structured['saved'])) return rendered;
  return { ...rendered, structured: { ...structured, demo_note: PLACEHOLDERS } };
}

function hasSome(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}
