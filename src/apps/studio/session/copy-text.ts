import type { Studio } from './studio.ts';

/** Puts text on the clipboard, also where a frame may not use the newer way, and says so. */
export async function copyText(studio: Studio, text: string): Promise<void> {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (done === true || copyBySelection(text)) studio.remark(studio.t.act.copied);
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr';
  document.body.append(field);
  field.select();
  // The one way that needs no permission of the host's frame.
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
