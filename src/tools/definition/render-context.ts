import type { ImageLibrary } from '../../images/types.ts';
import type { RenderContext } from '../../render/pictures/picture.ts';
import type { ToolCall } from './define.ts';

/** What rendering needs of a call. Paths are told only to callers on this machine (DESIGN §3 "Principals"). */
export function renderContext(call: Pick<ToolCall, 'settings' | 'clock'>, images: ImageLibrary): RenderContext {
  const { demo, serverPaths } = call.settings;
  return { now: call.clock.now(), demo, path: (image) => (serverPaths ? images.path(image) : undefined) };
}
