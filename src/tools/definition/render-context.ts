import { mediumOf } from '../../images/media.ts';
import type { ImageLibrary, StoredBytes } from '../../images/types.ts';
import type { RenderContext } from '../../render/pictures/picture.ts';
import type { ToolCall } from './define.ts';

/**
 * The context of rendering for a call that shows these pictures. Addresses on this machine are shown to callers on this
 * machine only (docs/security.md#principals).
 */
export async function renderContext(
  call: Omit<ToolCall, 'progress'>,
  images: Pick<ImageLibrary, 'addressFor'>,
  shown: readonly StoredBytes[],
): Promise<RenderContext> {
  const { demo, endsWithCall } = call.settings;
  const { serverPaths } = call.caller.can;
  const addresses = new Map<string, string | undefined>();
  for (const image of serverPaths ? shown : []) addresses.set(image.sha256, await images.addressFor(image));
  return {
    now: call.clock.now(),
    demo,
    path: ({ sha256 }) => addresses.get(sha256),
    link: ({ id, mimeType }) => call.caller.addresses?.picture(id, mediumOf(mimeType).ending),
    studio: call.caller.addresses?.studio,
    serverPaths,
    endsWithCall,
  };
}
