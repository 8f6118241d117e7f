var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/platform/storage/pglite-socket.ts
var pglite_socket_exports = {};
__export(pglite_socket_exports, {
  PgliteSocket: () => PgliteSocket
});
import { Duplex } from "node:stream";
var terminate, welcome, longestTurn, PgliteSocket;
var init_pglite_socket = __esm({
  "src/platform/storage/pglite-socket.ts"() {
    "use strict";
    terminate = "X".charCodeAt(0);
    welcome = Buffer.from([...Buffer.from("R"), 0, 0, 0, 8, 0, 0, 0, 0, ...Buffer.from("Z"), 0, 0, 0, 5, ...Buffer.from("I")]);
    longestTurn = 4;
    PgliteSocket = class extends Duplex {
      /** `fresh` where nobody spoke with the database before. */
      constructor(database2, fresh) {
        super();
        this.database = database2;
        this.fresh = fresh;
      }
      database;
      fresh;
      #welcomed = false;
      #turnBegan = 0;
      connect() {
        process.nextTick(() => this.emit("connect"));
        return this;
      }
      setNoDelay() {
        return this;
      }
      setKeepAlive() {
        return this;
      }
      ref() {
        return this;
      }
      unref() {
        return this;
      }
      _read() {
      }
      _write(chunk, _encoding, done) {
        void this.#exchange(chunk, done);
      }
      _writev(chunks, done) {
        void this.#exchange(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
      }
      async #exchange(bytes, done) {
        try {
          if (!this.#welcomed) {
            this.#welcomed = true;
            if (!this.fresh) await this.database.exec("rollback");
            if (!this.fresh) await this.database.exec("discard all");
            this.push(welcome);
          } else if (bytes[0] === terminate) {
            this.push(null);
          } else {
            await this.#giveWay();
            this.push(await this.database.execProtocolRaw(bytes));
          }
          done();
        } catch (error) {
          done(error);
        }
      }
      /** PGlite answers within promises: one statement after another, for as long as there are any, and requests would wait for all of them. */
      async #giveWay() {
        if (performance.now() - this.#turnBegan < longestTurn) return;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        this.#turnBegan = performance.now();
      }
    };
  }
});

