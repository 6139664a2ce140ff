import facts from '../../package.json' with { type: 'json' };

/** The version of the package. */
export const VERSION: string = facts.version;

/** What the package is, in a sentence. */
export const DESCRIPTION: string = facts.description;
