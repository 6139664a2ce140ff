import type { Loose } from './api.ts';

/** What a model was given for a call. */
export interface Content {
  /** All words of it. */
  readonly text: string;
  /** Pictures that it can see. */
  readonly pictures: number;
  /** Whether a picture came as words, which a model pays for and cannot see. */
  readonly base64AsText: boolean;
}

const BASE64 = /[A-Za-z0-9+/]{400,}/;

/** Whether this is a picture in the form of one of the APIs. */
function isPicture(value: Loose): boolean {
  const data = value.inlineData ?? value.inline_data;
  if (data) return String(data.mimeType ?? data.mime_type).startsWith('image/');
  return ['image', 'input_image', 'image_url'].includes(value.type);
}

/** The result of a call, and what follows it where it is not the same: some hosts put pictures there. */
export function contentOf(result: Loose, after: Loose): Content {
  const words: string[] = [];
  let pictures = 0;
  const look = (value: Loose): void => {
    if (typeof value === 'string') words.push(value);
    else if (typeof value === 'object' && value !== null) {
      if (isPicture(value)) pictures += 1;
      else for (const inner of Object.values(value)) look(inner);
    }
  };
  look(result);
  const beside: readonly Loose[] = after?.content ?? after?.parts ?? [];
  if (Array.isArray(beside) && beside.includes(result)) beside.filter((one) => one !== result).forEach(look);
  else if (after !== result) look(after);
  const text = words.join('\n');
  return { text, pictures, base64AsText: BASE64.test(text) };
}