// src/platform/audit/canonical.ts
import { createHash } from "node:crypto";
var beginning = Buffer.alloc(32);
function canonical(value) {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  let members = "";
  for (const name of Object.keys(value).sort()) members += `${members && ","}${quoted(name)}:${canonical(value[name])}`;
  return `{${members}}`;
}
var quoted = (text) => /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
function storable(value) {
  if (typeof value === "string") return cleaned(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object") return void 0;
  if (Array.isArray(value)) return value.map((item) => storable(item) ?? null);
  if ("toJSON" in value && typeof value.toJSON === "function") return storable(value.toJSON());
  return storableMembers(value);
}
function storableMembers(value) {
  const members = {};
  for (const name of Object.keys(value)) {
    const member = storable(value[name]);
    if (member === void 0) continue;
    if (name === "__proto__") Object.defineProperty(members, name, { value: member, enumerable: true, configurable: true, writable: true });
    else members[cleaned(name)] = member;
  }
  return members;
}
var cleaned = (text) => /[\0\ud800-\udfff]/.test(text) ? text.toWellFormed().replaceAll("\0", "") : text;
function recordOf({ event: event2, eventTime, outcome, userId, accountId, accessKeyId }) {
  return { ...event2, gatehouse: { time: eventTime, outcome, ...userId !== null && { userId }, ...accountId !== null && { accountId }, ...accessKeyId !== null && { accessKeyId } } };
}
var contentHash = (row) => createHash("sha256").update(canonical(recordOf(row))).digest();

// src/platform/ids.ts
import { randomBytes, randomUUID } from "node:crypto";
var newUuid = () => randomUUID();

// src/platform/audit/event.ts
function rowOf(event2, surroundings) {
  const eventId = newUuid();
  const eventTime = new Date(surroundings.clock()).toISOString();
  return {
    eventId,
    eventTime,
    eventName: event2.eventName,
    eventSource: event2.eventSource,
    userId: event2.userId ?? null,
    accountId: event2.accountId ?? null,
    accessKeyId: event2.accessKeyId ?? null,
    outcome: event2.outcome ?? (event2.errorCode ? "Failure" : "Success"),
    event: shapeOf(event2, surroundings, eventId, `${eventTime.slice(0, 19)}Z`)
  };
}
function identityOf({ userId }, { ownerAccountId, directoryId: directory }) {
  const accountId = ownerAccountId();
  if (userId === void 0) return { type: "Unknown", accountId };
  const directoryId = directory?.();
  const identityStoreArn = directoryId && `arn:aws:identitystore::${accountId ?? ""}:identitystore/${directoryId}`;
  return { type: "IdentityCenterUser", arn: "", accountId, accessKeyId: "", onBehalfOf: { userId, ...identityStoreArn && { identityStoreArn } } };
}
function additionalOf({ additionalEventData, sessionId, change }) {
  if (sessionId === void 0 && !change) return additionalEventData;
  return { ...additionalEventData, ...sessionId !== void 0 && { sessionId }, ...change && { before: change.before ?? null, after: change.after ?? null } };
}
function shapeOf(event2, surroundings, eventID, eventTime) {
  const additionalEventData = additionalOf(event2);
  return {
    eventVersion: "1.08",
    userIdentity: event2.userIdentity ?? identityOf(event2, surroundings),
    eventTime,
    eventSource: event2.eventSource,
    eventName: event2.eventName,
    awsRegion: surroundings.region,
    sourceIPAddress: event2.origin?.sourceIPAddress ?? "gatehouse",
    userAgent: event2.origin?.userAgent.slice(0, 256) ?? "gatehouse",
    ...event2.errorCode && { errorCode: event2.errorCode },
    ...event2.errorMessage && { errorMessage: event2.errorMessage },
    requestParameters: event2.requestParameters ?? null,
    responseElements: event2.responseElements ?? null,
    ...additionalEventData && { additionalEventData },
    requestID: event2.origin?.requestId ?? eventID,
    eventID,
    readOnly: event2.readOnly ?? false,
    eventType: event2.eventType ?? "AwsServiceEvent",
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: event2.accountId ?? surroundings.ownerAccountId(),
    ...event2.serviceEventDetails && { serviceEventDetails: event2.serviceEventDetails },
    ...event2.resources && { resources: event2.resources },
    ...event2.sharedEventId && { sharedEventID: event2.sharedEventId }
  };
}

// src/platform/errors.ts
var Refusal = class extends Error {
  constructor(code, sentence, details = {}) {
    super(sentence, { cause: details.cause });
    this.code = code;
    this.name = "Refusal";
    this.retryAfter = details.retryAfter;
    this.faults = details.faults ?? [];
  }
  code;
  retryAfter;
  faults;
};

// src/platform/audit/conditions.ts
var isUuid = (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
var disorder = `interval '5 minutes'`;
var untilBound = `position <= coalesce((select position from audit_events where event_time >= $?::timestamptz + ${disorder} order by event_time, position limit 1), 9223372036854775807)`;
var sinceBound = `position >= coalesce((select position from audit_events where event_time < $?::timestamptz - ${disorder} order by event_time desc, position desc limit 1), 0)`;
function conditionsOf(query) {
  const conditions = [];
  const parameters = [];
  const where = (sql, value) => {
    if (value === void 0) return;
    parameters.push(value);
    conditions.push(sql.replaceAll("$?", `$${parameters.length}`));
  };
  const whereId = (column, id) => {
    if (id === void 0 || isUuid(id)) where(`${column} = $?`, id);
    else conditions.push("false");
  };
  whereId("user_id", query.userId);
  whereId("event_id", query.eventId);
  where("account_id = $?", query.accountId);
  where("event_name = $?", query.eventName);
  where("event_source = $?", query.eventSource);
  if (query.outcome === "Failure") conditions.push(`outcome = 'Failure'`);
  else where("outcome = $?", query.outcome);
  where(`(access_key_id = $? or event #>> '{responseElements,credentials,accessKeyId}' = $?)`, query.accessKeyId);
  where(`event ->> 'sourceIPAddress' = $?`, query.address);
  where(`event ->> 'requestID' = $?`, query.requestId);
  where(`event_time >= $? and ${sinceBound}`, query.since);
  where(`event_time < $? and ${untilBound}`, query.until);
  where("position < $?", query.before);
  where("position > $?", query.after);
  return { sql: conditions.length > 0 ? conditions.join(" and ") : "true", parameters };
}

// src/platform/audit/found-events.ts
var mostOnPage = 100;
var mostRead = 1e4;
var FoundEvents = class {
  #sql;
  constructor(sql) {
    this.#sql = sql;
  }
  /** Finds events, newest first, at most 100 at once. */
  async list(query) {
    const { sql, parameters } = conditionsOf(query);
    return this.#sql.query(`select position, event from audit_events where ${sql} order by position desc limit ${limitOf(query)}`, parameters);
  }
  /** Finds a page of events before or after a position, or the newest. A text is looked for in all that the event says, upper or lower case. */
  async search({ text, ...query }) {
    const isUp = query.after !== void 0 && query.before === void 0;
    const { sql, parameters } = conditionsOf(query);
    const limit = limitOf(query);
    const order = isUp ? "asc" : "desc";
    const read = text ? mostRead : limit + 1;
    const rows = await this.#sql.query(
      `
      with looked as materialized (select position, event from audit_events where ${sql} order by position ${order} limit ${read}),
        found as (select position, event from looked ${text ? `where strpos(lower(event::text), $${parameters.length + 1}) > 0` : ""} order by position ${order} limit ${limit + 1})
      select f.position, f.event, l.reached, l.looked, coalesce((select max(position) from audit_events), 0) as head
      from (select ${isUp ? "max" : "min"}(position) as reached, count(*) as looked from looked) l left join found f on true order by f.position ${order}`,
      [...parameters, ...text ? [text.toLowerCase()] : []]
    );
    return pageOf(rows, { query, isUp, limit, read });
  }
  /** Finds the sign-ins of a user and the tries that failed, newest first, before a position. */
  async listSignIns(userId, { before, limit }) {
    return this.#sql.query(
      `select position, event from audit_events where user_id = $1 and event_name in ('UserAuthentication', 'CredentialVerification')
       and (event_name = 'UserAuthentication' or outcome = 'Failure') ${before === void 0 ? "" : "and position < $3"} order by position desc limit $2`,
      [userId, limit, ...before === void 0 ? [] : [before]]
    );
  }
  /** Finds the account that an access key acts in, by what it was issued with or used for. */
  async findAccountOf(accessKeyId) {
    const rows = await this.#sql.query(
      `select account_id from (
         select account_id, 1 as rank, position from audit_events where access_key_id = $1 and account_id is not null
         union all select account_id, 2, position from audit_events where event #>> '{responseElements,credentials,accessKeyId}' = $1 and account_id is not null
       ) as known order by rank, position limit 1`,
      [accessKeyId]
    );
    return rows[0]?.account_id;
  }
  /** Finds what happened in an account since a time, newest first: everything, sign-ins only, or what has a text in its name or in who did it. */
  async listOfAccount(accountId, { since, signIns = false, text, before, limit }) {
    return this.#sql.query(
      `select position, event from audit_events where account_id = $1 and event_time >= $2 and (not $3 or event_source = 'signin.amazonaws.com') and ($5::bigint is null or position < $5)
         and ($4::text is null or strpos(lower(event_name), $4) > 0 or strpos(lower(event #>> '{userIdentity,userName}'), $4) > 0 or strpos(lower(event #>> '{userIdentity,arn}'), $4) > 0)
       order by position desc limit $6`,
      [accountId, since, signIns, text?.toLowerCase() ?? null, before ?? null, limit]
    );
  }
};
var limitOf = ({ limit = 50 }) => Math.max(1, Math.min(Math.trunc(limit), mostOnPage));
function pageOf(rows, { query, isUp, limit, read }) {
  const found = rows.flatMap(({ position, event: event2 }) => position !== null && event2 ? [{ position, event: event2 }] : []);
  const events = found.slice(0, limit);
  const [{ reached, looked, head }] = rows;
  const beyond = found.length > limit ? events.at(-1).position : Number(looked) === read && reached !== null ? reached : void 0;
  const above = isUp ? beyond : query.before === void 0 ? void 0 : events[0]?.position ?? String(BigInt(query.before) - 1n);
  const below = isUp ? events[0]?.position ?? String(BigInt(query.after) + 1n) : beyond;
  return { events: isUp ? events.toReversed() : events, head, ...below !== void 0 && { older: below }, ...above !== void 0 && { newer: above } };
}

