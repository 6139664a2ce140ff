import { z } from 'zod';

/** Limits of one mask, so that drawing takes seconds at most. */
const MOST_SHAPES = 1000;
const MOST_POINTS_IN_SHAPE = 1000;
const MOST_POINTS = 20_000;

/** Beyond the width of any picture, so that a larger number is a mistake. */
const FARTHEST_PIXEL = 100_000;
/** Shapes may extend beyond the picture by its own size. A larger number was probably meant as pixels. */
const PERCENT = { least: -100, most: 200 };
const FEWEST_POINTS_OF_POLYGON = 3;

const coordinate = z.number().min(-FARTHEST_PIXEL).max(FARTHEST_PIXEL);

/** What numbers of shapes and points count. */
export const UNITS = ['percent', 'pixels'] as const;
export type Unit = (typeof UNITS)[number];

const fields = {
  shape: z
    .enum(['rectangle', 'ellipse', 'polygon', 'stroke', 'border'])
    .describe(
      'rectangle, ellipse: x, y, width, height. polygon: points. stroke (brush line, round ends): points, thickness. ' +
        'border (frame inside the edges of the picture, or of x, y, width, height): thickness.',
    ),
  x: coordinate.optional().describe('Left edge. Origin top left.'),
  y: coordinate.optional().describe('Top edge.'),
  width: coordinate.optional().describe('Of the picture’s width.'),
  height: coordinate.optional().describe('Of the picture’s height.'),
  points: z
    .array(z.array(coordinate).length(2))
    .max(MOST_POINTS_IN_SHAPE)
    .optional()
    .describe('[[x, y], …], up to 1000. A polygon closes by itself.'),
  thickness: coordinate.optional().describe('Of the picture’s shorter side.'),
  unit: z
    .enum(UNITS)
    .optional()
    .describe('Of all numbers of this shape; default percent, 0-100.')
    .meta({ unlisted: true }),
  op: z.enum(['add', 'subtract', 'intersect']).optional().describe('How it is joined with what is before it.'),
};

type FieldName = Exclude<keyof typeof fields, 'shape' | 'unit' | 'op'>;

const BOX = ['x', 'y', 'width', 'height'] as const;
const NUMBERS = [...BOX, 'thickness'] as const;
/** Fields that have to be more than 0. */
const LENGTHS = ['width', 'height', 'thickness'] as const;

/** Fields that each shape needs, and those that it may have besides. */
const OWN_FIELDS: Readonly<Record<ShapeFields['shape'], { needs: readonly FieldName[]; may: readonly FieldName[] }>> = {
  rectangle: { needs: BOX, may: [] },
  ellipse: { needs: BOX, may: [] },
  polygon: { needs: ['points'], may: [] },
  stroke: { needs: ['points', 'thickness'], may: [] },
  border: { needs: ['thickness'], may: BOX },
};

const EXAMPLES: Readonly<Record<ShapeFields['shape'], string>> = {
  rectangle: '{"shape": "rectangle", "x": 10, "y": 10, "width": 50, "height": 30}',
  ellipse: '{"shape": "ellipse", "x": 25, "y": 25, "width": 50, "height": 50}',
  polygon: '{"shape": "polygon", "points": [[50, 10], [90, 90], [10, 90]]}',
  stroke: '{"shape": "stroke", "points": [[10, 50], [90, 50]], "thickness": 5}',
  border: '{"shape": "border", "thickness": 10}',
};

const shapeFields = z.strictObject(fields);
type ShapeFields = z.infer<typeof shapeFields>;

/**
 * One shape of a mask, as callers write it: flat, origin top left, percent by default. Fields of other shapes are refused,
 * as they would have no effect.
 */
const shapeField = shapeFields.superRefine((shape, ctx) => {
  for (const { path, message } of faults(shape)) ctx.addIssue({ code: 'custom', path: [...path], message });
});

/** A shape that `shapeField` has checked. */
export type Shape = z.infer<typeof shapeField>;

/** Everything that a caller has to know about `shapesField`; tools put their own words before it. */
export const SHAPES_IN_WORDS =
  '1-1000 shapes; percent from top left, unless unit is pixels. rectangle, ellipse: x, y, width, height. polygon: 3-1000 ' +
  'points [[x, y], …]. stroke: points, thickness. border: thickness. op: joins what is before; invert comes last.';

function shapesOf(field: typeof shapeField) {
  return z
    .array(field)
    .min(1)
    .max(MOST_SHAPES)
    .refine((shapes) => shapes.reduce((sum, { points }) => sum + (points?.length ?? 0), 0) <= MOST_POINTS, {
      message: `must have at most ${MOST_POINTS} points in all its shapes together; leave out some along each line`,
    })
    .describe(SHAPES_IN_WORDS);
}

