import type { BigIntStats } from 'node:fs';
import { PeopleFile, type Person } from '../../../mcp/sign-in/people.ts';
import { Problem } from '../../../shared/errors.ts';
import { scanJson } from '../../../shared/text/scan-json.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import { readTextFile } from '../../terminal/text-file.ts';

/** The text of the file of people, which other users may not change. @throws Problem `config_invalid` */
export function readPeopleFile(path: string): string {
  const file = readTextFile(path);
  if (file === undefined) throw unusable(path, 'it is not there');
  if (file.distrust !== undefined) throw unusable(path, file.distrust);
  return file.text;
}

/** The people that a text names. @throws Problem `config_invalid` */
export function parsePeople(text: string, path: string): readonly Person[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unusable(path, 'it is no JSON', error);
  }
  const [twice] = scanJson(text).repeated;
  if (twice) throw unusable(path, `the key "${quoteUntrusted(twice.key, 40)}" is there twice`);
  const result = PeopleFile.safeParse(value);
  if (result.success) return result.data.people;
  const [issue] = result.error.issues;
  throw unusable(path, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

/** The problem of a file of people. @param why as a clause */
export function unusable(path: string, why: string, cause?: unknown): Problem {
  return new Problem('config_invalid', `FIREFLY_AUTH_FILE ${path} cannot be used: ${why}.`, {
    next: 'The page "Signing in over HTTP" (docs/signing-in.md) shows how an entry is made.',
    cause,
  });
}

/** Longest unit in which a file system counts time. */
const TIME_UNIT_MS = 2_000;

/**
 * What tells a file from the same one after a change, also where its size and the time of its content are kept. Undefined
 * for a file that was changed so lately that another change could get the same time.
 */
export function versionOf(
  { dev, ino, size, mtimeNs, ctimeNs }: Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>,
  now: number,
): string | undefined {
  const isSettled = now - Number(ctimeNs / 1_000_000n) > TIME_UNIT_MS;
  return isSettled ? `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}` : undefined;
}
