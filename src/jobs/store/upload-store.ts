import { z } from 'zod';
import { addReferences, dropReferences, oneOwner } from '../../images/blobs/references.ts';
import type { Database, Queryable, Transaction } from '../../store/database.ts';
import { readRow, readTexts } from '../../store/rows.ts';
import type { LeaseHolder } from './lease.ts';

const KEY = 'account = ? AND principal = ? AND sha256 = ?';
const Claim = z.object({ lease_owner: z.string(), lease_until: z.number() });

/** Deletes every upload id of a principal, and claims that have lapsed. @returns number of ids */
export async function deleteUploadsOf(tx: Transaction, principal: string): Promise<number> {
  const owners = `SELECT 'upload ' || account || ' ' || principal || ' ' || sha256 FROM uploads WHERE principal = ?`;
  await dropReferences(tx, { sql: owners, params: [principal] });
  await tx.run('DELETE FROM upload_claims WHERE principal = ? AND lease_until <= ?', [principal, tx.now]);
  return tx.run('DELETE FROM uploads WHERE principal = ?', [principal]);
}

/** Upload ids by content hash for each principal of one account, and claims of uploads under way. */
export class UploadStore {
  readonly #db: Database;
  readonly #account: string;
  readonly #owner: LeaseHolder;

  constructor(options: { db: Database; account: string; owner: LeaseHolder }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#owner = options.owner;
  }

  /** The upload id of a content that was recorded less than `youngerMs` milliseconds ago, if any. */
  async find(principal: string, sha256: string, youngerMs: number): Promise<string | undefined> {
    const after = (await this.#db.now()) - youngerMs;
    const sql = `SELECT upload_id FROM uploads WHERE ${KEY} AND uploaded_at > ?`;
    const [id] = await readTexts(this.#db, sql, [this.#account, principal, sha256, after]);
    return id;
  }

  /** Whether the principal has this upload id (lower case), recorded less than `youngerMs` milliseconds ago. */
  async owns(principal: string, uploadId: string, youngerMs: number): Promise<boolean> {
    const after = (await this.#db.now()) - youngerMs;
    const found = await readTexts(
      this.#db,
      `SELECT upload_id FROM uploads
       WHERE account = ? AND principal = ? AND LOWER(upload_id) = ? AND uploaded_at > ? LIMIT 1`,
      [this.#account, principal, uploadId, after],
    );
    return found.length > 0;
  }

  /** Records the upload id of a content, in place of an older one. The content stays for as long as the id is reused. */
  async save(principal: string, sha256: string, uploadId: string, lifeMs: number): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx.run(
        `INSERT INTO uploads (account, principal, sha256, upload_id, uploaded_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (account, principal, sha256)
         DO UPDATE SET upload_id = excluded.upload_id, uploaded_at = excluded.uploaded_at`,
        [this.#account, principal, sha256, uploadId, tx.now],
      );
      const reference = { kind: 'content', target: sha256 } as const;
      await addReferences(tx, this.#referenceOwner(principal, sha256), [reference], tx.now + lifeMs);
    });
  }

  /** Deletes an id in the transaction that records why it is useless. */
  async forget(tx: Queryable, principal: string, sha256: string): Promise<void> {
    await tx.run(`DELETE FROM uploads WHERE ${KEY}`, [this.#account, principal, sha256]);
    await dropReferences(tx, oneOwner(this.#referenceOwner(principal, sha256)));
  }

  /** Claims the upload of a content for this process for `forMs` milliseconds; false while another process holds it. */
  async claim(principal: string, sha256: string, forMs: number): Promise<boolean> {
    const key = [this.#account, principal, sha256];
    return this.#db.transaction(async (tx) => {
      await tx.lock(`uploads:${this.#account}`);
      const claim = await readRow(tx, Claim, `SELECT lease_owner, lease_until FROM upload_claims WHERE ${KEY}`, key);
      const isTaken =
        claim !== undefined &&
        claim.lease_owner !== this.#owner.id &&
        claim.lease_until > tx.now &&
        !this.#owner.isDead(claim.lease_owner);
      if (isTaken) return false;
      await tx.run(`DELETE FROM upload_claims WHERE ${KEY}`, key);
      await tx.run(
        'INSERT INTO upload_claims (account, principal, sha256, lease_owner, lease_until) VALUES (?, ?, ?, ?, ?)',
        [...key, this.#owner.id, tx.now + forMs],
      );
      return true;
    });
  }

  /** Ends the claim of this process. */
  async release(principal: string, sha256: string): Promise<void> {
    await this.#db.run(`DELETE FROM upload_claims WHERE ${KEY} AND lease_owner = ?`, [
      this.#account,
      principal,
      sha256,
      this.#owner.id,
    ]);
  }

  /** `deleteUploadsOf` composes it as well. */
  #referenceOwner(principal: string, sha256: string): string {
    return `upload ${this.#account} ${principal} ${sha256}`;
  }
}
