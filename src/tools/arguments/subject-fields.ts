import { z } from 'zod';
import { UNITS } from '../../images/masks/drawing/shapes.ts';

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
export const unitField = z.enum(UNITS).optional().meta({ unlisted: true });
