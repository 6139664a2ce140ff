// @ts-check
// The round of a library for agents: its own calls of the tools, then conversations with the scripted model.
import { PATIENCE_MS, PICTURE, REFUSED, SLOW, tell } from './task.mjs';

/**
 * @typedef {object} Agent
 * @property {() => Promise<readonly string[]>} listTools names
 * @property {(tool: string, args: object, signal?: AbortSignal) => Promise<any>} call
 * @property {boolean} cancels whether a call can be given up
 * @property {() => number} [progress] messages that came so far
 * @property {(uri: string) => Promise<any>} [readResource]
 * @property {Record<string, (words: string) => Promise<unknown>>} talk a conversation, by the API of its model
 */

/** Blocks of content, however the library wraps them. @param {any} result */
const blocksOf = (result) =>
  Array.isArray(result) ? result : (result.content ?? [{ type: 'text', text: String(result) }]);

/** What became of a call: its result or its error, as words. @param {Promise<any>} call */
const words = (call) =>
  call.then(
    (result) => JSON.stringify(result),
    (error) => String(error?.message ?? error),
  );

/** @param {Agent} agent */
export async function driveAgent(agent) {
  const tools = await agent.listTools();
  const made = await agent.call('generate_image', PICTURE);
  const text = JSON.stringify(made);
  const progress = agent.progress?.();
  const [uri = ''] = /firefly:\/\/images\/img_[a-z0-9]+/.exec(text) ?? [];
  const file = (await agent.readResource?.(uri))?.contents[0];
  const refused = await words(agent.call('fill_image', REFUSED));
  const giveUp = new AbortController();
  setTimeout(() => giveUp.abort(), PATIENCE_MS);
  const slow = agent.cancels ? agent.call('generate_image', SLOW, giveUp.signal) : undefined;
  const cancelled = await slow?.then(
    () => false,
    () => true,
  );
  const after = await words(agent.call('job_status', {}));
  for (const [api, talk] of Object.entries(agent.talk)) {
    await talk('Draw a chair, and look at it.').catch((error) => {
      throw new Error(`The conversation over ${api} failed.`, { cause: error });
    });
  }
  tell({
    tools,
    made: {
      text,
      kinds: blocksOf(made).map((/** @type {any} */ block) => block.type),
      structured: made.structuredContent,
    },
    ...(progress === undefined ? {} : { progress }),
    ...(file && { picture: { type: file.mimeType, bytes: Buffer.from(file.blob, 'base64').length } }),
    refused,
    cancelled,
    after,
    talks: Object.keys(agent.talk),
  });
}
