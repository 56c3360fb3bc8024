// Reads the JSON report of vitest whose path is given and prints: passed failed skipped.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
// A file that cannot be loaded has no tests to count.
const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
process.stdout.write(`${report.numPassedTests} ${report.numFailedTests + unloaded.length} ${report.numPendingTests}\n`);
