// @ts-check
// The round of a client that speaks MCP itself: tools, a picture with progress, its file, a refusal, a cancellation.
import { PATIENCE_MS, PICTURE, REFUSED, SLOW, tell, told } from './task.mjs';

/**
 * @typedef {object} Mcp
 * @property {() => Promise<any>} listTools
 * @property {(params: any, options?: any) => Promise<any>} callTool
 * @property {(params: any) => Promise<any>} readResource
 */

/** @param {Mcp} client */
export async function driveClient(client) {
  const { tools } = await client.listTools();
  let progress = 0;
  const made = told(
    await client.callTool({ name: 'generate_image', arguments: PICTURE }, { onprogress: () => (progress += 1) }),
  );
  const [file] = (await client.readResource({ uri: made.structured.images[0].uri })).contents;
  const refused = told(await client.callTool({ name: 'fill_image', arguments: REFUSED }));
  const giveUp = new AbortController();
  setTimeout(() => giveUp.abort('The person gave up.'), PATIENCE_MS);
  const slow = client.callTool({ name: 'generate_image', arguments: SLOW }, { signal: giveUp.signal });
  const cancelled = await slow.then(
    () => false,
    () => true,
  );
  const after = told(await client.callTool({ name: 'job_status', arguments: {} }));
  tell({
    tools: tools.map((/** @type {any} */ tool) => tool.name),
    made,
    progress,
    picture: { type: file.mimeType, bytes: Buffer.from(file.blob, 'base64').length },
    refused: refused.text,
    cancelled,
    after: after.text,
  });
}
