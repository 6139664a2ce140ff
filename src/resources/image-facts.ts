import { existingParents, lineageOf } from '../images/library/lineage.ts';
import { imageEntry } from '../render/pictures/images.ts';
import { pictureFacts } from '../render/pictures/picture.ts';
import { factsUri } from '../render/links.ts';
import { withoutUndefined } from '../render/rendered.ts';
import { renderContext } from '../tools/definition/render-context.ts';
import type { TemplateResource } from './define.ts';
import { imageIds } from './image.ts';
import { jsonContents } from './json.ts';

/**
 * `firefly://images/{id}/facts`: what is known of a picture, with its job and the pictures next to it in the lineage. Each
 * of those is one entry of a listing.
 */
export const imageFacts: TemplateResource = {
  kind: 'template',
  uriTemplate: factsUri('{id}'),
  name: 'image-facts',
  title: 'Facts of a picture',
  description: 'A picture as JSON: how it was made, its job, what it was made from and what from it.',
  mimeType: 'application/json',
  async read(id, call) {
    const { images } = await call.services();
    const found = await images.get(id, call.caller);
    const { parents, children, hasMoreChildren } = await lineageOf(found, images, call.caller);
    const all = await existingParents([found, ...parents, ...children], images, call.caller);
    return jsonContents(
      factsUri(id),
      withoutUndefined({
        ...pictureFacts(found, await renderContext(call, images, [found])),
        ...imageEntry(found, all),
        tool: found.facts.tool,
        job: found.job,
        parents: parents.map((parent) => withoutUndefined(imageEntry(parent, all))),
        children: children.map((child) => withoutUndefined(imageEntry(child, all))),
        more_children: hasMoreChildren || undefined,
      }),
    );
  },
  complete: imageIds,
};
