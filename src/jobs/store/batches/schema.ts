/** Tables of batches and of their items. Part of the migrations of jobs. */
export const BATCH_TABLES: readonly string[] = [
  // `host`: the machine on which `folder` is. `settled_at`: when every item had ended and the files were written.
  `CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    principal TEXT NOT NULL,
    tool TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    desired_state TEXT NOT NULL,
    items INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    host TEXT NOT NULL,
    folder TEXT,
    manifest TEXT,
    settled_at BIGINT,
    created_at BIGINT NOT NULL
  )`,
  `CREATE INDEX batches_by_digest ON batches (principal, account, digest, created_at)`,
  `CREATE INDEX batches_of_principal ON batches (principal, account, created_at)`,
  `CREATE INDEX batches_unsettled ON batches (account, created_at) WHERE settled_at IS NULL`,
  // `job`: the item's newest job. `files`: JSON of the paths that were written, by image handle.
  `CREATE TABLE batch_items (
    batch TEXT NOT NULL,
    item TEXT NOT NULL,
    place INTEGER NOT NULL,
    label TEXT NOT NULL,
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    files TEXT,
    PRIMARY KEY (batch, item)
  )`,
  `CREATE INDEX batch_items_in_order ON batch_items (batch, place)`,
  `CREATE INDEX batch_items_by_job ON batch_items (job)`,
  `CREATE INDEX batch_items_unwritten ON batch_items (batch) WHERE files IS NULL`,
];
