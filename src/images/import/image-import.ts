import type { Caller } from '../../shared/caller.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import type { Database } from '../../store/database.ts';
import { noteUnreferenced } from '../blobs/delete-records.ts';
import { inTurn, hasMorePixels } from '../decodable.ts';
import { LARGE_PIXELS, MOST_STEP_PIXELS } from '../limits.ts';
import { notAUsablePicture, requirePixels } from '../problems.ts';
import { readPictureFolder, type PictureFolder } from '../folders/picture-folder.ts';
import { requireStill } from '../still.ts';
import type { ImageKind, ImageLibrary, ImageRecord, ReceiveOptions, Still, StoredBytes, Viewer } from '../types.ts';
import { filesRefused, mayNameFiles, unknownUpload, waysWithoutFiles } from './file-rights.ts';
import { readLocalFile, type Roots } from './local-file.ts';
import { unquoted } from './path-spellings.ts';
import { readPictureReference } from './picture-reference.ts';
import type { CopyOptions } from './upload-copy.ts';
import { withEndMarker } from './whole-jpeg.ts';

/** A resolved picture argument. */
export type GivenPicture =
  /** A picture of the library; files and data URIs have been imported. */
  | { readonly kind: 'local'; readonly image: Still<ImageRecord> }
  /** A picture that Adobe fetches; its size and format are unknown. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'upload'; readonly uploadId: string };

/** The upload copy of a picture, in the blob store. */
interface PreparedUpload {
  readonly copy: Still;
  /** Sentences for the caller about differences from the original. */
  readonly notes: readonly string[];
}

/** The way in for pictures: resolves arguments, imports files, makes upload copies. */
export interface ImageImport {
  /**
   * Resolves a picture argument.
   * @param kind kind of the pictures of which `last` is the newest
   * @throws Problem those of `readPictureReference`, `readLocalFile` and `ImageLibrary.resolve`; `not_a_picture`;
   *   `still_wanted` for a video
   */
  open(text: string, caller: Caller, kind: Extract<ImageKind, 'generated' | 'mask'>): Promise<GivenPicture>;
  /**
   * Stores and records bytes that were made here, such as a mask. An import of bytes that the principal has imported
   * before gets the earlier handle, under the name that they have now. A mask always gets a new one, since `last` means the newest and its sources may differ.
   */
  keep(bytes: Uint8Array, record: Pick<ImageRecord, 'kind' | 'facts'>, viewer: Viewer): Promise<Still<ImageRecord>>;
  /**
   * Stores and records a picture whose bytes come in one by one, as an import of `viewer`. Nothing of it is kept in memory.
   * @param file its name, without a folder
   * @throws Problem `picture_too_large`, `not_a_picture`, `still_wanted`
   */
  upload(
    pieces: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number; readonly file: string | undefined },
    viewer: Viewer,
  ): Promise<Still<ImageRecord>>;
  /** Reads a file of any content below the roots. @throws Problem `outside_roots`, those of `readLocalFile` */
  readFile(path: string, caller: Caller): Promise<Uint8Array>;
  /** As `readPictureFolder`. */
  folder(path: string, caller: Caller, options: { readonly most: number }): Promise<PictureFolder>;
  /** Stores an upload copy, without a record. A copy that no job references is deleted after an hour. */
  store(bytes: Uint8Array): Promise<Still>;
  /** Makes and stores the upload copy of a picture. @throws Problem those of `makeUploadCopy` and `ImageLibrary.read` */
  prepare(image: Still<ImageRecord>, options: CopyOptions): Promise<PreparedUpload>;
}

/** Dependencies of the import. */
export interface ImageImportOptions {
  readonly db: Database;
  readonly images: ImageLibrary;
  readonly account: string;
  readonly roots: Roots;
  /** Whether Adobe gave this upload id (lower case) for a picture of this principal, and still knows it. */
  readonly ownsUpload: (principal: string, uploadId: string) => Promise<boolean>;
}

/** A file is read whole, and counts like this picture: at most four are read at once. */
const FILE_IN_MEMORY = { width: LARGE_PIXELS, height: 1 };
/** Largest file that is kept in memory between its import and its copy, bytes. */
const MOST_KEPT_BYTES = 16_000_000;

