import type { ImageLibrary } from '../../images/types.ts';
import type { RenderContext } from '../../render/pictures/picture.ts';
import type { ToolCall } from './define.ts';

/** The context of rendering for a call. Paths are shown to callers on this machine only (docs/security.md#principals). */
export function renderContext(call: Omit<ToolCall, 'progress'>, images: ImageLibrary): RenderContext {
  const { demo, endsWithCall } = call.settings;
  const { serverPaths } = call.caller.can;
  const path: RenderContext['path'] = (image) => (serverPaths ? images.path(image) : undefined);
  return { now: call.clock.now(), demo, path, serverPaths, endsWithCall };
}
