import { expect, test } from 'vitest';
import { MODELS } from '../../src/core/names/family.ts';
import { modelOfVendorClass, VENDOR_CLASSES } from '../../src/core/who/vendor-class.ts';

test.each([
  ['Cisco Systems, Inc. IP Phone CP-7940G\0', '7940'],
  ['Cisco Systems, Inc. IP Phone CP-7940\0', '7940'],
  ['Cisco Systems, Inc. IP Phone CP-7960G\0', '7960'],
  ['Cisco Systems, Inc. IP Phone CP-7941G\0', '7941'],
  ['Cisco Systems, Inc. IP Phone CP-7941G-GE\0', '7941GE'],
  ['Cisco Systems, Inc. IP Phone CP-7971G-GE\0', '7971'],
])('%j names a %s', (text, model) => {
  expect(modelOfVendorClass(text)).toBe(model);
});

test.each([
  ['without the NUL', 'Cisco Systems, Inc. IP Phone CP-7940G'],
  ['the old text without the NUL', 'Cisco Systems, Inc. IP Phone'],
  ['the old text of SCCP images, which names no model', 'Cisco Systems, Inc. IP Phone\0'],
  ['two NULs', 'Cisco Systems, Inc. IP Phone CP-7940G\0\0'],
  ['another case', 'cisco systems, inc. ip phone cp-7940g\0'],
  ['a 7912', 'Cisco Systems, Inc. IP Phone 7912'],
  ['a 7920', 'Cisco Systems, Inc. IP Phone 7920\0'],
  ['another phone', 'Cisco Systems, Inc. IP Phone CP-8841\0'],
  ['another device', 'MSFT 5.0'],
  ['nothing', ''],
  ['a hostile text', 'Cisco Systems, Inc. IP Phone __proto__\0'],
])('%s tells nothing', (_, text) => {
  expect(modelOfVendorClass(text)).toBeNull();
});

test('every model has a vendor class, and no text stands for two', () => {
  expect(new Set(VENDOR_CLASSES.map(({ model }) => model))).toEqual(new Set(MODELS));
  expect(new Set(VENDOR_CLASSES.map(({ suffix }) => suffix)).size).toBe(VENDOR_CLASSES.length);
});
