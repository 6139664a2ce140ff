import { describe, expect, test } from 'vitest';
import { area, draw, lines, toAscii } from '../ascii-mask.ts';
import { eventLoopTurns } from '../../../../src/images/masks/pace.ts';
import { drawShapes } from '../../../../src/images/masks/drawing/draw.ts';

describe('a drawn mask', () => {
  test('of a rectangle on whole pixels is exact', async () => {
    const mask = await draw([{ shape: 'rectangle', x: 2, y: 1, width: 3, height: 2, unit: 'pixels' }], {
      width: 8,
      height: 4,
    });
    expect(toAscii(mask)).toBe(
      lines(`
        ........
        ..###...
        ..###...
        ........`),
    );
  });

  test('has the covered share of a pixel that an edge crosses, in both directions', async () => {
    const mask = await draw([{ shape: 'rectangle', x: 0.25, y: 0.5, width: 2.5, height: 1.25, unit: 'pixels' }], {
      width: 4,
      height: 3,
    });
    const share = (x: number, y: number) => Math.round(255 * x * y);
    const across = [0.75, 1, 0.75, 0];
    const expected = [0.5, 0.75, 0].flatMap((y) => across.map((x) => share(x, y)));
    expect([...mask.data]).toEqual(expected);
  });

  test('has no seam where two shapes meet inside a pixel', async () => {
    const halves = [
      { shape: 'rectangle', x: 0, y: 0, width: 33.3, height: 100 },
      { shape: 'rectangle', x: 33.3, y: 0, width: 66.7, height: 100 },
    ];
    const mask = await draw(halves, { width: 10, height: 2 });
    expect(new Set(mask.data)).toEqual(new Set([255]));
  });

  test('of overlapping shapes is one area', async () => {
    const one = { shape: 'rectangle', x: 10, y: 10, width: 33, height: 33 };
    const picture = { width: 17, height: 13 };
    expect(await draw([one, one, one], picture)).toEqual(await draw([one], picture));
  });

  test('of polygons in opposite directions opens both', async () => {
    const corners = [
      [10, 10],
      [90, 10],
      [90, 90],
      [10, 90],
    ];
    const picture = { width: 20, height: 20 };
    const both = await draw(
      [
        { shape: 'polygon', points: corners },
        { shape: 'polygon', points: corners.toReversed() },
      ],
      picture,
    );
    expect(both).toEqual(await draw([{ shape: 'rectangle', x: 10, y: 10, width: 80, height: 80 }], picture));
  });
});

