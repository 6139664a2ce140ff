import sharp from 'sharp';
import { expect } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { JobResult, MaskResult } from '../../../src/render/schemas.ts';
import { openApi } from '../../contract/openapi.ts';
import { ANNA, type TestRooms, type Uploaded } from '../../support/rooms/test-rooms.ts';

export const factsOf = (rendered: Pick<Rendered, 'structured'>) => JobResult.parse(rendered.structured);
export const maskOf = (rendered: Pick<Rendered, 'structured'>) => MaskResult.parse(rendered.structured).mask ?? '';

/** As `pixelOf` gives them: one grey channel is read as three. */
export const WHITE = [255, 255, 255];
export const BLACK = [0, 0, 0];

/** A rectangle in percent, as callers write it. */
export const RIGHT_HALF = { shape: 'rectangle', x: 50, y: 0, width: 50, height: 100 } as const;

/** Upload ids and URLs that Adobe would read itself. */
export const UPLOAD_ID = '6f1c2b34-9d5e-4c3f-8a7b-0123456789ab';
export const PICTURE_URL = 'https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=abc';
export const MASK_URL = 'https://bucket.s3.amazonaws.com/mask.png?X-Amz-Signature=abc';

/** The body of the newest submit, valid by Adobe's own document. */
export function sentBody(rooms: TestRooms, schema: string): Record<string, unknown> {
  const body = rooms.adobe.bodies.at(-1) as Record<string, unknown>;
  expect(openApi.schemaFaults(schema, body)).toEqual([]);
  return body;
}

/** The upload that a source of a body names. */
export function uploadOf(rooms: TestRooms, holder: unknown): Uploaded {
  const { source } = holder as { source: { uploadId: string } };
  return rooms.uploaded.find(({ id }) => id === source.uploadId) ?? expect.unreachable('no such upload');
}

/** The channels of one pixel of an encoded picture, as it is stored: no EXIF is applied. */
export async function pixelOf(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

/** The problem of a refused call, of which no job was recorded. */
export async function refusal(rooms: TestRooms, tool: string, input: unknown) {
  const { jobs } = await rooms.services();
  const before = await jobs.list({ limit: 99 }, ANNA);
  const problem = await rooms.call(tool, input).then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => error as { code: string; message: string; next: string; actor: string },
  );
  expect(await jobs.list({ limit: 99 }, ANNA)).toHaveLength(before.length);
  return problem;
}
