import type { Composite, CompositeOrder, Making } from './composite.ts';
import { composeExpand } from './expand-composite.ts';
import { composeFill } from './fill-composite.ts';

/**
 * Makes a composite: a picture of the source's own size, in which only what was asked for is Firefly's. Deterministic.
 * Takes up to seconds of a thread, so that the product runs it in a worker (`worker/`).
 * @throws Problem `picture_too_large`, `undecodable_picture`; what `check` throws
 */
export async function makeComposite(order: CompositeOrder, making: Making): Promise<Composite> {
  return order.kind === 'fill' ? composeFill(order, making) : composeExpand(order, making);
}
