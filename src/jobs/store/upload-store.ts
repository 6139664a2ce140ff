import { z } from 'zod';
import type { Database, Queryable } from '../../store/database.ts';
import type { LeaseHolder } from './lease.ts';
import { readRow, readTexts } from './rows.ts';

const KEY = 'account = ? AND principal = ? AND sha256 = ?';
const Claim = z.object({ owner: z.string(), until: z.number() });

/** Upload ids by content, for one account and each principal, and which process is uploading what. */
export class UploadStore {
  readonly #db: Database;
  readonly #account: string;
  readonly #owner: LeaseHolder;

  constructor(options: { db: Database; account: string; owner: LeaseHolder }) {
    this.#db = options.db;
    this.#account = options.account;
    this.#owner = options.owner;
  }

  /** The upload id of a content that is younger than so many milliseconds, if any. */
  async find(principal: string, sha256: string, youngerMs: number): Promise<string | undefined> {
    const after = (await this.#db.now()) - youngerMs;
    const sql = `SELECT upload_id FROM uploads WHERE ${KEY} AND uploaded_at > ?`;
    const [id] = await readTexts(this.#db, sql, [this.#account, principal, sha256, after]);
    return id;
  }

  async save(principal: string, sha256: string, uploadId: string): Promise<void> {
    await this.#db.transaction((tx) =>
      tx.run(
        `INSERT INTO uploads (account, principal, sha256, upload_id, uploaded_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (account, principal, sha256)
         DO UPDATE SET upload_id = excluded.upload_id, uploaded_at = excluded.uploaded_at`,
        [this.#account, principal, sha256, uploadId, tx.now],
      ),
    );
  }

  /** Forgets an id, in the transaction of what made it useless. */
  async forget(tx: Queryable, principal: string, sha256: string): Promise<void> {
    await tx.run(`DELETE FROM uploads WHERE ${KEY}`, [this.#account, principal, sha256]);
  }

  /** Says that this process uploads the content, for so many milliseconds; false while another one does. */
  async claim(principal: string, sha256: string, forMs: number): Promise<boolean> {
    const key = [this.#account, principal, sha256];
    return this.#db.transaction(async (tx) => {
      await tx.lock(`uploads:${this.#account}`);
      const claim = await readRow(tx, Claim, `SELECT owner, until FROM upload_claims WHERE ${KEY}`, key);
      const isTaken =
        claim !== undefined &&
        claim.owner !== this.#owner.id &&
        claim.until > tx.now &&
        !this.#owner.isDead(claim.owner);
      if (isTaken) return false;
      await tx.run(`DELETE FROM upload_claims WHERE ${KEY}`, key);
      await tx.run('INSERT INTO upload_claims (account, principal, sha256, owner, until) VALUES (?, ?, ?, ?, ?)', [
        ...key,
        this.#owner.id,
        tx.now + forMs,
      ]);
      return true;
    });
  }

  /** Ends the claim of this process. */
  async release(principal: string, sha256: string): Promise<void> {
    await this.#db.run(`DELETE FROM upload_claims WHERE ${KEY} AND owner = ?`, [
      this.#account,
      principal,
      sha256,
      this.#owner.id,
    ]);
  }
}
