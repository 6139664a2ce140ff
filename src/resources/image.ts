import { existingParents } from '../images/library/lineage.ts';
import { type ImageRecord, MADE_HERE } from '../images/types.ts';
import { servedType } from '../images/media.ts';
import { posterOf } from '../images/previews/poster.ts';
import { isStill } from '../images/still.ts';
import { withoutAbsentTools } from '../render/absent-tools.ts';
import { sizeAndFormat } from '../render/phrases.ts';
import { withoutUndefined } from '../render/rendered.ts';
import { imageLink, imageUri, previewUri } from '../render/links.ts';
import { imageEntry } from '../render/pictures/images.ts';
import { pictureFacts } from '../render/pictures/picture.ts';
import { renderContext } from '../tools/definition/render-context.ts';
import type { Cache, ResourceCall, ResourceEntry, TemplateResource } from './define.ts';
import { jsonContents } from './json.ts';

/** Bytes. Clients drop a stdio connection at a message of 10 MiB; base64 adds a third (docs/hosts.md#resources-over-stdio). */
const LARGEST_BLOB = 6_000_000;
const PAGE = 50;
/** Newest pictures among which ids are completed. */
const COMPLETED_AMONG = 200;
/** Contents never change; a picture can be deleted. */
export const IMMUTABLE: Cache = { ttlMs: 60 * 60_000, cacheScope: 'private' };

/** `firefly://images/{id}`: the original bytes. */
export const image: TemplateResource = {
  kind: 'template',
  uriTemplate: imageUri('{id}'),
  name: 'image',
  title: 'Picture',
  description: 'The original bytes of a picture or video. Over 6 MB: JSON that says where they are.',
  cache: IMMUTABLE,
  async read(id, call) {
    const { images } = await call.services();
    const found = await images.get(id, call.caller);
    if (found.bytes > LARGEST_BLOB) return jsonContents(imageUri(id), await locationOf(found, call));
    const bytes = Buffer.from(await images.read(found, LARGEST_BLOB));
    return [{ uri: imageUri(id), mimeType: servedType(found.mimeType), blob: bytes.toString('base64') }];
  },
  async list(cursor, call) {
    const { images } = await call.services();
    const found = await images.list({ limit: PAGE + 1, before: cursor, kinds: MADE_HERE }, call.caller);
    const shown = found.slice(0, PAGE);
    return { entries: shown.map(toEntry), nextCursor: found.length > PAGE ? shown.at(-1)?.id : undefined };
  },
  async listVersion(call) {
    const { images } = await call.services();
    const found = await images.list({ limit: PAGE + 1, kinds: MADE_HERE }, call.caller);
    return found.map(({ id }) => id).join();
  },
  complete: imageIds,
};

/** Ids of the newest pictures that begin with `prefix`. */
export async function imageIds(prefix: string, call: ResourceCall): Promise<readonly string[]> {
  const { images } = await call.services();
  const found = await images.list({ limit: COMPLETED_AMONG }, call.caller);
  return found.map(({ id }) => id).filter((id) => id.startsWith(prefix));
}

async function locationOf(found: ImageRecord, call: ResourceCall) {
  const { images } = await call.services();
  const facts = pictureFacts(found, await renderContext(call, images, [found]));
  const hasPreview = isStill(found) || (await posterOf(found, images)) !== undefined;
  const preview = hasPreview ? previewUri(found.id) : undefined;
  const ways = [
    facts.path === undefined ? undefined : 'open the path',
    facts.link === undefined ? undefined : 'open the link in a browser',
    preview === undefined ? undefined : 'read the preview',
    call.caller.can.serverPaths ? 'save_image copies the original' : undefined,
  ].filter((way) => way !== undefined);
  const note = ways.length === 0 ? '' : ` Ways to it: ${ways.join('; ')}.`;
  return withoutUndefined({
    ...facts,
    ...imageEntry(found, await existingParents([found], images, call.caller)),
    preview,
    note: withoutAbsentTools(`Too large for an answer.${note}`, call.settings.absentTools ?? []),
  });
}

function toEntry(found: ImageRecord): ResourceEntry {
  const { uri, name, title, mimeType, size } = imageLink(found);
  const description = `${sizeAndFormat(found)}, ${found.kind}`;
  // A host that put an original into the context of a model would fill it.
  return { uri, name, title, description, mimeType, size, audience: ['user'], modifiedAt: found.createdAt };
}
