import { macOf, TARGET } from '../conversion.ts';
import type { Route } from './asking.ts';

/** Everything that the page or a script reads, but for the stream, which has no end. */
export function routes(phones: number): readonly Route[] {
  const mac = (turn: number) => macOf(turn % phones);
  const fixed = (name: string, path = name): Route => ({ name, path: () => path });
  const ofPhone = (name: string, path: (mac: string) => string): Route => ({ name, path: (turn) => path(mac(turn)) });
  const api = '/api/v1';
  return [
    fixed('the page', '/'),
    fixed('/page.js'),
    fixed('/page.css'),
    fixed('/api/v1/session'),
    fixed('/api/v1/server'),
    fixed('/api/v1/phones?limit=1000'),
    fixed('/api/v1/phones?state=held'),
    ofPhone('/api/v1/phones?q=MAC', (one) => `${api}/phones?q=${one}`),
    ofPhone('/api/v1/phones/MAC', (one) => `${api}/phones/${one}`),
    ofPhone('…/enrolment', (one) => `${api}/phones/${one}/enrolment`),
    ofPhone('…/history?limit=100', (one) => `${api}/phones/${one}/history?limit=100`),
    ofPhone('…/plan', (one) => `${api}/phones/${one}/plan`),
    ofPhone('…/report', (one) => `${api}/phones/${one}/report`),
    fixed('/api/v1/status'),
    ofPhone('/api/v1/status?mac=MAC', (one) => `${api}/status?mac=${one}`),
    fixed('/api/v1/history'),
    ofPhone('/api/v1/history?mac=MAC', (one) => `${api}/history?mac=${one}`),
    fixed('/api/v1/batch'),
    fixed('/api/v1/batch/history'),
    fixed('/api/v1/report'),
    fixed('/certificates'),
    ofPhone('/certificates?mac=MAC', (one) => `/certificates?mac=${one}`),
    fixed('/api/v1/firmware'),
    ofPhone('/api/v1/firmware/needed?mac=MAC', (one) => `${api}/firmware/needed?mac=${one}`),
    fixed('/api/v1/plan?from=…', `${api}/plan?from=P0030301MFG2&target=${TARGET}`),
    fixed('/api/v1/explain?q=…', `${api}/explain?q=protocol%20application%20invalid`),
    fixed('/api/v1/machine'),
    fixed('/api/v1/matrix'),
    fixed('/api/v1/matrix/79x0'),
    fixed('/api/v1/openapi.json'),
    fixed('/metrics'),
  ];
}
