import type { Migrations } from '../../store/database.ts';

/**
 * `images` has a row for each picture or video of a principal: `place` is its number in its job, `words` its prompt and
 * file names in lower case for searches, one a line, `facts` JSON. Job, place and kind exist once, so that saving a picture again
 * changes nothing; of an edit there is what Adobe painted, and the composite.
 * `unreferenced_contents` lists contents that the garbage collector may delete: those that lost a row of `images`, and
 * upload copies, which never have one. `content_references` says what rows of other rooms need (`blobs/references.ts`).
 * `image_sources` names the pictures, masks included, that a picture was made from.
 * `saved_files` names the files that a picture was written to; the files are the user's, and stay when its row goes.
 */
export const imageMigrations: Migrations = {
  name: 'images',
  steps: [
    `CREATE TABLE images (
      id TEXT PRIMARY KEY,
      principal TEXT NOT NULL,
      account TEXT NOT NULL,
      conversation TEXT,
      kind TEXT NOT NULL,
      job TEXT,
      place INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      sha256 TEXT NOT NULL,
      mime_type TEXT NOT NULL,
      bytes BIGINT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      duration_ms BIGINT,
      tool TEXT,
      seed BIGINT,
      words TEXT NOT NULL,
      facts TEXT NOT NULL,
      UNIQUE (job, place, kind)
    )`,
    'CREATE INDEX images_newest ON images (principal, created_at, place, id)',
    'CREATE TABLE unreferenced_contents (content TEXT PRIMARY KEY, since BIGINT NOT NULL)',
    `CREATE TABLE content_references (
      kind TEXT NOT NULL,
      target TEXT NOT NULL,
      needed_by TEXT NOT NULL,
      lapses_at BIGINT,
      PRIMARY KEY (kind, target, needed_by)
    )`,
    'CREATE INDEX content_references_by_row ON content_references (needed_by)',
    'CREATE INDEX images_by_content ON images (sha256, bytes)',
    'CREATE INDEX images_by_age ON images (created_at, id)',
    'CREATE TABLE image_sources (source TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (source, image))',
    'CREATE INDEX image_sources_by_image ON image_sources (image)',
    `CREATE TABLE saved_files (
      image TEXT NOT NULL,
      host TEXT NOT NULL,
      path TEXT NOT NULL,
      saved_at BIGINT NOT NULL,
      PRIMARY KEY (image, host, path)
    )`,
  ],
};