/** The shapes of one mask, joined one after the other. */
export const shapesField = shapesOf(shapeField);

/** As `shapesField`, published with the name of a shape alone: the fields of each are in words beside it. */
export const shapesInBrief = shapesOf(shapeField.meta({ brief: ['shape'] }));

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function faults(shape: ShapeFields): readonly Fault[] {
  const wrongFields = fieldFaults(shape);
  if (wrongFields.length > 0) return wrongFields;
  const wrongNumbers = [...numberFaults(shape), ...pointFaults(shape)];
  return wrongNumbers.length > 0 ? wrongNumbers : fractionFaults(shape);
}

/** Fields that are missing, and fields that would have no effect. */
function fieldFaults(shape: ShapeFields): Fault[] {
  const { needs, may } = OWN_FIELDS[shape.shape];
  const all: readonly FieldName[] = [...BOX, 'points', 'thickness'];
  const example = `such as ${EXAMPLES[shape.shape]}`;
  const missing = needs.filter((name) => shape[name] === undefined);
  const foreign = all.filter((name) => shape[name] !== undefined && !needs.includes(name) && !may.includes(name));
  const given = BOX.filter((name) => shape[name] !== undefined);
  const found: Fault[] = [];
  if (missing.length > 0)
    found.push({ path: [], message: `needs ${missing.join(', ')} with shape ${shape.shape}, ${example}` });
  for (const name of foreign) {
    found.push({ path: [name], message: `has no effect with shape ${shape.shape}; leave it out, ${example}` });
  }
  if (shape.shape === 'border' && given.length > 0 && given.length < BOX.length) {
    found.push({
      path: [],
      message:
        'needs all of x, y, width and height, or none of them with shape border for a frame along the picture’s edges',
    });
  }
  return found;
}

/** Lengths of 0 or less, and numbers that were probably meant as pixels. */
function numberFaults(shape: ShapeFields): Fault[] {
  const found: Fault[] = [];
  for (const name of LENGTHS) {
    const value = shape[name];
    if (value !== undefined && value <= 0) found.push({ path: [name], message: `must be more than 0, not ${value}` });
  }
  if (shape.unit === 'pixels') return found;
  for (const name of NUMBERS) {
    const value = shape[name];
    if (value !== undefined && isBeyondPercent(value)) found.push({ path: [name], message: percentHint(value) });
  }
  return found;
}

function pointFaults({ shape, points, unit }: ShapeFields): Fault[] {
  if (points === undefined) return [];
  if (points.length === 0) return [{ path: ['points'], message: `needs at least one [x, y], ${EXAMPLES[shape]}` }];
  if (shape === 'polygon' && points.length < FEWEST_POINTS_OF_POLYGON) {
    return [{ path: ['points'], message: `needs at least 3 corners, not ${points.length}; a line is a stroke` }];
  }
  const far = unit === 'pixels' ? -1 : points.findIndex((point) => point.some(isBeyondPercent));
  const value = points[far]?.find(isBeyondPercent);
  return value === undefined ? [] : [{ path: ['points', far], message: percentHint(value) }];
}

/**
 * Numbers that were probably meant as fractions of the picture, as vision models give them: as percent, a shape of which
 * none is over 1 would be a spot in the corner.
 */
function fractionFaults({ shape, points, thickness, unit, ...box }: ShapeFields): Fault[] {
  if (unit === 'pixels') return [];
  const numbers = [...BOX.map((name) => box[name] ?? []).flat(), ...(points ?? []).flat()];
  const isFrame = numbers.length === 0;
  const judged = isFrame ? [thickness ?? 1] : numbers;
  const most = Math.max(...judged);
  if (judged.some((value) => value < 0 || value > 1) || (isFrame && most === 1)) return [];
  const path = isFrame ? 'thickness' : points === undefined ? 'width' : 'points';
  const example = path === 'width' ? (box.width ?? most) : most;
  const percent = Number((example * 100).toPrecision(6));
  const message = `is ${example} percent, and no number of this ${shape} is over 1; for a fraction of the picture say ${percent} in place of ${example}, for so small a shape "unit": "pixels"`;
  return [{ path: [path], message }];
}

function isBeyondPercent(value: number): boolean {
  return value < PERCENT.least || value > PERCENT.most;
}

function percentHint(value: number): string {
  return `is ${value} percent, far outside the picture, which goes from 0 to 100; for pixels say "unit": "pixels"`;
}