// src/platform/audit/trail.ts
var mostAtOnce = 500;
var Trail = class extends FoundEvents {
  constructor(options) {
    super(options.sql);
    this.options = options;
  }
  options;
  #waiting = [];
  #flushing = false;
  /** Records an event; resolves once it is stored. */
  record(event2) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row: storableRow(event2, this.options), resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }
  /**
   * Records events with a transaction: they are stored if it is committed, and it is not if they cannot be. They are
   * written as the last thing in it, because whoever appends to the chain keeps all others from it until the commit.
   */
  within(tx) {
    const rows = [];
    const store = async () => {
      while (rows.length > 0) await append(tx, rows.splice(0, mostAtOnce));
    };
    return {
      record: async (event2) => {
        rows.push(storableRow(event2, this.options));
        if (!tx.beforeCommit) await store();
        else if (rows.length === 1) tx.beforeCommit(store);
      }
    };
  }
  async #flush() {
    this.#flushing = true;
    while (this.#waiting.length > 0) await this.#store(this.#waiting.splice(0, mostAtOnce));
    this.#flushing = false;
  }
  async #store(batch) {
    try {
      await append(this.options.sql, batch.map(({ row }) => row));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const isOutage2 = error instanceof Refusal && error.code === "unavailable";
      if (!isOutage2 && batch.length > 1) for (const one of batch) await this.#store([one]);
      else for (const { reject } of isOutage2 ? [...batch, ...this.#waiting.splice(0)] : batch) reject(error);
    }
  }
};
function storableRow(event2, surroundings) {
  return storable(rowOf(event2, surroundings));
}
async function append(sql, rows) {
  const events = rows.map(({ eventId, eventTime, eventName, eventSource, userId, accountId, accessKeyId, outcome, event: event2 }) => ({
    event_id: eventId,
    event_time: eventTime,
    event_name: eventName,
    event_source: eventSource,
    user_id: userId,
    account_id: accountId,
    access_key_id: accessKeyId,
    outcome,
    event: event2
  }));
  await sql.query("select append_audit_events($1::jsonb, $2::text[])", [JSON.stringify(events), rows.map((row) => contentHash(row).toString("hex"))]);
}

// src/platform/storage/database.ts
import { DataSource } from "typeorm";

// src/platform/storage/embedded.ts
import { execFile } from "node:child_process";
import { createHash as createHash2 } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
async function openEmbedded(dataDir) {
  makeFolder(dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const folder = join(dataDir, "database");
    if (!existsSync(folder)) await prepare(folder);
    const { PGlite } = await import("@electric-sql/pglite");
    const { PgliteSocket: PgliteSocket2 } = await Promise.resolve().then(() => (init_pglite_socket(), pglite_socket_exports));
    const database2 = await PGlite.create(folder);
    let fresh = true;
    const stream = () => {
      const socket = new PgliteSocket2(database2, fresh);
      fresh = false;
      return socket;
    };
    return {
      poolConfig: { stream, max: 1, idleTimeoutMillis: 0 },
      close: async () => {
        await database2.close();
        await release(lock);
      }
    };
  } catch (error) {
    await release(lock);
    throw error;
  }
}
function makeFolder(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 448 });
    accessSync(dataDir, constants.W_OK);
  } catch (cause) {
    throw new Refusal("unavailable", `The data folder ${dataDir} cannot be written to. Make it so, or set DATA_DIR to another.`, { cause });
  }
}
async function prepare(folder) {
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const script = `import { PGlite } from '@electric-sql/pglite'; const d = await PGlite.create(process.argv[1]); await d.close()`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, making], { cwd: new URL(".", import.meta.url).pathname });
  renameSync(making, folder);
}
async function lockFolder(dataDir) {
  const name = `gatehouse-${createHash2("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 32)}`;
  const path = process.platform === "linux" ? `\0${name}` : process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(dataDir, "lock");
  const server = createServer((socket) => socket.destroy());
  if (process.platform !== "linux" && process.platform !== "win32") await removeStale(path);
  await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(error.code === "EADDRINUSE" ? new Refusal("conflict", `Another Gatehouse is running on the data folder ${dataDir}. Stop it first, or set DATA_DIR to a folder of its own.`) : error));
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}
async function removeStale(path) {
  const { connect } = await import("node:net");
  const alive = await new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
  if (!alive) rmSync(path, { force: true });
}
var release = (lock) => new Promise((resolve) => {
  lock.close(() => resolve());
});

// src/platform/storage/housekeeping.ts
var soonAfterStart = 6e4;
var every = 36e5;
async function tidy(database2) {
  await database2.query("vacuum ephemeral, ephemeral_lists, ephemeral_counters");
  await database2.query("analyze");
}
function keepTidy(database2, log) {
  const tidyQuietly = () => void tidy(database2).catch((error) => log.warn({ err: error.message }, "the database could not be tidied"));
  const first = setTimeout(tidyQuietly, soonAfterStart).unref();
  const timer = setInterval(tidyQuietly, every).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}

