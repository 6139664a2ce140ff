import type { ModelVersionV3 } from '../firefly/contract/common.ts';

/** Pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Exactly this set was listed by a live 400 for image3. */
const IMAGE3: readonly PixelSize[] = sizes(
  '2048x2048 1024x1024 2304x1792 1792x2304 2688x1536 2688x1512 1344x768 1344x756 1152x896 896x1152',
);
/** Adobe's OpenAPI document, description of `size`. */
const IMAGE4: readonly PixelSize[] = sizes('2048x2048 2304x1792 1792x2304 2688x1536 1440x2560');

/** The exact sizes that a v3 model draws. */
export function sizesOf(model: ModelVersionV3): readonly PixelSize[] {
  return model.startsWith('image3') ? IMAGE3 : IMAGE4;
}

/** The sizes as Adobe's message lists them: a Python set of tuples. */
export function sizeMessage(allowed: readonly PixelSize[]): string {
  return `Size must be one of {${allowed.map(({ width, height }) => `(${width}, ${height})`).join(', ')}}`;
}

/**
 * What Image 5 draws per aspect ratio and resolution level. Adobe documents the levels but no pixels: this table is the
 * emulator's own, near the nominal megapixels and the v3 sizes.
 */
const IMAGE5: Readonly<Record<string, Readonly<Record<string, PixelSize>>>> = {
  '1:1': levels('1024x1024 1536x1536 2048x2048'),
  '4:3': levels('1152x864 1792x1344 2304x1728'),
  '3:4': levels('864x1152 1344x1792 1728x2304'),
  '16:9': levels('1344x756 2048x1152 2688x1512'),
  '9:16': levels('756x1344 1152x2048 1512x2688'),
};

/** Pixels of an Image 5 picture; `auto` and absence draw a square, and absence of a level means 2.4MP. */
export function image5Size(aspectRatio: string | undefined, resolutionLevel: string | undefined): PixelSize {
  const row = IMAGE5[aspectRatio ?? 'auto'] ?? IMAGE5['1:1'];
  return row?.[resolutionLevel ?? '2.4MP'] ?? { width: 1536, height: 1536 };
}

function sizes(list: string): readonly PixelSize[] {
  return list.split(' ').map((text) => {
    const [width = 0, height = 0] = text.split('x').map(Number);
    return { width, height };
  });
}

function levels(list: string): Readonly<Record<string, PixelSize>> {
  const [low, middle, high] = sizes(list);
  return { ...(low && { '1MP': low }), ...(middle && { '2.4MP': middle }), ...(high && { '4MP': high }) };
}
