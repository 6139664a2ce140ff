import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';

const Packed = z
  .array(
    z.object({
      filename: z.string(),
      size: z.number(),
      unpackedSize: z.number(),
      files: z.array(z.object({ path: z.string(), mode: z.number() })),
    }),
  )
  .length(1);

/** Runs npm with Node itself: on Windows the command is a script that cannot be spawned. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const script = process.env['npm_execpath'];
  const [program, first] = script ? [process.execPath, [script]] : ['npm', []];
  const { stdout } = await promisify(execFile)(program, [...first, ...args], { cwd, maxBuffer: 16e6 });
  return stdout;
}

/** Packs the tarball into `folder`. @returns npm's description of it */
export async function pack(folder: string): Promise<z.infer<typeof Packed>[number]> {
  const [packed] = Packed.parse(JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], ROOT)));
  if (packed === undefined) throw new Error('npm packed nothing.');
  return packed;
}
