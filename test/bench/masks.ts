// What masks.bench.ts measures, as one module to bundle.
export { composeMask } from '../../src/images/masks/compose.ts';
export { drawShapes } from '../../src/images/masks/drawing/draw.ts';
export { encodeMask } from '../../src/images/masks/encode.ts';
export { feather } from '../../src/images/masks/refining/feather.ts';
export { grow } from '../../src/images/masks/refining/grow.ts';
export { renderOverlay } from '../../src/images/masks/overlay/overlay.ts';
export { renderPreview } from '../../src/images/previews/preview.ts';
export { eventLoopTurns } from '../../src/images/masks/pace.ts';
