// Loaded with `--require`: no better-sqlite3 is found, as where optional packages were left out. The product knows nothing of it.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (!/^better-sqlite3(-12)?$/.test(name)) return resolve.call(this, name, ...rest);
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
};
