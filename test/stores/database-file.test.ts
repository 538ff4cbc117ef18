import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, test } from 'vitest';
import { inTransaction, isEmpty, readNumber } from '../../src/stores/sqlite/database-file.ts';

let database: DatabaseSync;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
});
const count = (): number => readNumber(database, 'SELECT count(*) FROM kept');

test('a database is empty until something is made in it', () => {
  expect(isEmpty(database)).toBe(true);
  database.exec('CREATE TABLE kept (n INTEGER)');
  expect(isEmpty(database)).toBe(false);
});

test('all of the work is done, or none', () => {
  database.exec('CREATE TABLE kept (n INTEGER)');
  inTransaction(database, () => database.exec('INSERT INTO kept VALUES (1)'));
  expect(() => inTransaction(database, () => {
    database.exec('INSERT INTO kept VALUES (2)');
    throw new Error('no');
  })).toThrow('no');
  expect([count(), database.isTransaction]).toEqual([1, false]);
});

test('where SQLite has gone back by itself, as on a full disk, the error is its own', () => {
  database.exec("CREATE TABLE kept (n INTEGER); CREATE TRIGGER full BEFORE INSERT ON kept WHEN new.n = 2 BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END");
  expect(() => inTransaction(database, () => database.exec('INSERT INTO kept VALUES (1); INSERT INTO kept VALUES (2)'))).toThrow('the disk is full');
  expect([count(), database.isTransaction]).toEqual([0, false]);
});
