import { openDatabase } from '../../../src/store/postgres/database.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';

/** Brings the database of the address in its argument up to date, as every command does that starts. */
const url = new URL(process.argv[2] ?? '');
url.searchParams.set('application_name', `moving ${process.pid}`);
const database = await openDatabase(url.href, { connections: 2 });
await migrate(database);
await database.destroy();
