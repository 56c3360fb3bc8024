/** Version 10: switches that are asked by SNMP, where phones hang, and ports whose power was taken away and has to come back. */
export const SWITCHES = `
CREATE TABLE switches (
  name TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  port INTEGER NOT NULL,
  version TEXT NOT NULL CHECK (version IN ('1', '2c', '3')),
  user TEXT,
  sealed BLOB NOT NULL,
  key TEXT NOT NULL,
  added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE places (
  mac TEXT PRIMARY KEY,
  switch TEXT NOT NULL,
  if_index INTEGER NOT NULL,
  port TEXT NOT NULL,
  seen_by TEXT NOT NULL,
  platform TEXT,
  load TEXT,
  since INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  said_at INTEGER,
  hung_at TEXT
) WITHOUT ROWID;
CREATE TABLE dark_ports (
  switch TEXT NOT NULL,
  power_group INTEGER NOT NULL,
  power_port INTEGER NOT NULL,
  port TEXT NOT NULL,
  off_at INTEGER NOT NULL,
  PRIMARY KEY (switch, power_group, power_port)
) WITHOUT ROWID`;

/** Version 13: beside switches that are asked by SNMP there is lldpd on this machine, which is asked with nothing. */
export const SWITCHES_AND_LLDPD = `
CREATE TABLE switches_and_lldpd (
  name TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  port INTEGER NOT NULL,
  version TEXT NOT NULL CHECK (version IN ('1', '2c', '3', 'lldpd')),
  user TEXT,
  sealed BLOB NOT NULL,
  key TEXT NOT NULL,
  added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO switches_and_lldpd SELECT name, address, port, version, user, sealed, key, added_at FROM switches;
DROP TABLE switches;
ALTER TABLE switches_and_lldpd RENAME TO switches`;
