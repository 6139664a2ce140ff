import type { PromptArgument } from './define.ts';

/** A picture that a prompt works on: handles of the newest ones are proposed. */
export function pictureArgument(name: string, what: string): PromptArgument {
  return {
    name,
    description: `${what}: file path, img_… or "last".`,
    required: true,
    complete: async (typed, call) => {
      const { imageIds } = await import('../resources/image.ts');
      const ids = await imageIds(typed, call);
      return 'last'.startsWith(typed) ? ['last', ...ids] : ids;
    },
  };
}

/** An argument with a few usual values, which are proposed; any other text is taken too. */
export function choiceArgument(
  argument: Pick<PromptArgument, 'name' | 'description' | 'required'>,
  usual: readonly string[],
): PromptArgument {
  const begins = (value: string, typed: string) => value.toLowerCase().startsWith(typed.toLowerCase());
  return { ...argument, complete: async (typed) => usual.filter((value) => begins(value, typed)) };
}

/** The entries of a list that a person writes in one text: separated by semicolons or lines, else by commas. */
export function listIn(text: string): readonly string[] {
  return text
    .split(/[;\n]/.test(text) ? /[;\n]/ : ',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