describe('the golden mask', () => {
  test('of an ellipse is drawn pixel by pixel as recorded', async () => {
    const mask = await draw([{ shape: 'ellipse', x: 0, y: 0, width: 12, height: 8, unit: 'pixels' }], {
      width: 13,
      height: 9,
    });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      "..-++##++-...
      -+########+-.
      +##########+.
      +##########+.
      +##########+.
      +##########+.
      -+########+-.
      ..-++##++-...
      ............."
    `);
  });

  test('of a triangle is drawn pixel by pixel as recorded', async () => {
    const points = [
      [6, 0],
      [12, 8],
      [0, 8],
    ];
    const mask = await draw([{ shape: 'polygon', points, unit: 'pixels' }], { width: 13, height: 9 });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      ".....--......
      ....-++-.....
      ...-+##+-....
      ...+####+....
      ..-######-...
      .-+######+-..
      -+########+-.
      +##########+.
      ............."
    `);
  });

  test('of a star drawn in one line has no hole', async () => {
    const points = [
      [10, 0],
      [16, 18],
      [0, 7],
      [20, 7],
      [4, 18],
    ];
    const mask = await draw([{ shape: 'polygon', points, unit: 'pixels' }], { width: 20, height: 18 });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      ".........--.........
      .........++.........
      .........++.........
      ........-##-........
      ........+##+........
      ........+##+........
      .......-####-.......
      -+################+-
      .-+##############+-.
      ...-+##########+-...
      ....-+########+-....
      .....-+######+-.....
      .....-########-.....
      .....+###++###+.....
      .....+##+--+##+.....
      ....-##+-..-+##-....
      ....++-......-++....
      ....--........--...."
    `);
  });

  test('of a stroke has round ends and joints', async () => {
    const points = [
      [3, 3],
      [15, 3],
      [15, 10],
    ];
    const mask = await draw([{ shape: 'stroke', points, thickness: 4, unit: 'pixels' }], { width: 19, height: 14 });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      "...................
      .-+############+-..
      .+##############+..
      .+###############..
      .-+##############..
      .............####..
      .............####..
      .............####..
      .............####..
      .............####..
      .............+##+..
      .............-++-..
      ...................
      ..................."
    `);
  });

  test('of a border of the picture is equally thick on all sides', async () => {
    const mask = await draw([{ shape: 'border', thickness: 25 }], { width: 16, height: 8 });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      "################
      ################
      ##............##
      ##............##
      ##............##
      ##............##
      ################
      ################"
    `);
  });

  test('of a border of a box is drawn pixel by pixel as recorded', async () => {
    const box = { x: 2, y: 1, width: 9, height: 6 };
    const mask = await draw([{ shape: 'border', thickness: 2, ...box, unit: 'pixels' }], { width: 13, height: 8 });
    expect(toAscii(mask)).toMatchInlineSnapshot(`
      ".............
      ..#########..
      ..#########..
      ..##.....##..
      ..##.....##..
      ..#########..
      ..#########..
      ............."
    `);
  });
});

describe('drawing', () => {
  test('a stroke of one point makes a disc', async () => {
    const mask = await draw([{ shape: 'stroke', points: [[50, 50]], thickness: 80 }], { width: 100, height: 100 });
    expect(area(mask)).toBeCloseTo(Math.PI * 40 * 40, -1);
  });

  test('a stroke back and forth with repeated points equals the simple one', async () => {
    const picture = { width: 40, height: 20 };
    const there = await draw(
      [
        {
          shape: 'stroke',
          points: [
            [20, 50],
            [80, 50],
          ],
          thickness: 30,
        },
      ],
      picture,
    );
    const back = [
      [20, 50],
      [20, 50],
      [80, 50],
      [80, 50],
      [20, 50],
    ];
    expect(await draw([{ shape: 'stroke', points: back, thickness: 30 }], picture)).toEqual(there);
  });

  test('a border thicker than the picture opens all of it', async () => {
    const mask = await draw([{ shape: 'border', thickness: 90 }], { width: 9, height: 5 });
    expect(area(mask)).toBe(45);
  });

  test('a shape that extends beyond the picture is cut off at its edge', async () => {
    const mask = await draw([{ shape: 'rectangle', x: -50, y: -50, width: 100, height: 100 }], { width: 4, height: 4 });
    expect(toAscii(mask)).toBe(
      lines(`
        ##..
        ##..
        ....
        ....`),
    );
  });

  test.each([
    { shape: 'rectangle', x: 100, y: 0, width: 50, height: 50 },
    { shape: 'ellipse', x: -60, y: 0, width: 60, height: 50 },
    { shape: 'stroke', points: [[50, 120]], thickness: 10 },
    { shape: 'border', x: 101, y: 0, width: 10, height: 10, thickness: 2 },
  ])('a $shape wholly outside is refused by its number', async (shape) => {
    const inside = { shape: 'rectangle', x: 0, y: 0, width: 10, height: 10 };
    await expect(draw([inside, shape], { width: 40, height: 30 })).rejects.toMatchObject({
      code: 'shape_outside',
      actor: 'caller',
      message: `Shape 2 (${shape.shape}) is wholly outside the picture of 40x30 pixels.`,
    });
  });

  test(
    'thousands of edges from top to bottom takes fewer lines, and has the right coverage',
    { tags: 'long' },
    async () => {
      const points = Array.from({ length: 1000 }, (_, i) => [i / 10, i % 2 === 0 ? -100 : 200]);
      const mask = await draw(
        [
          { shape: 'polygon', points },
          { shape: 'polygon', points: points.toReversed() },
        ],
        {
          width: 20,
          height: 3000,
        },
      );
      // The zigzag is narrower than a pixel and covers half of each.
      expect(mask.data[1500 * 20 + 10]).toBeCloseTo(128, -1);
    },
  );
});

test('drawing yields between bands of rows, and a rejected yield ends it', async () => {
  const picture = { width: 2000, height: 1000 };
  const shapes = [{ shape: 'border', thickness: 10 } as const];
  let yields = 0;
  await drawShapes(shapes, picture, async () => void yields++);
  expect(yields).toBeGreaterThan(5);
  const aborting = new AbortController();
  aborting.abort(new Error('enough'));
  await expect(drawShapes(shapes, picture, eventLoopTurns(aborting.signal))).rejects.toThrow('enough');
});

test('drawing a thousand strokes costs what its lines meet, not all strokes on every line', async () => {
  const dots = Array.from({ length: 1000 }, (_, i) => ({
    shape: 'stroke' as const,
    points: [[(i * 37) % 1000, i]],
    thickness: 4,
    unit: 'pixels' as const,
  }));
  let bands = 0;
  await drawShapes(dots, { width: 1000, height: 1000 }, async () => void (bands += 1));
  // A band is some milliseconds of work. All strokes on every line would be a band for each row.
  expect(bands).toBeLessThan(40);
});
