import { createHash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Database } from '../../store/database.ts';
import { measure, type Measured } from '../formats/format.ts';
import { notAUsablePicture } from '../problems.ts';
import type { ImageKind, ImageLibrary, ImageRecord, StoredBytes, Viewer } from '../types.ts';
import { readLocalFile, type Roots } from './local-file.ts';
import { readPictureReference } from './picture-reference.ts';
import { noteUnreferenced } from '../blobs/unreferenced.ts';
import { makeUploadCopy, type CopyOptions } from './upload-copy.ts';

/** A picture argument, resolved. */
export type GivenPicture =
  /** Its bytes are in the library, under a handle of its own; files and data URIs have been imported. */
  | { readonly kind: 'local'; readonly image: ImageRecord }
  /** Adobe will fetch it; nothing is known about it here. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'upload'; readonly uploadId: string };

/** What is to be uploaded for a picture, in the library, and how it differs from the original. */
interface PreparedUpload {
  readonly copy: StoredBytes;
  readonly notes: readonly string[];
}

/** Takes pictures in: resolves arguments, imports files, makes the copies that go to Adobe. */
export interface ImageImport {
  /**
   * Resolves a picture argument. `last` names the newest picture of this kind.
   * @throws Problem for everything that cannot be used, saying what can
   */
  open(text: string, viewer: Viewer, kind: Extract<ImageKind, 'generated' | 'mask'>): Promise<GivenPicture>;
  /**
   * Records bytes that were made here, such as a mask. The same imported bytes of the same principal get the same
   * handle; a mask gets a new one each time, since "last" means the newest and its sources may differ.
   */
  keep(bytes: Uint8Array, record: Pick<ImageRecord, 'kind' | 'facts'>, viewer: Viewer): Promise<ImageRecord>;
  /** The bytes of a file that may be read, whatever it holds. @throws Problem as for a picture's file */
  readFile(path: string): Promise<Uint8Array>;
  /** Puts bytes into the library without a handle: copies that are only sent. Those that no job names go after an hour. */
  store(bytes: Uint8Array): Promise<StoredBytes>;
  /** The copy that is sent to Adobe. Nothing is sent here. */
  prepare(image: ImageRecord, options?: CopyOptions): Promise<PreparedUpload>;
}

/** What intake needs. */
export interface ImageImportOptions {
  readonly db: Database;
  readonly images: ImageLibrary;
  readonly account: string;
  readonly roots: Roots;
  /** False for callers from afar: they cannot name files of this machine. */
  readonly localFiles: boolean;
  /** Whether an Adobe upload id may be used as it is: only on one's own machine. */
  readonly uploadIds: boolean;
}

/** The door for pictures. */
export function createImageImport(options: ImageImportOptions): ImageImport {
  const { db, images, account, roots } = options;

  const store = async (bytes: Uint8Array): Promise<StoredBytes> => {
    const receiver = await images.receive();
    try {
      await receiver.write(bytes);
      return await receiver.finish();
    } finally {
      await receiver.discard();
    }
  };

  /** Nothing names a copy before its job is written down: it is noted first, so that it goes if that never happens. */
  const storeCopy = async (bytes: Uint8Array): Promise<StoredBytes> => {
    const content = createHash('sha256').update(bytes).digest('hex');
    await db.transaction((tx) => noteUnreferenced(tx, [content]));
    return store(bytes);
  };

  const keep: ImageImport['keep'] = async (bytes, { kind, facts }, viewer) => {
    const stored = await store(bytes);
    const { principal, conversation } = viewer;
    return db.transaction(async (tx) => {
      // The same picture given twice at the same time is one import.
      if (kind === 'import') await tx.lock(`import:${principal}:${stored.sha256}`);
      const known = kind === 'import' ? await images.find(tx, { ...stored, principal, kind }) : undefined;
      const image = { ...stored, principal, account, conversation, kind, job: undefined, index: 1, facts };
      return known ?? images.add(tx, image);
    });
  };

  const importPicture = async (bytes: Uint8Array, viewer: Viewer): Promise<GivenPicture> => {
    checked(bytes);
    return { kind: 'local', image: await keep(bytes, { kind: 'import', facts: {} }, viewer) };
  };

  return {
    keep,
    store: storeCopy,
    readFile: async (path) => {
      if (!options.localFiles) throw noFilesFromAfar();
      return readLocalFile(path, roots);
    },
    open: async (text, viewer, kind) => {
      const reference = readPictureReference(text);
      switch (reference.kind) {
        case 'stored':
          return { kind: 'local', image: await images.resolve(reference.text, viewer, kind) };
        case 'file':
          if (!options.localFiles) throw noFilesFromAfar();
          return importPicture(await readLocalFile(reference.path, roots), viewer);
        case 'data':
          return importPicture(reference.bytes, viewer);
        case 'upload':
          if (!options.uploadIds) throw uploadIdRefused();
          return reference;
        case 'url':
          return reference;
      }
    },
    prepare: async (image, copyOptions) => {
      const bytes = await images.read(image);
      const { notes, ...copy } = await makeUploadCopy(bytes, checked(bytes), copyOptions);
      return { copy: await storeCopy(copy.bytes), notes };
    },
  };
}

/** @throws Problem `not_a_picture` */
function checked(bytes: Uint8Array): Measured {
  const measured = measure(bytes);
  if ('problem' in measured) throw notAUsablePicture(measured.problem);
  return measured;
}

function noFilesFromAfar(): Problem {
  return new Problem('outside_roots', 'Files of the server cannot be named over this connection.', {
    actor: 'caller',
    next: 'Give a handle, an https URL or a data URI.',
  });
}

function uploadIdRefused(): Problem {
  return new Problem('invalid_picture', 'Adobe upload ids are not accepted over this connection.', {
    actor: 'caller',
    next: 'Give the picture itself: a handle, an https URL or a data URI.',
  });
}
