// @ts-check
// Records the clips with which the emulator answers requests for videos: `node scripts/record-clips.mjs`, once. They are stored
// in src/emulator/drawing/clips/, so that neither the program nor its tests encode any.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import encoders from 'h264-mp4-encoder';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = path.join(ROOT, 'src/emulator/drawing/clips');
/** Of Adobe's clips. */
const SECONDS = 5;
const FRAME_RATE = 24;
/** From 10, the best, to 51. */
const QUANTIZATION = 32;

const { Canvas, drawScene, drawMark, SIZES_OF_VIDEOS } = await drawing();
await mkdir(FOLDER, { recursive: true });
for (const [width, height] of SIZES_OF_VIDEOS) {
  const bytes = await record(width, height);
  await writeFile(path.join(FOLDER, `${width}x${height}.mp4`), bytes);
  console.log(`${width}x${height}: ${bytes.length} bytes`);
}

/**
 * A landscape over which a sun rises and sets.
 * @param {number} width
 * @param {number} height
 */
async function record(width, height) {
  const encoder = await encoders.createH264MP4Encoder();
  Object.assign(encoder, {
    width,
    height,
    frameRate: FRAME_RATE,
    quantizationParameter: QUANTIZATION,
    groupOfPictures: SECONDS * FRAME_RATE,
  });
  encoder.initialize();
  const scene = await still(width, height);
  for (let frame = 0; frame < SECONDS * FRAME_RATE; frame += 1) {
    const canvas = new Canvas(width, height);
    canvas.data.set(scene);
    const share = frame / (SECONDS * FRAME_RATE - 1);
    canvas.disc({
      x: width * (0.1 + 0.8 * share),
      y: height * (0.45 - 0.3 * Math.sin(Math.PI * share)),
      radius: Math.min(width, height) * 0.07,
      colour: [255, 244, 214],
      alpha: 1,
      glow: 0,
    });
    encoder.addFrameRgba(rgba(canvas.data));
  }
  encoder.finalize();
  const bytes = encoder.FS.readFile(encoder.outputFilename);
  encoder.delete();
  return bytes;
}

/**
 * What does not move, with the emulator's mark.
 * @param {number} width
 * @param {number} height
 */
async function still(width, height) {
  const spec = { seed: 5, style: 'video', width, height, format: /** @type {const} */ ('png') };
  const pixels = await drawScene({ ...spec, prompt: 'a sunset by the sea' });
  drawMark({ ...spec, prompt: 'a recorded clip' }, pixels);
  return pixels;
}

/** The emulator's own drawing, bundled since it is TypeScript. */
async function drawing() {
  const folder = await mkdtemp(path.join(ROOT, 'node_modules/.cache/clips-'));
  try {
    const parts = ['drawing/canvas', 'drawing/encode', 'drawing/mark', 'rules/sizes'];
    const input = Object.fromEntries(parts.map((part) => [path.basename(part), `src/emulator/${part}.ts`]));
    const build = await rolldown({ cwd: ROOT, platform: 'node', external: ['sharp'], input });
    await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs' });
    await build.close();
    const modules = parts.map((part) => import(pathToFileURL(path.join(folder, `${path.basename(part)}.mjs`)).href));
    return Object.assign({}, ...(await Promise.all(modules)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {Uint8Array} rgb */
function rgba(rgb) {
  const pixels = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    pixels[to] = rgb[from] ?? 0;
    pixels[to + 1] = rgb[from + 1] ?? 0;
    pixels[to + 2] = rgb[from + 2] ?? 0;
  }
  return pixels;
}