// src/platform/storage/preparing-client.ts
import { Client } from "pg";
var mostPrepared = 300;
var PreparingClient = class extends Client {
  #names = /* @__PURE__ */ new Map();
  constructor(options) {
    super(options);
    const query = super.query.bind(this);
    this.query = ((text, values, ...more) => {
      const name = typeof text === "string" && Array.isArray(values) && values.length > 0 ? this.#nameOf(text) : void 0;
      return name === void 0 ? query(text, values, ...more) : query({ name, text }, values, ...more);
    });
  }
  #nameOf(text) {
    const known = this.#names.get(text);
    if (known !== void 0 || this.#names.size >= mostPrepared) return known;
    const name = `gatehouse_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
};

// migrations/0001-ephemeral.ts
var up = [
  // A row without a value remembers a removal. `born` ties the rows of lists to one life of the entry.
  `create table ephemeral (
    key text collate "C" primary key,
    value text,
    consumed_at bigint,
    expires_at bigint not null,
    born bigint not null
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  "create index ephemeral_expiry on ephemeral (expires_at)",
  `create table ephemeral_lists (
    list text collate "C" not null,
    key text collate "C" not null,
    born bigint not null,
    position bigint not null,
    primary key (list, key)
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  "create index ephemeral_lists_key on ephemeral_lists (key)",
  `create table ephemeral_counters (
    key text collate "C" primary key,
    count bigint not null,
    expires_at bigint not null
  ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)`,
  "create index ephemeral_counters_expiry on ephemeral_counters (expires_at)"
];
var down = ["drop table ephemeral_counters", "drop table ephemeral_lists", "drop table ephemeral"];
var Ephemeral1763683200001 = class {
  name = "Ephemeral1763683200001";
  async up(runner) {
    for (const statement of up) await runner.query(statement);
  }
  async down(runner) {
    for (const statement of down) await runner.query(statement);
  }
};

// migrations/0002-organization.ts
var up2 = `
create table organization (
  id text primary key,
  name text not null,
  portal_subdomain text,
  start_url_aliases jsonb not null default '[]',
  portal_session integer not null default 28800,
  mfa jsonb not null default '{}',
  settings jsonb not null default '{}',
  singleton boolean not null default true unique check (singleton)
);

create table accounts (
  id char(12) primary key,
  name text not null,
  alias text,
  email text not null,
  management boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index accounts_alias on accounts (alias);
create unique index accounts_email on accounts (lower(email));
create unique index accounts_management on accounts (management) where management;

create table users (
  id uuid primary key,
  user_name text not null,
  display_name text not null,
  given_name text,
  family_name text,
  emails jsonb not null default '[]',
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_user_name on users (lower(user_name));

create table passwords (
  principal text primary key,
  hash text not null,
  one_time boolean not null default false,
  changed_at timestamptz not null default now()
);

create table groups (
  id uuid primary key,
  display_name text not null,
  description text,
  created_at timestamptz not null default now()
);
create unique index groups_display_name on groups (lower(display_name));

create table group_members (
  group_id uuid not null references groups on delete cascade,
  user_id uuid references users on delete cascade,
  member_group_id uuid references groups on delete cascade,
  check (num_nonnulls(user_id, member_group_id) = 1)
);
create unique index group_members_user on group_members (group_id, user_id) where user_id is not null;
create unique index group_members_group on group_members (group_id, member_group_id) where member_group_id is not null;
create index group_members_by_container on group_members (group_id);
create index group_members_by_user on group_members (user_id) where user_id is not null;
create index group_members_by_group on group_members (member_group_id) where member_group_id is not null;

create table permission_sets (
  id text primary key,
  name text not null,
  description text,
  session_duration integer not null default 3600,
  relay_state text,
  managed_policies jsonb not null default '[]',
  inline_policy jsonb,
  permissions_boundary text,
  created_at timestamptz not null default now()
);
create unique index permission_sets_name on permission_sets (lower(name));

create table assignments (
  id text primary key,
  account_id char(12) not null references accounts on delete cascade,
  permission_set_id text not null references permission_sets on delete cascade,
  principal_id uuid not null,
  principal_type text not null check (principal_type in ('USER', 'GROUP')),
  created_at timestamptz not null default now()
);
create unique index assignments_once on assignments (principal_id, account_id, permission_set_id);
create index assignments_by_account on assignments (account_id);
create index assignments_by_permission_set on assignments (permission_set_id);

create table applications (
  id text primary key,
  name text not null,
  description text,
  start_url text,
  icon text,
  client_id text,
  client_metadata jsonb,
  client_secret_hash text,
  created_at timestamptz not null default now()
);
create unique index applications_name on applications (lower(name));
create unique index applications_client_id on applications (client_id);

create table application_assignments (
  application_id text not null references applications on delete cascade,
  principal_id uuid not null,
  principal_type text not null check (principal_type in ('USER', 'GROUP')),
  primary key (principal_id, application_id)
);
create index application_assignments_by_application on application_assignments (application_id);

create table portal_marks (
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('favourite', 'recent')),
  account_id char(12) not null references accounts on delete cascade,
  permission_set_id text not null references permission_sets on delete cascade,
  marked_at timestamptz not null default now(),
  primary key (user_id, kind, account_id, permission_set_id)
);

create table signing_keys (
  kid text primary key,
  algorithm text not null,
  state text not null check (state in ('next', 'current', 'previous')),
  sealed bytea not null,
  created_at timestamptz not null,
  state_since timestamptz not null
);
create unique index signing_keys_state on signing_keys (algorithm, state);

create table audit_events (
  position bigint generated always as identity primary key,
  event_id uuid not null,
  event_time timestamptz not null,
  event_name text not null,
  event_source text not null,
  user_id uuid,
  account_id text,
  access_key_id text,
  outcome text not null,
  event jsonb not null
);
create index audit_events_by_time on audit_events (event_time desc, position desc);
create index audit_events_by_user on audit_events (user_id, position desc) where user_id is not null;
create index audit_events_by_name on audit_events (event_name, position desc);
create index audit_events_by_access_key on audit_events (access_key_id) where access_key_id is not null;
`;
var tables = ["audit_events", "signing_keys", "portal_marks", "application_assignments", "applications", "assignments", "permission_sets", "group_members", "groups", "passwords", "users", "accounts", "organization"];
var Organization1763683200002 = class {
  name = "Organization1763683200002";
  async up(runner) {
    await runner.query(up2);
  }
  async down(runner) {
    for (const table of tables) await runner.query(`drop table ${table}`);
  }
};

// migrations/0003-credential-revocations.ts
var up3 = `
create table credential_revocations (
  kind text not null check (kind in ('user', 'role', 'session')),
  subject text not null,
  issued_before timestamptz not null,
  revoked_by text not null,
  revoked_at timestamptz not null default clock_timestamp(),
  primary key (kind, subject)
);
create index credential_revocations_revoked_at on credential_revocations (revoked_at);
`;
var CredentialRevocations1763683200003 = class {
  name = "CredentialRevocations1763683200003";
  async up(runner) {
    await runner.query(up3);
  }
  async down(runner) {
    await runner.query("drop table credential_revocations");
  }
};

// migrations/0004-mails.ts
var up4 = `
create table mails (
  id uuid primary key,
  template text not null,
  recipient text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  sealed bytea,
  queued_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  ended_at timestamptz,
  fault text
);
create index mails_due on mails (due_at) where state = 'waiting';
create index mails_ended on mails (ended_at) where state <> 'waiting';
`;
var Mails1763683200004 = class {
  name = "Mails1763683200004";
  async up(runner) {
    await runner.query(up4);
  }
  async down(runner) {
    await runner.query("drop table mails");
  }
};

// migrations/0005-password-history.ts
var up5 = `
create table password_history (
  position bigint generated always as identity primary key,
  principal text not null references passwords on delete cascade,
  hash text not null,
  replaced_at timestamptz not null default now()
);
create index password_history_by_principal on password_history (principal, position desc);
`;
var PasswordHistory1763683200005 = class {
  name = "PasswordHistory1763683200005";
  async up(runner) {
    await runner.query(up5);
  }
  async down(runner) {
    await runner.query("drop table password_history");
  }
};

// migrations/0006-second-factors.ts
var up6 = `
create table authenticator_apps (
  id text primary key,
  principal text not null,
  name text not null,
  secret bytea not null,
  last_step bigint not null,
  drift integer not null default 0,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index authenticator_apps_by_principal on authenticator_apps (principal);

create table recovery_codes (
  principal text not null,
  hash text not null,
  primary key (principal, hash)
);

create table trusted_browsers (
  id text primary key,
  principal text not null,
  secret_hash text not null,
  browser text not null,
  network text not null,
  user_agent text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index trusted_browsers_by_principal on trusted_browsers (principal);
create index trusted_browsers_expiry on trusted_browsers (expires_at);
`;
var tables2 = ["trusted_browsers", "recovery_codes", "authenticator_apps"];
var SecondFactors1763683200006 = class {
  name = "SecondFactors1763683200006";
  async up(runner) {
    await runner.query(up6);
  }
  async down(runner) {
    for (const table of tables2) await runner.query(`drop table ${table}`);
  }
};

// migrations/0007-passkeys.ts
var up7 = `
create table passkey_handles (
  principal text primary key,
  handle text not null unique check (length(handle) >= 43)
);

create table passkeys (
  id text primary key,
  principal text not null,
  credential_id text not null,
  public_key bytea not null,
  sign_count bigint not null check (sign_count >= 0),
  transports jsonb not null default '[]',
  is_synced boolean not null,
  is_backed_up boolean not null,
  aaguid uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create unique index passkeys_credential_id on passkeys (credential_id);
create index passkeys_principal on passkeys (principal);
`;
var Passkeys1763683200007 = class {
  name = "Passkeys1763683200007";
  async up(runner) {
    await runner.query(up7);
  }
  async down(runner) {
    await runner.query("drop table passkeys; drop table passkey_handles");
  }
};

// migrations/0008-sign-in-events.ts
var SignInEvents1763683200008 = class {
  name = "SignInEvents1763683200008";
  async up(runner) {
    await runner.query(`create index audit_events_of_sign_ins on audit_events (user_id, position desc)
      where event_name in ('UserAuthentication', 'CredentialVerification') and (event_name = 'UserAuthentication' or outcome = 'Failure')`);
  }
  async down(runner) {
    await runner.query("drop index audit_events_of_sign_ins");
  }
};

// migrations/0009-mailed-links.ts
var up8 = `
create table mailed_links (
  hash bytea primary key,
  purpose text not null check (purpose in ('reset', 'invitation', 'not-me')),
  principal text not null,
  address text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index mailed_links_by_principal on mailed_links (principal, purpose);

create table verified_addresses (
  principal text not null,
  address text not null,
  verified_at timestamptz not null,
  primary key (principal, address)
);

create index users_emails on users using gin ((lower(emails::text)::jsonb) jsonb_path_ops);
`;
var MailedLinks1763683200009 = class {
  name = "MailedLinks1763683200009";
  async up(runner) {
    await runner.query(up8);
  }
  async down(runner) {
    await runner.query("drop index users_emails; drop table verified_addresses; drop table mailed_links");
  }
};

// migrations/0010-iam.ts
var up9 = `
create table iam_policies (
  id text primary key,
  account_id char(12) not null,
  name text not null,
  path text not null,
  description text,
  tags jsonb not null default '{}',
  default_version integer not null,
  latest_version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index iam_policies_name on iam_policies (account_id, lower(name));

create table iam_policy_versions (
  policy_id text not null references iam_policies on delete cascade,
  version integer not null,
  document text not null,
  created_at timestamptz not null,
  primary key (policy_id, version)
);

create table iam_entities (
  id text primary key,
  kind text not null check (kind in ('user', 'group', 'role')),
  account_id char(12) not null references accounts on delete cascade,
  name text not null,
  path text not null,
  boundary text,
  boundary_id text references iam_policies,
  tags jsonb not null default '{}',
  description text,
  trust_policy text,
  max_session integer,
  password_last_used timestamptz,
  created_at timestamptz not null,
  check ((kind = 'role') = (trust_policy is not null and max_session is not null))
);
create unique index iam_entities_name on iam_entities (account_id, kind, lower(name));
create index iam_entities_by_boundary on iam_entities (account_id, boundary) where boundary is not null;
create index iam_entities_by_boundary_id on iam_entities (boundary_id) where boundary_id is not null;

-- After the account's entities, so that a whole account goes in an order in which nothing is in use.
alter table iam_policies add constraint iam_policies_account foreign key (account_id) references accounts on delete cascade;

create table iam_group_members (
  group_id text not null references iam_entities on delete cascade,
  user_id text not null references iam_entities on delete cascade,
  primary key (group_id, user_id)
);
create index iam_group_members_by_user on iam_group_members (user_id);

create table iam_attachments (
  entity_id text not null references iam_entities on delete cascade,
  policy_arn text not null,
  policy_id text references iam_policies,
  account_id char(12) not null,
  primary key (entity_id, policy_arn)
);
create index iam_attachments_by_policy on iam_attachments (account_id, policy_arn);
create index iam_attachments_by_policy_id on iam_attachments (policy_id) where policy_id is not null;

create table iam_inline_policies (
  entity_id text not null references iam_entities on delete cascade,
  name text not null,
  document text not null,
  primary key (entity_id, name)
);

create table iam_access_keys (
  id text primary key,
  account_id char(12) not null references accounts on delete cascade,
  user_id text references iam_entities on delete cascade,
  owner text not null,
  slot smallint not null check (slot in (1, 2)),
  active boolean not null default true,
  secret bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  last_used_region text,
  last_used_service text
);
create unique index iam_access_keys_slot on iam_access_keys (owner, slot);
create index iam_access_keys_by_account on iam_access_keys (account_id);
create index iam_access_keys_by_user on iam_access_keys (user_id) where user_id is not null;

create table iam_mfa_devices (
  serial text primary key,
  account_id char(12) not null references accounts on delete cascade,
  name text not null,
  path text not null,
  tags jsonb not null default '{}',
  offered text,
  principal text,
  app_id text,
  enabled_at timestamptz,
  created_at timestamptz not null
);
create unique index iam_mfa_devices_name on iam_mfa_devices (account_id, lower(name));
create unique index iam_mfa_devices_app on iam_mfa_devices (app_id) where app_id is not null;
create index iam_mfa_devices_by_principal on iam_mfa_devices (principal) where principal is not null;

create table iam_identity_providers (
  account_id char(12) not null references accounts on delete cascade,
  kind text not null check (kind in ('oidc', 'saml')),
  name text not null,
  client_ids jsonb not null default '[]',
  thumbprints jsonb not null default '[]',
  metadata text,
  valid_until timestamptz,
  tags jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (account_id, kind, name)
);

create table iam_password_policies (
  account_id char(12) primary key references accounts on delete cascade,
  policy jsonb not null
);
`;
var tables3 = ["iam_password_policies", "iam_identity_providers", "iam_mfa_devices", "iam_access_keys", "iam_inline_policies", "iam_attachments", "iam_group_members", "iam_entities", "iam_policy_versions", "iam_policies"];
var Iam1763683200010 = class {
  name = "Iam1763683200010";
  async up(runner) {
    await runner.query(up9);
  }
  async down(runner) {
    for (const table of tables3) await runner.query(`drop table ${table}`);
  }
};

// migrations/0012-undoing.ts
var up10 = `
alter table mailed_links add column about jsonb;
alter table recovery_codes add column made_at timestamptz;
`;
var Undoing1763683200012 = class {
  name = "Undoing1763683200012";
  async up(runner) {
    await runner.query(up10);
  }
  async down(runner) {
    await runner.query("alter table recovery_codes drop column made_at; alter table mailed_links drop column about");
  }
};

// migrations/0014-issued-keys.ts
var IssuedKeys1763683200014 = class {
  name = "IssuedKeys1763683200014";
  async up(runner) {
    await runner.query(`create index audit_events_by_issued_key on audit_events ((event #>> '{responseElements,credentials,accessKeyId}'))
      where event #>> '{responseElements,credentials,accessKeyId}' is not null`);
  }
  async down(runner) {
    await runner.query("drop index audit_events_by_issued_key");
  }
};

// migrations/0015-account-events.ts
var AccountEvents1763683200015 = class {
  name = "AccountEvents1763683200015";
  async up(runner) {
    await runner.query("create index audit_events_by_account on audit_events (account_id, position desc) where account_id is not null");
  }
  async down(runner) {
    await runner.query("drop index audit_events_by_account");
  }
};

// migrations/0019-audit-chain.ts
var up11 = [
  `alter table audit_events alter column position drop identity`,
  // Events from before this migration have none.
  `alter table audit_events add column previous_hash bytea, add column hash bytea`,
  `create table audit_keys (
    kid text primary key,
    sealed bytea not null,
    public_key jsonb not null,
    current boolean not null,
    created_at timestamptz not null
  )`,
  `create unique index audit_keys_current on audit_keys (current) where current`,
  // A head says how far the chain goes; a cut is the last event that retention removed.
  `create table audit_checkpoints (
    kind text not null check (kind in ('head', 'cut')),
    position bigint not null,
    hash bytea not null,
    signed_at timestamptz not null,
    jws text not null,
    primary key (kind, position)
  )`,
  `create table audit_streams (
    name text primary key,
    position bigint not null,
    checkpoint bigint not null,
    owner uuid,
    lease_until timestamptz,
    failing_since timestamptz,
    fault text
  ) with (fillfactor = 50)`,
  // One writer at a time, until its transaction ends: positions have no gaps and become visible in their order.
  `create function append_audit_events(events jsonb, contents text[]) returns bigint language plpgsql as $$
  declare
    last bigint;
    link bytea;
    links bytea[];
    content text;
  begin
    perform pg_advisory_xact_lock(7412904);
    select e.position, e.hash into last, link from audit_events e order by e.position desc limit 1;
    if last is null then
      select c.position, c.hash into last, link from audit_checkpoints c where c.kind = 'cut' order by c.position desc limit 1;
    end if;
    last := coalesce(last, 0);
    link := coalesce(link, decode(repeat('00', 32), 'hex'));
    links := array[link];
    foreach content in array contents loop
      link := sha256(link || decode(content, 'hex'));
      links := links || link;
    end loop;
    insert into audit_events (position, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, previous_hash, hash)
    select last + n, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, links[n], links[n + 1]
    from rows from (jsonb_to_recordset(events) as (event_id uuid, event_time timestamptz, event_name text, event_source text, user_id uuid,
      account_id text, access_key_id text, outcome text, event jsonb)) with ordinality
      as r (event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, n);
    return last + array_length(contents, 1);
  end $$`,
  `create function keep_audit_events() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' and current_setting('gatehouse.audit', true) = 'retention' then
      return null;
    end if;
    raise exception 'audit events are neither changed nor removed' using errcode = 'insufficient_privilege';
  end $$`,
  `create trigger audit_events_kept before update or delete or truncate on audit_events for each statement execute function keep_audit_events()`,
  // What the search asks for, newest first. Each costs every event that is written, so there is none that another can stand in for.
  `create index audit_events_by_source on audit_events (event_source, position desc)`,
  `create index audit_events_by_address on audit_events ((event ->> 'sourceIPAddress'), position desc)`,
  `create index audit_events_by_request on audit_events ((event ->> 'requestID'))`,
  `create index audit_events_by_id on audit_events (event_id)`,
  `create index audit_events_failed on audit_events (position desc) where outcome = 'Failure'`
];
var down2 = [
  ...["failed", "by_id", "by_request", "by_address", "by_source"].map((index) => `drop index audit_events_${index}`),
  "drop trigger audit_events_kept on audit_events",
  "drop function keep_audit_events()",
  "drop function append_audit_events(jsonb, text[])",
  "drop table audit_streams",
  "drop table audit_checkpoints",
  "drop table audit_keys",
  "alter table audit_events drop column previous_hash, drop column hash",
  "alter table audit_events alter column position add generated always as identity",
  `select setval(pg_get_serial_sequence('audit_events', 'position'), coalesce(max(position), 0) + 1, false) from audit_events`
];
var AuditChain1763683200019 = class {
  name = "AuditChain1763683200019";
  async up(runner) {
    for (const statement of up11) await runner.query(statement);
  }
  async down(runner) {
    for (const statement of down2) await runner.query(statement);
  }
};

// migrations/index.ts
var migrations = [
  Ephemeral1763683200001,
  Organization1763683200002,
  CredentialRevocations1763683200003,
  Mails1763683200004,
  PasswordHistory1763683200005,
  SecondFactors1763683200006,
  Passkeys1763683200007,
  SignInEvents1763683200008,
  MailedLinks1763683200009,
  Iam1763683200010,
  Undoing1763683200012,
  IssuedKeys1763683200014,
  AccountEvents1763683200015,
  AuditChain1763683200019
];

// src/platform/storage/database.ts
async function openDatabase(options) {
  const embedded = options.url ? void 0 : await openEmbedded(options.dataDir);
  const source = new DataSource({ ...connection(options, embedded), type: "postgres", migrations, installExtensions: false, migrationsTransactionMode: "each" });
  wrapQueries(source);
  try {
    await source.initialize();
    await migrate(source, embedded === void 0);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    await embedded?.close();
    throw embedded ? error : notOpened(error);
  }
  return assemble(source, embedded, options.log);
}
function notOpened(error) {
  const { code = "", message = "" } = error.driverError ?? error;
  if (error instanceof Refusal || !(isOutage(error) || refusesLogin.test(code))) return error;
  return new Refusal("unavailable", `The database of DATABASE_URL cannot be opened: ${message || code}.`, { cause: error });
}
var refusesLogin = /^(28|3D)/;
function connection({ url: url2, log, poolSize = 10 }, embedded) {
  const poolErrorHandler = (error) => log.warn({ err: error.message }, "a database connection was lost");
  if (embedded) return { extra: { ...embedded.poolConfig, Client: PreparingClient }, connectTimeoutMS: 1e4, poolErrorHandler };
  return {
    url: url2,
    connectTimeoutMS: 2e3,
    poolSize,
    poolErrorHandler,
    extra: { Client: PreparingClient, query_timeout: 3e3, connectionTimeoutMillis: 2e3, keepAlive: true, application_name: "gatehouse" }
  };
}
function assemble(source, embedded, log) {
  const executor = (manager, { last, after }) => ({
    query: (sql, parameters) => manager.query(sql, parameters),
    onCommit: (act) => void after.push(act),
    beforeCommit: (act) => void last.push(act)
  });
  const { master: pool } = source.driver;
  const stopTidying = embedded && keepTidy({ query: (sql) => pool.query(sql) }, log);
  return {
    kind: embedded ? "embedded" : "postgres",
    query: async (sql, parameters) => {
      let lost = false;
      const client = await pool.connect().catch((error) => {
        throw translated(error);
      });
      try {
        return (await client.query(sql, parameters)).rows;
      } catch (error) {
        lost = isOutage(error);
        throw translated(error);
      } finally {
        client.release(lost);
      }
    },
    transaction: async (work) => {
      const deferred = { last: [], after: [] };
      const result = await source.transaction(async (manager) => {
        const answer = await work(executor(manager, deferred));
        for (const act of deferred.last) await act();
        return answer;
      });
      for (const act of deferred.after) act();
      return result;
    },
    ping: async () => void await source.query("select 1"),
    close: async () => {
      stopTidying?.();
      await source.destroy();
      await embedded?.close();
    }
  };
}
var migrationLock = 7412902;
async function migrate(source, shared) {
  if (await isMigrated(source)) return;
  if (!shared) return void await source.runMigrations();
  const runner = source.createQueryRunner();
  try {
    await runner.query(`set statement_timeout = 0`);
    await acquire(runner);
    await source.runMigrations();
  } finally {
    await runner.query("select pg_advisory_unlock($1)", [migrationLock]).catch(() => void 0);
    await runner.release();
  }
}
async function isMigrated(source) {
  const [table] = await source.query(`select to_regclass('migrations') is not null as made`);
  if (!table.made) return false;
  const done = new Set((await source.query("select name from migrations")).map(({ name }) => name));
  return source.migrations.every(({ name, constructor }) => done.has(name ?? constructor.name));
}
async function acquire(runner) {
  for (; ; ) {
    const [row] = await runner.query("select pg_try_advisory_lock($1) as held", [migrationLock]);
    if (row.held) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
var notNow = /^(08|53|57P0|25006)/;
function isOutage(error) {
  if (!(error instanceof Error) && typeof error !== "object") return false;
  const { code, message = "" } = error.driverError ?? error;
  if (code && (notNow.test(code) || /^E(CONN|PIPE|NOTFOUND|TIMEDOUT|HOSTUNREACH|NOENT|AI_AGAIN)/.test(code))) return true;
  return /timeout|terminated|Connection (ended|closed)|not queryable|after calling end|Driver not Connected/i.test(message);
}
var translated = (error) => isOutage(error) ? new Refusal("unavailable", "The database does not answer.", { cause: error, retryAfter: 5 }) : error;
function wrapQueries(source) {
  const create = source.driver.createQueryRunner.bind(source.driver);
  source.driver.createQueryRunner = (mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner);
    const inRows = async (sql, parameters, structured = false) => {
      try {
        const result = await query(sql, parameters, true);
        return structured ? result : result.records;
      } catch (error) {
        throw translated(error);
      }
    };
    runner.query = inRows;
    return runner;
  };
}

// src/platform/log.ts
import pino from "pino";
function describeError(error, depth = 3) {
  if (!(error instanceof Error) && !isErrorLike(error)) return error;
  const { name, message, stack, cause, code } = error;
  return { type: name, message, stack, ...code !== void 0 && { code }, ...cause !== void 0 && depth > 0 && { cause: describeError(cause, depth - 1) } };
}
var isErrorLike = (value) => typeof value === "object" && value !== null && "message" in value && "stack" in value;
function openLog(level) {
  return pino({ level, base: void 0, serializers: { err: describeError, error: describeError, cause: describeError }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
}

// ../../tmp/audit5/bench.ts
import { randomUUID as randomUUID2 } from "node:crypto";
var url = process.argv[2] || void 0;
var database = await openDatabase({ url, dataDir: process.argv[3] ?? "/tmp/audit5/data", log: openLog("warn") });
var make = () => new Trail({ sql: database, clock: Date.now, region: "us-east-1", ownerAccountId: () => "111122223333", directoryId: () => "d-0123456789" });
var event = () => ({ eventName: "CredentialVerification", eventSource: "signin.amazonaws.com", outcome: "Success", origin: { requestId: randomUUID2(), sourceIPAddress: "203.0.113.9", userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36" }, userId: randomUUID2(), accountId: "111122223333", additionalEventData: { AuthWorkflowID: randomUUID2(), CredentialType: "PASSWORD" }, serviceEventDetails: { CredentialVerification: "Success" } });
async function run(name, trails, at, seconds = 3) {
  const cpu = process.cpuUsage();
  let count = 0;
  const end = performance.now() + seconds * 1e3;
  const lat = [];
  await Promise.all(Array.from({ length: at }, async (_, i) => {
    while (performance.now() < end) {
      const t2 = performance.now();
      await trails[i % trails.length].record(event());
      lat.push(performance.now() - t2);
      count++;
    }
  }));
  const used = process.cpuUsage(cpu);
  lat.sort((a, b) => a - b);
  console.log(name.padEnd(34), Math.round(count / seconds), "/s", "cpu \xB5s/event", Math.round((used.user + used.system) / count), "p50", lat[lat.length >> 1].toFixed(2), "p99", lat[Math.floor(lat.length * 0.99)].toFixed(2));
}
if (process.env.NOIDX) for (const i of ["source", "address", "request", "id"]) await database.query(`drop index if exists audit_events_by_${i}`);
if (process.env.NOIDX) await database.query("drop index if exists audit_events_failed");
var t = make();
{
  const c = process.cpuUsage();
  const r = rowOf(event(), { clock: Date.now, region: "x", ownerAccountId: () => "1" });
  for (let i = 0; i < 5e3; i++) contentHash(storable(r));
  const u = process.cpuUsage(c);
  console.log("js hash \xB5s", (u.user + u.system) / 5e3);
}
await run("warm", [t], 20, 1);
await run("1 at once", [t], 1);
await run("20 at once", [t], 20);
await run("200 at once", [t], 200);
if (url) await run("200 at once, two writers", [make(), make()], 200);
await database.close();
