import { openDatabase } from '../../../src/store/postgres/database.ts';
import { openBusyClient } from './busy-client.ts';

/** Keeps a connection busy until it is ended; its host's clock may be wrong by `aheadMs`. */
const { databaseUrl, aheadMs, atOnce, ...options } = JSON.parse(process.argv[2] ?? '{}');
const now = Date.now;
Date.now = () => now() + aheadMs;

const db = await openDatabase(databaseUrl, { connections: 5 });
const client = openBusyClient(db, options);
process.once('SIGTERM', async () => {
  await client.stop();
  await db.destroy();
});
client.keepBusy(atOnce);
