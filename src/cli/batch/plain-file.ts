import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Largest file of items, bytes: the limit of the tools. */
const MOST_BYTES = 64 * 1024 * 1024;
const PIECE = 256 * 1024;

/**
 * The bytes of a regular file, whole.
 * @throws the file system's error; `EFTYPE` for a pipe, device or folder, which might have no end, and `EFBIG`
 */
export function readPlainFile(path: string): Buffer {
  const pieces: Buffer[] = [];
  eachPiece(path, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

function eachPiece(path: string, take: (piece: Uint8Array) => void): void {
  // O_NONBLOCK: opening a pipe without a writer would wait for ever.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw failure('EISDIR', path);
    if (!found.isFile()) throw failure('EFTYPE', path);
    const buffer = Buffer.alloc(PIECE);
    let length = 0;
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      length += read;
      if (length > MOST_BYTES) throw failure('EFBIG', path);
      take(buffer.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${path}: ${code}`), { code });
}
