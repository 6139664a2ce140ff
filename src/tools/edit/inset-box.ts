import { invalidArgument } from '../arguments/invalid-argument.ts';
import { type Pair, sizeName } from '../generate/sizes.ts';

/** Pixels between an edge of the result and the same edge of the picture in it. */
export interface Insets {
  readonly left?: number | undefined;
  readonly top?: number | undefined;
  readonly right?: number | undefined;
  readonly bottom?: number | undefined;
}

/** Size and position of the picture in the result. */
export interface Placed {
  readonly box: Pair;
  readonly insets: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** Allowed difference between the shapes of box and picture, which rounding to pixels causes. */
const TOLERANCE = 0.01;

/**
 * Size and position of a picture by its insets. Both insets of an axis fix its length there; one fixes its position, at
 * its own size or the largest that fits; none centres it. All four insets come back, so that Adobe's defaults never apply.
 * @throws Problem `invalid_argument` for insets that leave no room, or would distort the picture
 */
export function placeByInsets(picture: Pair, size: Pair, insets: Insets): Placed {
  const x: Axis = {
    size: size.width,
    own: picture.width,
    near: insets.left,
    far: insets.right,
    names: 'left and right',
  };
  const y: Axis = {
    size: size.height,
    own: picture.height,
    near: insets.top,
    far: insets.bottom,
    names: 'top and bottom',
  };
  const factor = factorOf(x, y, picture);
  const width = fixedLength(x) ?? Math.max(1, Math.round(picture.width * factor));
  const height = fixedLength(y) ?? Math.max(1, Math.round(picture.height * factor));
  const [left, right] = around(x, width);
  const [top, bottom] = around(y, height);
  return { box: { width, height }, insets: { left, top, right, bottom } };
}

interface Axis {
  readonly size: number;
  readonly own: number;
  readonly near: number | undefined;
  readonly far: number | undefined;
  readonly names: string;
}

/** The length between both insets; undefined where one is missing. */
function fixedLength({ size, near, far }: Axis): number | undefined {
  return near === undefined || far === undefined ? undefined : size - near - far;
}

function factorOf(x: Axis, y: Axis, picture: Pair): number {
  for (const line of [x, y]) requireRoom(line);
  const [width, height] = [fixedLength(x), fixedLength(y)];
  if (width !== undefined && height !== undefined) {
    const shape = (width / height) * (picture.height / picture.width);
    if (Math.abs(shape - 1) > TOLERANCE) throw distorted({ width, height }, picture);
    return width / picture.width;
  }
  if (width !== undefined) return width / picture.width;
  if (height !== undefined) return height / picture.height;
  const room = ({ size: all, near = 0, far = 0 }: Axis) => all - near - far;
  return Math.min(1, room(x) / picture.width, room(y) / picture.height);
}

function requireRoom({ size, near = 0, far = 0, names }: Axis): void {
  if (near + far < size) return;
  throw invalidArgument(
    `The insets ${names} take ${near + far} pixels, and the result has ${size}.`,
    'Give smaller insets or a larger size; the picture fills the space between them.',
  );
}

function around({ size, near, far, names }: Axis, length: number): readonly [number, number] {
  const first = near ?? (far === undefined ? Math.floor((size - length) / 2) : size - length - far);
  const second = size - length - first;
  if (first >= 0 && second >= 0) return [first, second];
  throw invalidArgument(
    `With these insets the picture would have ${length} pixels between ${names}, and the result has ${size}.`,
    'Give larger insets in the other direction, or leave one of each pair out: the picture is then scaled to fit.',
  );
}

function distorted(box: Pair, picture: Pair) {
  const height = Math.round((box.width * picture.height) / picture.width);
  return invalidArgument(
    `The insets leave ${sizeName(box)}, which would distort the picture of ${sizeName(picture)}.`,
    `Give one inset of each pair only, or insets that leave ${sizeName({ width: box.width, height })}.`,
  );
}
