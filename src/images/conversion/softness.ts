import type { ConversionPlan } from './plan.ts';

/** Enlargement from which a person sees that a copy is soft. */
const VISIBLE = 1.25;

/** A sentence on a copy that is enlarged so far that it looks soft, with the way to a sharp one; none for others. */
export function softness(plan: ConversionPlan | undefined): readonly string[] {
  if (plan === undefined) return [];
  const { box, size } = plan;
  const times = Math.max(size.width / box.width, size.height / box.height);
  if (times < VISIBLE) return [];
  return [
    `The file of ${size.width}x${size.height} is enlarged ${times.toFixed(1)} times from ${box.width}x${box.height} and looks soft. For a sharp one, upscale_image the picture first (about 1 operation), then save_image with this size.`,
  ];
}