export function createImageImport(options: ImageImportOptions): ImageImport {
  const { db, images, account, roots } = options;

  /** The bytes of imports of this moment, so that a file is hashed once for its import and its upload copy. */
  const imported = new WeakMap<ImageRecord, Uint8Array>();

  const store = async (
    pieces: AsyncIterable<Uint8Array> | readonly Uint8Array[],
    { beforeCommit, maxBytes }: Pick<ReceiveOptions, 'beforeCommit' | 'maxBytes'> = {},
  ): Promise<Still> => {
    const receiver = await images.receive({
      maxBytes,
      refuse: notAUsablePicture,
      beforeCommit: async (content) => {
        requireDecodable(content);
        await beforeCommit?.(content);
      },
    });
    try {
      for await (const piece of pieces) await receiver.write(piece);
      return requireStill(await receiver.finish());
    } finally {
      await receiver.discard();
    }
  };

  /**
   * A copy is referenced only once its job is stored, so its content is listed as unreferenced before it is in place: if
   * the call fails, a sweep deletes it.
   */
  const storeCopy = (bytes: Uint8Array): Promise<Still> =>
    store([bytes], { beforeCommit: ({ sha256 }) => db.transaction((tx) => noteUnreferenced(tx, [sha256])) });

  const record = async (
    stored: Still,
    { kind, facts }: Pick<ImageRecord, 'kind' | 'facts'>,
    { principal, conversation }: Viewer,
  ): Promise<Still<ImageRecord>> =>
    db.transaction(async (tx) => {
      // Two calls that give one picture at once make one import.
      if (kind === 'import') await tx.lock(`import:${principal}:${stored.sha256}`);
      const known = kind === 'import' ? await images.find(tx, { ...stored, principal, kind }) : undefined;
      const image = { ...stored, principal, account, conversation, kind, job: undefined, index: 1, facts };
      // Of several names of one content, that of this call is the one that its answer is to say.
      return requireStill(known ? { ...known, facts: { ...known.facts, ...facts } } : await images.add(tx, image));
    });

  const keep: ImageImport['keep'] = async (bytes, facts, viewer) => record(await store([bytes]), facts, viewer);

  const importPicture = async (bytes: Uint8Array, viewer: Viewer, file?: string): Promise<GivenPicture> => {
    const whole = await withEndMarker(bytes, images.pixels);
    const image = await keep(whole, { kind: 'import', facts: file === undefined ? {} : { file } }, viewer);
    // Other calls that wait for their turn would hold their files all the while; and a process takes bytes over.
    if (whole.length <= MOST_KEPT_BYTES && !hasMorePixels(image, MOST_STEP_PIXELS)) imported.set(image, whole);
    return { kind: 'local', image };
  };

  return {
    keep,
    store: storeCopy,
    upload: async (pieces, { maxBytes, file }, viewer) => {
      const name = nameIn(file ?? '');
      return record(await store(pieces, { maxBytes }), { kind: 'import', facts: name ? { file: name } : {} }, viewer);
    },
    readFile: async (path, { can }) => {
      if (!mayNameFiles(can)) throw filesRefused({ next: 'Give the items in the call itself.' });
      return readLocalFile(path, roots);
    },
    folder: async (path, { can }, { most }) => {
      if (!mayNameFiles(can)) throw filesRefused({ next: 'Give the items in the call itself, with handles.' });
      return readPictureFolder(path, roots, most);
    },
    open: async (text, caller, kind) => {
      const { principal, can } = caller;
      const reference = readPictureReference(text, { files: mayNameFiles(can), uploadIds: can.uploadIds === 'any' });
      switch (reference.kind) {
        case 'stored':
          return { kind: 'local', image: requireDecodable(await images.resolve(reference.text, caller, kind)) };
        case 'file':
          if (!mayNameFiles(can)) throw filesRefused(waysWithoutFiles(caller));
          return inTurn(FILE_IN_MEMORY, async () =>
            importPicture(await readLocalFile(reference.path, roots), caller, nameIn(reference.path)),
          );
        case 'data':
          return importPicture(reference.bytes, caller);
        case 'upload':
          if (can.uploadIds === 'any' || (await options.ownsUpload(principal, reference.uploadId))) return reference;
          throw unknownUpload();
        case 'url':
          return reference;
      }
    },
    prepare: async (image, copyOptions) => {
      requirePixels(image);
      const { sha256, mimeType, width, height } = image;
      const { bytes, notes } = await images.pixels.run('uploadCopy', image, async () => ({
        bytes: imported.get(image) ?? (await images.read(image)),
        image: { mimeType, width, height },
        options: copyOptions,
      }));
      if (bytes !== undefined) return { copy: await storeCopy(bytes), notes };
      // The picture as it is: it is neither hashed nor written again.
      return { copy: { sha256, mimeType, bytes: image.bytes, width, height }, notes };
    },
  };
}

/** A still of no more pixels than any tool decodes. @throws Problem `still_wanted`, `picture_too_large` */
function requireDecodable<Picture extends StoredBytes>(picture: Picture): Still<Picture> {
  const still = requireStill(picture);
  requirePixels(still);
  return still;
}

/** The name of a file, without the folders of its path in any spelling. */
function nameIn(path: string): string | undefined {
  return quoteUntrusted(unquoted(path).split(/[\\/]/).at(-1) ?? '') || undefined;
}
