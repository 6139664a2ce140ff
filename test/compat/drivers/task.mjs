// @ts-check
// What every driver does: the task comes in a variable, and what the person got goes back as the last line.

/**
 * @typedef {object} Task
 * @property {'stdio' | 'http'} transport
 * @property {string} command of the server, over stdio
 * @property {string[]} args
 * @property {Record<string, string>} env
 * @property {string} url of the server, over HTTP
 * @property {string} token
 * @property {string} model address of the scripted model
 */

/** @type {Task} */
export const task = JSON.parse(process.env['FIREFLY_TASK'] ?? '{}');

/** What is asked of a server: a picture, one that takes its time, and a call that is refused. */
export const PICTURE = { prompt: 'a red chair', count: 1 };
export const SLOW = { prompt: 'a blue chair [slow]' };
export const REFUSED = { image: 'last', prompt: 'a cushion' };
/** When the person gives up on the slow one. */
export const PATIENCE_MS = 2000;

/** Headers of a request over HTTP. */
export const headers = { Authorization: `Bearer ${task.token}` };

/**
 * Text, kinds of content and first picture of a result in the shape of MCP.
 * @param {any} result
 */
export function told(result) {
  const blocks = result.content ?? [];
  return {
    text: blocks.map((/** @type {any} */ block) => block.text ?? '').join('\n'),
    kinds: blocks.map((/** @type {any} */ block) => block.type),
    structured: result.structuredContent,
    isError: result.isError === true,
  };
}

/**
 * Hands over what was seen, and ends, whatever a library still holds open.
 * @param {Record<string, unknown>} seen
 */
export function tell(seen) {
  process.stdout.write(`\n${JSON.stringify(seen)}\n`, () => process.exit(0));
}
