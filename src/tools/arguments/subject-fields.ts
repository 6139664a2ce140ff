import { z } from 'zod';
import { UNITS } from '../../images/masks/drawing/shapes.ts';
import { isRecord } from '../../shared/text/json.ts';

/** Most points of one list of corrections. */
const MOST_POINTS = 20;

const points = z
  .array(z.array(z.number().min(-100_000).max(100_000)).length(2))
  .max(MOST_POINTS)
  .optional();

/** Arguments that find a subject. */
export const selectField = z.enum(['person']).optional();
export const fitField = z.boolean().optional();
export const belongsField = points;
export const staysField = points;
/** The unit of all shapes and points. The words of shapes say it, so that no model pays for its field. */
export const unitField = z
  .enum(UNITS)
  .optional()
  .describe('Of all shapes and points; the unit of a shape itself wins. Default percent.')
  .meta({ unlisted: true });

/**
 * Shapes before they are checked, with a unit of all in those that have none of their own.
 * @param name the argument with the shapes
 */
export function withUnitOfAll(
  values: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const { unit, [name]: shapes } = values;
  if (unit === undefined || !Array.isArray(shapes)) return values;
  return { ...values, [name]: shapes.map((shape: unknown) => (isRecord(shape) ? { unit, ...shape } : shape)) };
}
