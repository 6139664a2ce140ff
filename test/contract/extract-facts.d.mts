/** The facts of an OpenAPI document: what `adobe-facts.json` holds. */
export function factsOf(document: unknown): unknown;
/** The text of `adobe-facts.json`. */
export function textOf(facts: unknown): Promise<string>;
