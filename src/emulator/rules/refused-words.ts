/** Content policy code with which a submit is refused for its prompt. */
export type PromptRefusal = 'prompt_unsafe' | 'prompt_entity_denied';

/**
 * Names and words for which Adobe's guidelines leave no doubt, so that people who try the product meet a refusal as they
 * would at Adobe. Adobe publishes no list: what it refuses in truth is more, and other.
 */
export const REFUSED_WORDS: Readonly<Record<PromptRefusal, readonly string[]>> = {
  prompt_entity_denied: [
    'Mickey Mouse',
    'Donald Duck',
    'Winnie the Pooh',
    'Spider-Man',
    'Batman',
    'Superman',
    'Darth Vader',
    'Harry Potter',
    'Pikachu',
    'Super Mario',
    'Hello Kitty',
    'SpongeBob',
    'Coca-Cola',
    'Taylor Swift',
  ],
  prompt_unsafe: ['naked', 'nude', 'nudes', 'gore', 'gory', 'beheaded', 'throat cut', 'blood all over'],
};

const PATTERNS = Object.entries(REFUSED_WORDS).map(
  ([refusal, words]) => [refusal as PromptRefusal, patternOf(words)] as const,
);

/** The content policy code with which a prompt is refused for a name or a word; undefined where it has none of them. */
export function refusalFor(prompt: string): PromptRefusal | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(prompt))?.[0];
}

/** Whole words in any case, with any or no blank or hyphen between the parts of a name ("spiderman", "Mickey-Mouse"). */
function patternOf(words: readonly string[]): RegExp {
  const loose = words.map((word) => word.split(/[ -]/).join('[\\s-]*'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${loose.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}
