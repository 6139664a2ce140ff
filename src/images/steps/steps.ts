import { cutForExpand, cutWindow } from '../composites/upload/cut.ts';
import { convert } from '../conversion/convert.ts';
import { makeUploadCopy } from '../import/upload-copy.ts';
import type { YieldNow } from '../masks/pace.ts';
import { renderPreview } from '../previews/preview.ts';
import { tileOf } from '../previews/sheet.ts';
import { decodes } from '../soundness.ts';
import { composeStep } from './compose-mask.ts';
import { cutOutStep, isTransparentStep, overlayStep, readMaskStep, scaledMaskStep } from './mask-steps.ts';

/**
 * Everything that holds the pixels of a picture, but for composites and searches, which have workers of their own: from bytes
 * and plain data to bytes and plain data, so that a process can do it (`PictureSteps`). A step that reads a large picture is
 * whole in itself: its pixels reach no other one.
 */
export const STEPS = {
  preview: (order: {
    readonly bytes: Uint8Array;
    readonly image: Parameters<typeof renderPreview>[1];
    readonly limits: Parameters<typeof renderPreview>[2];
  }) => renderPreview(order.bytes, order.image, order.limits),
  tile: (order: { readonly bytes: Uint8Array; readonly cell: number }) => tileOf(order.bytes, order.cell),
  convert: (order: {
    readonly bytes: Uint8Array;
    readonly image: Parameters<typeof convert>[1];
    readonly plan: Parameters<typeof convert>[2];
  }) => convert(order.bytes, order.image, order.plan),
  /** Whether a picture can be decoded to its end without a warning. */
  isSound: ({ bytes }: { readonly bytes: Uint8Array }) => decodes(bytes, 'warning'),
  /** The bytes of the copy are undefined where it is the picture as it is. */
  uploadCopy: async ({ bytes, image, options }: UploadCopyOrder) => {
    const copy = await makeUploadCopy(bytes, image, options);
    return { ...copy, bytes: copy.bytes === bytes ? undefined : copy.bytes };
  },
  window: (order: WindowOrder) => cutWindow(order.source, order.mask, order.window, order.maskPadding),
  expansion: (order: ExpansionOrder) => cutForExpand(order.source, order.placed),
  composeMask: composeStep,
  readMask: readMaskStep,
  scaledMask: scaledMaskStep,
  overlay: overlayStep,
  isTransparent: isTransparentStep,
  cutOut: cutOutStep,
} satisfies Readonly<Record<string, (order: never, yieldNow: YieldNow) => Promise<unknown>>>;

type Steps = typeof STEPS;
export type StepName = keyof Steps;
/** What a step is given. */
export type OrderOf<Name extends StepName> = Parameters<Steps[Name]>[0];
/** What a step gives. */
export type ResultOf<Name extends StepName> = Awaited<ReturnType<Steps[Name]>>;

interface UploadCopyOrder {
  readonly bytes: Uint8Array;
  readonly image: Parameters<typeof makeUploadCopy>[1];
  readonly options: Parameters<typeof makeUploadCopy>[2];
}

interface WindowOrder {
  readonly source: Parameters<typeof cutWindow>[0];
  readonly mask: Uint8Array;
  readonly window: Parameters<typeof cutWindow>[2];
  readonly maskPadding: Parameters<typeof cutWindow>[3];
}

interface ExpansionOrder {
  readonly source: Parameters<typeof cutForExpand>[0];
  readonly placed: Parameters<typeof cutForExpand>[1];
}

/** A step that is to be carried out, by its name. */
export interface StepRequest {
  readonly step: StepName;
  readonly order: unknown;
}

/** Carries out a step. @throws what it throws, and what `yieldNow` throws */
export function carryOutStep({ step, order }: StepRequest, yieldNow: YieldNow): Promise<unknown> {
  // The name and the order of a request belong together (`PictureSteps.run`).
  const work: (order: never, yieldNow: YieldNow) => Promise<unknown> = STEPS[step];
  return work(order as never, yieldNow);
}
